import type { Beam, IonBeam } from '../../model/plan.ts';
import type { DataSet } from '../codec/dataset.ts';
import { type BeamDelivery, finalWeight, readCommon, readControlPoints, remarksOf } from './planBeams.ts';

/** Sequences of what stands in an ion beam's path, and what names an item. */
const DEVICES = [
  ['SnoutSequence', 'SnoutID', 'snout'],
  ['RangeShifterSequence', 'RangeShifterID', 'range shifter'],
  ['LateralSpreadingDeviceSequence', 'LateralSpreadingDeviceID', 'lateral spreading device'],
  ['RangeModulatorSequence', 'RangeModulatorID', 'range modulator'],
  ['IonBlockSequence', 'BlockName', 'block'],
  ['IonRangeCompensatorSequence', 'CompensatorID', 'range compensator'],
  ['IonWedgeSequence', 'WedgeID', 'wedge'],
  ['ReferencedBolusSequence', 'BolusID', 'bolus'],
] as const;

/**
 * One item of Ion Beam Sequence (PS3.3 C.8.8.25): angles, isocenter, energies and weights of every control point as in a photon beam, and in
 * `ion` what it is otherwise. Spots stay in the object. Throws as readBeam.
 */
export function readIonBeam(item: DataSet, delivery: BeamDelivery, warnings: string[], omitted: string[]): Beam {
  const { say, omit } = remarksOf(item, warnings, omitted);
  const controlPoints = readControlPoints(item, 'IonControlPointSequence', [], say, omit);
  const points = item.sequence('IonControlPointSequence');
  if (points.every((point) => !point.has('CumulativeMetersetWeight')))
    say('no control point states its meterset weight');
  return {
    ...readCommon(item, delivery, say),
    fluenceMode: '',
    sourceAxisDistance: item.numbers('VirtualSourceAxisDistances')[0] ?? 0,
    devices: [],
    controlPoints,
    finalMetersetWeight: finalWeight(item, controlPoints),
    ion: summary(item, points, controlPoints),
  };
}

function summary(item: DataSet, points: readonly DataSet[], read: Beam['controlPoints']): IonBeam {
  const energies = read.map(({ nominalEnergy }) => nominalEnergy);
  const devices = DEVICES.flatMap(([sequence, id, what]) =>
    item.sequence(sequence).map((device) => `${what} ${device.string(id)}`.trim()),
  );
  return {
    scanMode: item.string('ScanMode'),
    layers: energies.filter((energy, index) => energy !== energies[index - 1]).length,
    spots: points.reduce(
      (sum, point) => sum + point.numbers('ScanSpotMetersetWeights').filter((weight) => weight > 0).length,
      0,
    ),
    energies: [Math.min(...energies), Math.max(...energies)],
    devices,
  };
}

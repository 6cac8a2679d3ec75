import { IsocenterError } from '../../contract/errors.ts';
import type { Beam, BeamLimitingDevice, ControlPoint, LimitingDeviceType } from '../../model/plan.ts';
import type { DataSet } from '../codec/dataset.ts';
import { checkWedgePositions, readAccessories, readWedgePositions } from './planAccessories.ts';

const DEVICES: readonly LimitingDeviceType[] = ['X', 'Y', 'ASYMX', 'ASYMY', 'MLCX', 'MLCY', 'MLCX1', 'MLCX2'];
const RADIATION: readonly string[] = ['PHOTON', 'ELECTRON', 'NEUTRON', 'PROTON', 'ION'];
const DELIVERY: readonly string[] = ['TREATMENT', 'SETUP', 'OPEN_PORTFILM', 'TRMT_PORTFILM', 'CONTINUATION'];

/** Angles of a control point that the record has no place for; 0 in nearly all plans. */
const UNHELD_ANGLES = [
  ['GantryPitchAngle', 'gantry pitch'],
  ['TableTopEccentricAngle', 'table top turned about its eccentric axis by'],
  ['TableTopPitchAngle', 'table top pitched by'],
  ['TableTopRollAngle', 'table top rolled by'],
] as const;

/** What the fraction group says about one beam. */
export interface BeamDelivery {
  readonly meterset?: number;
  readonly beamDose?: number;
}

/**
 * One item of Beam Sequence (PS3.3 C.8.8.14) with every control point complete: what the standard lets a control point leave out holds
 * from the one before. What the record cannot hold goes to `omitted`. Throws MISSING_ATTRIBUTE when the first control point lacks what
 * holds from there, INVALID_ATTRIBUTE for positions that do not match their device.
 */
export function readBeam(item: DataSet, delivery: BeamDelivery, warnings: string[], omitted: string[]): Beam {
  const { say, omit } = remarksOf(item, warnings, omitted);
  const devices = readDevices(item, omit);
  const controlPoints = readControlPoints(item, 'ControlPointSequence', devices, say, omit);
  const accessories = readAccessories(item, omit);
  checkWedgePositions(accessories.wedges ?? [], controlPoints, omit);
  const fluence = item.sequence('PrimaryFluenceModeSequence')[0];
  const mode = fluence?.string('FluenceMode') ?? '';
  const modeId = fluence?.string('FluenceModeID') ?? '';
  return {
    ...readCommon(item, delivery, say),
    fluenceMode: mode === 'STANDARD' || mode === 'NON_STANDARD' ? mode : '',
    ...(modeId === '' ? {} : { fluenceModeId: modeId }),
    sourceAxisDistance: sourceAxisDistance(item, say),
    devices,
    ...accessories,
    controlPoints,
    finalMetersetWeight: finalWeight(item, controlPoints),
  };
}

/** Where remarks about a beam go, each naming it. */
export function remarksOf(item: DataSet, warnings: string[], omitted: string[]) {
  const [number, name] = [item.needNumber('BeamNumber'), item.string('BeamName')];
  const of = `beam ${number} (${name || `Beam ${number}`})`;
  return {
    say: (message: string): number => warnings.push(`${of}: ${message}`),
    omit: (message: string): number => omitted.push(`${of}: ${message}`),
  };
}

/** What beams of every kind of plan state alike. A meterset that is not in MU is no number of monitor units: it is left out and said. */
export function readCommon(item: DataSet, delivery: BeamDelivery, say: (message: string) => void) {
  const number = item.needNumber('BeamNumber');
  const radiation = item.string('RadiationType');
  const delivered = item.string('TreatmentDeliveryType') || 'TREATMENT';
  if (!DELIVERY.includes(delivered)) say(`delivery type ${delivered} is taken as SETUP`);
  const unit = item.string('PrimaryDosimeterUnit');
  if (unit !== 'MU' && delivery.meterset !== undefined)
    say(`meterset in ${unit === '' ? 'an unknown unit' : unit} instead of MU is left out`);
  const description = item.string('BeamDescription');
  return {
    number,
    name: item.string('BeamName') || `Beam ${number}`,
    ...(description === '' ? {} : { description }),
    type: beamType(item),
    radiationType: RADIATION.includes(radiation) ? (radiation as Beam['radiationType']) : ('' as const),
    deliveryType: DELIVERY.includes(delivered) ? (delivered as Beam['deliveryType']) : ('SETUP' as const),
    machine: item.string('TreatmentMachineName'),
    ...(delivery.meterset === undefined || unit !== 'MU' ? {} : { meterset: delivery.meterset }),
    ...(delivery.beamDose === undefined ? {} : { beamDose: delivery.beamDose }),
  };
}

export const finalWeight = (item: DataSet, points: readonly ControlPoint[]): number =>
  item.number('FinalCumulativeMetersetWeight') ?? points[points.length - 1].metersetWeight;

function beamType(item: DataSet): Beam['type'] {
  const type = item.string('BeamType');
  if (type !== 'STATIC' && type !== 'DYNAMIC')
    throw item.invalid('BeamType', `"${type}" is neither STATIC nor DYNAMIC`);
  return type;
}

function sourceAxisDistance(item: DataSet, say: (message: string) => void): number {
  const distance = item.number('SourceAxisDistance');
  if (distance !== undefined && distance > 0) return distance;
  say('no source-axis distance; 1000 mm is taken');
  return 1000;
}

function readDevices(item: DataSet, omit: (message: string) => void): BeamLimitingDevice[] {
  const devices: BeamLimitingDevice[] = [];
  for (const device of item.sequence('BeamLimitingDeviceSequence')) {
    const type = DEVICES.find((known) => known === device.string('RTBeamLimitingDeviceType'));
    if (type === undefined) {
      omit(`limiting device ${device.string('RTBeamLimitingDeviceType')} is left out`);
      continue;
    }
    const pairs = device.needNumber('NumberOfLeafJawPairs');
    const boundaries = device.numbers('LeafPositionBoundaries');
    if (boundaries.length > 0 && boundaries.length !== pairs + 1)
      throw device.invalid('LeafPositionBoundaries', `${boundaries.length} boundaries for ${pairs} leaf pairs`);
    if (boundaries.length === 0 && type.startsWith('MLC')) throw device.missing('LeafPositionBoundaries');
    const sourceDistance = device.number('SourceToBeamLimitingDeviceDistance');
    devices.push({
      type,
      pairs,
      ...(sourceDistance === undefined ? {} : { sourceDistance }),
      ...(boundaries.length === 0 ? {} : { leafBoundaries: boundaries }),
    });
  }
  return devices;
}

export function readControlPoints(
  item: DataSet,
  sequence: 'ControlPointSequence' | 'IonControlPointSequence',
  devices: readonly BeamLimitingDevice[],
  say: (message: string) => void,
  omit: (message: string) => void,
): ControlPoint[] {
  const items = item
    .needSequence(sequence)
    .toSorted((a, b) => (a.number('ControlPointIndex') ?? 0) - (b.number('ControlPointIndex') ?? 0));
  const stated = item.number('NumberOfControlPoints');
  if (stated !== undefined && stated !== items.length)
    throw new IsocenterError('INVALID_ATTRIBUTE', `${items.length} control points where ${stated} are announced`, {
      object: item.object,
      attribute: sequence,
    });
  const points: ControlPoint[] = [];
  for (const point of items) points.push(readControlPoint(point, points[points.length - 1], devices, omit));
  for (const device of devices)
    if (points[0].positions[device.type] === undefined)
      say(`no positions of ${device.type} at the first control point`);
  if (points.some((point, index) => index > 0 && point.metersetWeight < points[index - 1].metersetWeight))
    say('meterset weights fall from one control point to the next');
  return points;
}

function readControlPoint(
  point: DataSet,
  before: ControlPoint | undefined,
  devices: readonly BeamLimitingDevice[],
  omit: (message: string) => void,
): ControlPoint {
  const held = <T>(value: T | undefined, previous: T | undefined, attribute: string): T => {
    const result = value ?? previous;
    if (result === undefined) throw point.missing(attribute);
    return result;
  };
  for (const [attribute, what] of UNHELD_ANGLES) {
    const angle = point.number(attribute) ?? 0;
    if (angle !== 0) omit(`${what} ${angle}° (${attribute})`);
  }
  const direction = point.string('GantryRotationDirection');
  const isocenter = point.has('IsocenterPosition') ? point.needNumbers('IsocenterPosition', 3) : undefined;
  const doseRate = point.number('DoseRateSet') ?? before?.doseRate;
  const sourceToSurface = point.number('SourceToSurfaceDistance') ?? before?.sourceToSurface;
  const wedgePositions = readWedgePositions(point, before?.wedgePositions, omit);
  return {
    gantry: held(point.number('GantryAngle'), before?.gantry, 'GantryAngle'),
    gantryDirection:
      direction === 'CW' || direction === 'CC' || direction === 'NONE'
        ? direction
        : (before?.gantryDirection ?? 'NONE'),
    collimator: held(point.number('BeamLimitingDeviceAngle'), before?.collimator, 'BeamLimitingDeviceAngle'),
    couch: held(point.number('PatientSupportAngle'), before?.couch, 'PatientSupportAngle'),
    isocenter: held(
      isocenter === undefined ? undefined : [isocenter[0], isocenter[1], isocenter[2]],
      before?.isocenter,
      'IsocenterPosition',
    ),
    // Set-up beams leave the weight empty (type 2).
    metersetWeight: point.number('CumulativeMetersetWeight') ?? before?.metersetWeight ?? 0,
    ...(doseRate === undefined ? {} : { doseRate }),
    nominalEnergy: held(point.number('NominalBeamEnergy'), before?.nominalEnergy, 'NominalBeamEnergy'),
    positions: { ...before?.positions, ...readPositions(point, devices, omit) },
    ...(sourceToSurface === undefined ? {} : { sourceToSurface }),
    ...(wedgePositions === undefined ? {} : { wedgePositions }),
  };
}

function readPositions(
  point: DataSet,
  devices: readonly BeamLimitingDevice[],
  omit: (message: string) => void,
): ControlPoint['positions'] {
  const positions: Partial<Record<LimitingDeviceType, readonly number[]>> = {};
  for (const item of point.sequence('BeamLimitingDevicePositionSequence')) {
    const name = item.string('RTBeamLimitingDeviceType');
    const device = devices.find(({ type }) => type === name);
    if (device === undefined) {
      omit(`positions of ${name}, which the beam does not describe or this reader does not know`);
      continue;
    }
    const values = item.numbers('LeafJawPositions');
    if (values.length !== 2 * device.pairs)
      throw item.invalid('LeafJawPositions', `${values.length} positions for ${device.pairs} pairs of ${device.type}`);
    positions[device.type] = values;
  }
  return positions;
}

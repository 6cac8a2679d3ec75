import { IsocenterError } from '../../contract/errors.ts';
import type { Beam, ControlPoint, LimitingDeviceType } from '../../model/plan.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { accessoryAttributes, wedgePositionItems } from './planAccessoryWriter.ts';
import { fitText } from '../codec/text.ts';

/**
 * One item of Beam Sequence (PS3.3 C.8.8.14). Control points after the first hold only what changes. Throws INVALID_ATTRIBUTE when
 * positions do not match their device, or weights fall or do not end at the final weight.
 * @param setupNumber Patient Setup Number of the plan's Patient Setup Sequence
 */
export function beamItem(beam: Beam, setupNumber = 1): DataSetInput {
  checkBeam(beam);
  return {
    Manufacturer: '',
    BeamNumber: beam.number,
    BeamName: fitText(beam.name, 64),
    BeamDescription:
      beam.description === undefined || beam.description === '' ? undefined : beam.description.slice(0, 1024),
    BeamType: beam.type,
    RadiationType: beam.radiationType,
    PrimaryFluenceModeSequence:
      beam.fluenceMode === ''
        ? undefined
        : [
            {
              FluenceMode: beam.fluenceMode,
              FluenceModeID: beam.fluenceMode === 'NON_STANDARD' ? (beam.fluenceModeId ?? 'FFF') : undefined,
            },
          ],
    TreatmentMachineName: fitText(beam.machine, 16),
    PrimaryDosimeterUnit: 'MU',
    SourceAxisDistance: beam.sourceAxisDistance,
    BeamLimitingDeviceSequence: beam.devices.map((device) => ({
      RTBeamLimitingDeviceType: device.type,
      SourceToBeamLimitingDeviceDistance: device.sourceDistance,
      NumberOfLeafJawPairs: device.pairs,
      LeafPositionBoundaries: device.leafBoundaries,
    })),
    ReferencedPatientSetupNumber: setupNumber,
    TreatmentDeliveryType: beam.deliveryType,
    ...accessoryAttributes(beam),
    FinalCumulativeMetersetWeight: beam.finalMetersetWeight,
    NumberOfControlPoints: beam.controlPoints.length,
    ControlPointSequence: beam.controlPoints.map((point, index) => controlPointItem(beam, point, index)),
  };
}

function checkBeam(beam: Beam): void {
  const refuse = (message: string, attribute: string): IsocenterError =>
    new IsocenterError('INVALID_ATTRIBUTE', message, { object: `beam ${beam.number} (${beam.name})`, attribute });
  if (beam.controlPoints.length < 2) throw refuse('a beam needs two control points at least', 'ControlPointSequence');
  beam.controlPoints.forEach((point, index) => {
    for (const device of beam.devices) {
      const count = point.positions[device.type]?.length;
      if (count !== undefined && count !== 2 * device.pairs)
        throw refuse(
          `control point ${index}: ${count} positions for ${device.pairs} pairs of ${device.type}`,
          'LeafJawPositions',
        );
    }
    if (index > 0 && point.metersetWeight < beam.controlPoints[index - 1].metersetWeight)
      throw refuse(`the weight falls at control point ${index}`, 'CumulativeMetersetWeight');
  });
  const last = beam.controlPoints[beam.controlPoints.length - 1].metersetWeight;
  if (Math.abs(last - beam.finalMetersetWeight) > 1e-6)
    throw refuse(
      `the weights end at ${last}, the final weight is ${beam.finalMetersetWeight}`,
      'FinalCumulativeMetersetWeight',
    );
}

function controlPointItem(beam: Beam, point: ControlPoint, index: number): DataSetInput {
  const before = index === 0 ? undefined : beam.controlPoints[index - 1];
  const changed = <T>(value: T, previous: T | undefined): T | undefined =>
    before === undefined || !same(value, previous) ? value : undefined;
  const positions = positionItems(beam, point, before);
  const changedWedges = (beam.wedges ?? []).some(
    ({ number }) => point.wedgePositions?.[number] !== before?.wedgePositions?.[number],
  );
  const first: DataSetInput =
    before === undefined
      ? {
          BeamLimitingDeviceRotationDirection: 'NONE',
          PatientSupportRotationDirection: 'NONE',
          TableTopEccentricAngle: 0,
          TableTopEccentricRotationDirection: 'NONE',
          TableTopVerticalPosition: '',
          TableTopLongitudinalPosition: '',
          TableTopLateralPosition: '',
        }
      : {};
  return {
    ControlPointIndex: index,
    NominalBeamEnergy: changed(point.nominalEnergy, before?.nominalEnergy),
    DoseRateSet: changed(point.doseRate, before?.doseRate),
    BeamLimitingDevicePositionSequence: positions.length === 0 ? undefined : positions,
    GantryAngle: changed(point.gantry, before?.gantry),
    GantryRotationDirection: changed(point.gantryDirection, before?.gantryDirection),
    BeamLimitingDeviceAngle: changed(point.collimator, before?.collimator),
    PatientSupportAngle: changed(point.couch, before?.couch),
    IsocenterPosition: changed(point.isocenter, before?.isocenter),
    SourceToSurfaceDistance: changed(point.sourceToSurface, before?.sourceToSurface),
    WedgePositionSequence: changedWedges ? wedgePositionItems(point.wedgePositions) : undefined,
    CumulativeMetersetWeight: point.metersetWeight,
    ...first,
  };
}

function positionItems(beam: Beam, point: ControlPoint, before: ControlPoint | undefined): DataSetInput[] {
  const items: DataSetInput[] = [];
  for (const { type } of beam.devices) {
    const values = point.positions[type];
    if (values !== undefined && (before === undefined || !same(values, before.positions[type as LimitingDeviceType])))
      items.push({ RTBeamLimitingDeviceType: type, LeafJawPositions: values });
  }
  return items;
}

function same(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

import { isRigid } from '../../geometry/affine.ts';
import type { DataSet } from '../codec/dataset.ts';
import { readDoseGrid } from '../dose/doseGrid.ts';
import {
  CT_IMAGE,
  MR_IMAGE,
  PET_IMAGE,
  RT_DOSE,
  RT_PLAN,
  RT_STRUCTURE_SET,
  SPATIAL_REGISTRATION,
  DEFORMABLE_SPATIAL_REGISTRATION,
} from '../uid.ts';
import type { Report } from './validateValues.ts';

type Check = (dataset: DataSet, report: Report) => void;

/** What must agree inside one object, by SOP class. */
export const CONSISTENCY: Readonly<Record<string, Check>> = {
  [CT_IMAGE]: checkPixels,
  [MR_IMAGE]: checkPixels,
  [PET_IMAGE]: checkPixels,
  [RT_STRUCTURE_SET]: checkStructureSet,
  [RT_PLAN]: checkPlan,
  [RT_DOSE]: checkDose,
  [SPATIAL_REGISTRATION]: checkRegistration,
  [DEFORMABLE_SPATIAL_REGISTRATION]: checkDeformation,
};

function checkPixels(dataset: DataSet, report: Report): void {
  const element = dataset.element('PixelData');
  if (element === undefined) return;
  const [rows, columns, bits, stored, high] = ['Rows', 'Columns', 'BitsAllocated', 'BitsStored', 'HighBit'].map(
    (attribute) => dataset.number(attribute) ?? 0,
  );
  const expected =
    (rows * columns * bits * (dataset.number('NumberOfFrames') ?? 1) * (dataset.number('SamplesPerPixel') ?? 1)) / 8;
  if (element.fragments === undefined && element.length !== expected + (expected % 2))
    report.errors.push(`PixelData: ${element.length} bytes where rows, columns, frames and bits make ${expected}`);
  if (stored > bits || high !== stored - 1) report.errors.push(`HighBit: bit ${high} for ${stored} of ${bits} bits`);
  const o = dataset.numbers('ImageOrientationPatient');
  if (o.length !== 6) return;
  const off = Math.max(
    Math.abs(Math.hypot(o[0], o[1], o[2]) - 1),
    Math.abs(Math.hypot(o[3], o[4], o[5]) - 1),
    Math.abs(o[0] * o[3] + o[1] * o[4] + o[2] * o[5]),
  );
  if (off > 1e-3) report.errors.push('ImageOrientationPatient: no perpendicular unit vectors');
}

/** Reports values that occur more than once and returns all of them. */
function uniqueNumbers(items: readonly DataSet[], attribute: string, report: Report): Set<number> {
  const seen = new Set<number>();
  for (const item of items) {
    const number = item.number(attribute);
    if (number === undefined) continue;
    if (seen.has(number)) report.errors.push(`${item.path}.${attribute}: ${number} is used twice`);
    seen.add(number);
  }
  return seen;
}

function checkReferences(
  items: readonly DataSet[],
  attribute: string,
  known: ReadonlySet<number>,
  report: Report,
): void {
  for (const item of items) {
    const number = item.number(attribute);
    if (number !== undefined && !known.has(number))
      report.errors.push(`${item.path}.${attribute}: there is no ${number}`);
  }
}

function checkStructureSet(dataset: DataSet, report: Report): void {
  const rois = dataset.sequence('StructureSetROISequence');
  const numbers = uniqueNumbers(rois, 'ROINumber', report);
  const lists = dataset.sequence('ROIContourSequence');
  uniqueNumbers(lists, 'ReferencedROINumber', report);
  checkReferences(lists, 'ReferencedROINumber', numbers, report);
  checkReferences(dataset.sequence('RTROIObservationsSequence'), 'ReferencedROINumber', numbers, report);
  const frames = new Set(
    dataset.sequence('ReferencedFrameOfReferenceSequence').map((item) => item.string('FrameOfReferenceUID')),
  );
  for (const roi of rois)
    if (!frames.has(roi.string('ReferencedFrameOfReferenceUID')))
      report.warnings.push(`${roi.path}.ReferencedFrameOfReferenceUID: not among the referenced frames`);
  const images = new Set(
    dataset
      .sequence('ReferencedFrameOfReferenceSequence')
      .flatMap((frame) => frame.sequence('RTReferencedStudySequence'))
      .flatMap((study) => study.sequence('RTReferencedSeriesSequence'))
      .flatMap((series) => series.sequence('ContourImageSequence'))
      .map((image) => image.string('ReferencedSOPInstanceUID')),
  );
  for (const list of lists)
    for (const contour of list.sequence('ContourSequence')) checkContour(contour, images, report);
}

function checkContour(contour: DataSet, images: ReadonlySet<string>, report: Report): void {
  const values = contour.strings('ContourData').length;
  const points = contour.number('NumberOfContourPoints');
  if (points !== undefined && values !== 3 * points)
    report.errors.push(`${contour.path}.ContourData: ${values} numbers for ${points} points`);
  const type = contour.string('ContourGeometricType');
  if (points !== undefined && type === 'POINT' && points !== 1)
    report.errors.push(`${contour.path}.NumberOfContourPoints: a POINT of ${points} points`);
  if (points !== undefined && type.startsWith('CLOSED') && points < 3)
    report.warnings.push(`${contour.path}.NumberOfContourPoints: a closed contour of ${points} points`);
  for (const image of contour.sequence('ContourImageSequence'))
    if (!images.has(image.string('ReferencedSOPInstanceUID')))
      report.errors.push(`${image.path}.ReferencedSOPInstanceUID: not among the series' contour images`);
}

function checkPlan(dataset: DataSet, report: Report): void {
  const beams = dataset.sequence('BeamSequence');
  const numbers = uniqueNumbers(beams, 'BeamNumber', report);
  const setups = uniqueNumbers(dataset.sequence('PatientSetupSequence'), 'PatientSetupNumber', report);
  checkReferences(beams, 'ReferencedPatientSetupNumber', setups, report);
  for (const group of dataset.sequence('FractionGroupSequence')) {
    const referenced = group.sequence('ReferencedBeamSequence');
    checkReferences(referenced, 'ReferencedBeamNumber', numbers, report);
    const stated = group.number('NumberOfBeams');
    if (stated !== undefined && stated !== referenced.length)
      report.errors.push(`${group.path}.NumberOfBeams: ${stated}, but ${referenced.length} are referenced`);
  }
  for (const beam of beams) checkBeam(beam, report);
}

/** Accessories by their announced numbers, wedges by where control points put them, outlines by their points (C.8.8.14). */
function checkAccessories(beam: DataSet, report: Report): void {
  for (const [count, sequence] of [
    ['NumberOfWedges', 'WedgeSequence'],
    ['NumberOfCompensators', 'CompensatorSequence'],
    ['NumberOfBoli', 'ReferencedBolusSequence'],
    ['NumberOfBlocks', 'BlockSequence'],
  ]) {
    const [stated, found] = [beam.number(count), beam.sequence(sequence).length];
    if (stated !== undefined && stated !== found)
      report.errors.push(`${beam.path}.${count}: ${stated}, but there are ${found}`);
  }
  const wedges = uniqueNumbers(beam.sequence('WedgeSequence'), 'WedgeNumber', report);
  beam.sequence('ControlPointSequence').forEach((point, index) => {
    const placed = point.sequence('WedgePositionSequence');
    checkReferences(placed, 'ReferencedWedgeNumber', wedges, report);
    if (index === 0 && placed.length !== wedges.size)
      report.errors.push(`${point.path}.WedgePositionSequence: ${placed.length} positions for ${wedges.size} wedges`);
  });
  for (const block of beam.sequence('BlockSequence')) {
    const [points, values] = [block.number('BlockNumberOfPoints') ?? 0, block.numbers('BlockData').length];
    if (values !== 2 * points) report.errors.push(`${block.path}.BlockData: ${values} values for ${points} points`);
    const missing = block.has('MaterialID') ? 'BlockThickness' : 'BlockTransmission';
    if (block.element(missing) === undefined) report.errors.push(`${block.path}.${missing}: missing`);
  }
}

function checkBeam(beam: DataSet, report: Report): void {
  checkAccessories(beam, report);
  const points = beam.sequence('ControlPointSequence');
  const stated = beam.number('NumberOfControlPoints');
  if (stated !== undefined && stated !== points.length)
    report.errors.push(`${beam.path}.NumberOfControlPoints: ${stated}, but there are ${points.length}`);
  const pairs = new Map(
    beam
      .sequence('BeamLimitingDeviceSequence')
      .map((device) => [device.string('RTBeamLimitingDeviceType'), device.number('NumberOfLeafJawPairs') ?? 0]),
  );
  let weight = 0;
  points.forEach((point, index) => {
    if (point.number('ControlPointIndex') !== index)
      report.errors.push(`${point.path}.ControlPointIndex: not ${index}`);
    const next = point.number('CumulativeMetersetWeight') ?? weight;
    if (next < weight) report.errors.push(`${point.path}.CumulativeMetersetWeight: falls from ${weight} to ${next}`);
    weight = next;
    for (const position of point.sequence('BeamLimitingDevicePositionSequence')) {
      const type = position.string('RTBeamLimitingDeviceType');
      const expected = pairs.get(type);
      const count = position.strings('LeafJawPositions').length;
      if (expected === undefined)
        report.errors.push(`${position.path}.RTBeamLimitingDeviceType: the beam has no ${type}`);
      else if (count !== 2 * expected)
        report.errors.push(`${position.path}.LeafJawPositions: ${count} for ${expected} pairs`);
    }
  });
  const final = beam.number('FinalCumulativeMetersetWeight');
  if (final !== undefined && Math.abs(final - weight) > 1e-3 * Math.max(1, final))
    report.errors.push(`${beam.path}.FinalCumulativeMetersetWeight: ${final}, the last weight is ${weight}`);
  if (points.length > 0)
    for (const attribute of [
      'NominalBeamEnergy',
      'GantryAngle',
      'BeamLimitingDeviceAngle',
      'PatientSupportAngle',
      'IsocenterPosition',
    ])
      if (!points[0].has(attribute))
        report.warnings.push(`${points[0].path}.${attribute}: the first control point does not state it`);
}

function checkDose(dataset: DataSet, report: Report): void {
  if (!dataset.has('PixelData')) return;
  checkPixels(dataset, report);
  readDoseGrid(dataset);
  if ((dataset.number('DoseGridScaling') ?? 1) <= 0) report.errors.push('DoseGridScaling: not positive');
  const frames = dataset.number('NumberOfFrames') ?? 1;
  if (frames > 1 && dataset.number('FrameIncrementPointer') !== 0x3004000c)
    report.errors.push('FrameIncrementPointer: does not point to Grid Frame Offset Vector');
  const bits = dataset.number('BitsAllocated');
  if (bits !== undefined && bits !== 16 && bits !== 32)
    report.errors.push(`BitsAllocated: ${bits} instead of 16 or 32`);
  const signed = dataset.number('PixelRepresentation') === 1;
  if (signed && dataset.string('DoseType') !== 'ERROR')
    report.errors.push('PixelRepresentation: signed values in a dose that is no ERROR');
  const summation = dataset.string('DoseSummationType');
  const needsPlan = ['PLAN', 'MULTI_PLAN', 'FRACTION', 'BEAM', 'BRACHY', 'CONTROL_POINT'].includes(summation);
  if (needsPlan && !dataset.has('ReferencedRTPlanSequence'))
    report.errors.push(`ReferencedRTPlanSequence: absent for summation ${summation}`);
}

function checkRegistration(dataset: DataSet, report: Report): void {
  for (const item of dataset.sequence('RegistrationSequence'))
    for (const registration of item.sequence('MatrixRegistrationSequence'))
      for (const step of registration.sequence('MatrixSequence')) {
        const matrix = step.needNumbers('FrameOfReferenceTransformationMatrix', 16);
        if (step.string('FrameOfReferenceTransformationMatrixType') === 'RIGID' && !isRigid(matrix))
          report.errors.push(`${step.path}.FrameOfReferenceTransformationMatrix: not rigid`);
      }
}

function checkDeformation(dataset: DataSet, report: Report): void {
  for (const item of dataset.sequence('DeformableRegistrationSequence'))
    for (const grid of item.sequence('DeformableRegistrationGridSequence')) {
      const [nx, ny, nz] = grid.needNumbers('GridDimensions', 3);
      const { length } = grid.bytes('VectorGridData');
      if (length !== 12 * nx * ny * nz)
        report.errors.push(`${grid.path}.VectorGridData: ${length} bytes instead of ${12 * nx * ny * nz}`);
    }
}

import { describe, expect, test } from 'vitest';
import { readHeader } from '#shared/dicom/header.ts';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { readStructureSet, writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { CT_IMAGE, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN, RT_STRUCTURE_SET } from '#shared/dicom/uid.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import type { Roi } from '#shared/model/structures.ts';
import { objectContext } from '#test/builders/context.ts';
import { imageVolume } from '#test/builders/image.ts';
import { structureSet } from '#test/builders/structureSet.ts';

const context = objectContext('RTSTRUCT');

test.each([1, 2, 3])('a set is read back the same, contours to a ten-thousandth of a millimetre (seed %i)', (seed) => {
  const set = structureSet(seed);
  const read = readStructureSet(writeStructureSet(set, objectContext('RTSTRUCT', seed)));
  const shape = ({ contours, ...roi }: Roi): unknown => ({
    ...roi,
    contours: contours.map(({ points, ...contour }) => ({ ...contour, points: points.length })),
  });
  expect({ ...read, rois: read.rois.map(shape) }).toEqual({ ...set, rois: set.rois.map(shape) });
  set.rois.forEach((roi, r) =>
    roi.contours.forEach((contour, c) =>
      contour.points.forEach((mm, i) =>
        expect(Math.abs(read.rois[r].contours[c].points[i] - mm)).toBeLessThanOrEqual(5.1e-5),
      ),
    ),
  );
});

test('references reach study, series and every image; the object is unapproved and says what it is not', () => {
  const image = imageVolume(1);
  const bytes = writeStructureSet(structureSet(1, image), context, { predecessorUid: '1.2.3.4' });
  const header = readHeader(bytes);
  expect(header.references.images).toEqual(image.slices.map((slice) => slice.sopInstanceUid));
  expect(header.references.series).toEqual([image.seriesInstanceUid]);
  expect(header.references.framesOfReference).toEqual([image.frameOfReferenceUid]);
  expect(header.references.structureSets).toEqual(['1.2.3.4']);
  expect(header.approvalStatus).toBe('UNAPPROVED');
  expect(header.label).toBe('Test set');
  expect(readPart10(bytes).dataset.string('StructureSetDescription')).toBe('NOT VALIDATED FOR CLINICAL USE');
});

test('a contour too long for a 16-bit length is written in implicit VR and read back', () => {
  const points = Float64Array.from({ length: 3 * 9000 }, (_, i) =>
    i % 3 === 2 ? 12.5 : 100 * Math.cos(i / 3) + (i % 3),
  );
  const image = imageVolume(1);
  const [body] = structureSet(1, image).rois;
  const set = structureSet(1, image, { rois: [{ ...body, contours: [{ type: 'CLOSED_PLANAR', points }] }] });
  const bytes = writeStructureSet(set, context);
  expect(readHeader(bytes).transferSyntaxUid).toBe(IMPLICIT_LITTLE_ENDIAN);
  expect(readStructureSet(bytes).rois[0].contours[0].points).toHaveLength(points.length);
  expect(readHeader(writeStructureSet(structureSet(), context)).transferSyntaxUid).toBe(EXPLICIT_LITTLE_ENDIAN);
});

test('writing refuses another UID, unknown images, a missing frame of reference', () => {
  const set = structureSet();
  expect(() => writeStructureSet({ ...set, sopInstanceUid: '1.2.3' }, context)).toThrow(
    expect.objectContaining({ code: 'CONFLICT' }),
  );
  expect(() => writeStructureSet({ ...set, referencedImages: [] }, context)).toThrow(
    expect.objectContaining({ code: 'REFERENCE', object: 'BODY' }),
  );
  expect(() => writeStructureSet({ ...set, frameOfReferenceUid: '' }, context)).toThrow(
    expect.objectContaining({ code: 'FRAME_OF_REFERENCE' }),
  );
});

const triangle = [0, 0, 5, 10, 0, 5, 0, 10, 5];

/** A minimal set of a foreign maker with the given contours of ROI 1. */
function foreign(contours: DataSetInput[], more: DataSetInput = {}): Uint8Array {
  return writePart10({
    SOPClassUID: RT_STRUCTURE_SET,
    SOPInstanceUID: '1.2.3',
    StudyInstanceUID: '1.2.4',
    SeriesInstanceUID: '1.2.5',
    Modality: 'RTSTRUCT',
    StructureSetROISequence: [{ ROINumber: 1, ROIName: 'A', ReferencedFrameOfReferenceUID: '1.2.6' }],
    ROIContourSequence: [{ ReferencedROINumber: 1, ContourSequence: contours }],
    ...more,
  });
}

const closed = (points: number[], more: DataSetInput = {}): DataSetInput => ({
  ContourGeometricType: 'CLOSED_PLANAR',
  NumberOfContourPoints: points.length / 3,
  ContourData: points,
  ...more,
});

test('a repeated last vertex is dropped', () => {
  const set = readStructureSet(foreign([closed([...triangle, 0, 0, 5])]));
  expect(Array.from(set.rois[0].contours[0].points)).toEqual(triangle);
  expect(set.frameOfReferenceUid).toBe('1.2.6');
});

test.each<[string, DataSetInput, RegExp]>([
  ['two points', closed([0, 0, 5, 1, 0, 5]), /fewer than three/],
  ['a bent contour', closed([0, 0, 5, 10, 0, 5, 10, 10, 6, 0, 10, 5]), /not planar/],
  ['a wrong count', closed(triangle, { NumberOfContourPoints: 7 }), /another number of points/],
  ['no type', closed(triangle, { ContourGeometricType: '' }), /without a geometric type/],
])('%s is said', (_, contour, warning) => {
  expect(readStructureSet(foreign([contour])).warnings.join()).toMatch(warning);
});

test('an image named by a contour only is kept with the set', () => {
  const image = { ReferencedSOPClassUID: CT_IMAGE, ReferencedSOPInstanceUID: '1.2.9' };
  const set = readStructureSet(foreign([closed(triangle, { ContourImageSequence: [image] })]));
  expect(set.referencedImages).toEqual([{ sopClassUid: CT_IMAGE, sopInstanceUid: '1.2.9' }]);
  expect(set.rois[0].contours[0].referencedSopInstanceUid).toBe('1.2.9');
});

test('contours of an undefined ROI are left out and said', () => {
  const set = readStructureSet(
    foreign([], { ROIContourSequence: [{ ReferencedROINumber: 8, ContourSequence: [closed(triangle)] }] }),
  );
  expect(set.rois[0].contours).toEqual([]);
  expect(set.warnings).toEqual(['contours of ROI 8, which the set does not define, were left out']);
});

test.each<[string, Uint8Array, string]>([
  ['numbers that are no points', foreign([closed([1, 2, 3, 4], { NumberOfContourPoints: 1 })]), 'ContourData'],
  ['an unknown type', foreign([closed(triangle, { ContourGeometricType: 'SPLINE' })]), 'ContourGeometricType'],
  [
    'an ROI number used twice',
    foreign([], { StructureSetROISequence: [{ ROINumber: 1 }, { ROINumber: 1 }] }),
    'ROINumber',
  ],
  [
    'two contour lists of one ROI',
    foreign([], { ROIContourSequence: [{ ReferencedROINumber: 1 }, { ReferencedROINumber: 1 }] }),
    'ReferencedROINumber',
  ],
])('%s are refused', (_, bytes, attribute) => {
  expect(() => readStructureSet(bytes)).toThrow(expect.objectContaining({ code: 'INVALID_ATTRIBUTE', attribute }));
});

describe('densities set by hand', () => {
  const properties = (items: DataSetInput[]) =>
    readStructureSet(
      foreign([closed(triangle)], {
        RTROIObservationsSequence: [
          { ReferencedROINumber: 1, RTROIInterpretedType: 'SUPPORT', ROIPhysicalPropertiesSequence: items },
        ],
      }),
    );
  const property = (name: string, value: number, more: DataSetInput = {}): DataSetInput => ({
    ROIPhysicalProperty: name,
    ROIPhysicalPropertyValue: value,
    ...more,
  });

  test('are written as relative mass density and read back', () => {
    const set = structureSet();
    const rois = set.rois.map((roi, n) =>
      n === 1 ? { ...roi, density: 4.54 } : n === 3 ? { ...roi, density: 0 } : roi,
    );
    const read = readStructureSet(writeStructureSet({ ...set, rois }, objectContext('RTSTRUCT')));
    expect(read.rois.map((roi) => roi.density)).toEqual([undefined, 4.54, undefined, 0]);
  });

  test('mass density counts before electron density', () => {
    expect(properties([property('REL_ELEC_DENSITY', 3.2), property('REL_MASS_DENSITY', 4.5)]).rois[0].density).toBe(
      4.5,
    );
  });

  test.each([
    // NIST: ρ Z/A over that of water; between them straight lines.
    ['water', 1, 1],
    ['cortical bone of ICRU 44', 1.781, 1.92],
    ['aluminium', 2.343, 2.699],
    ['titanium', 3.759, 4.54],
    ['air', 0.00108, 0.001205],
  ])('electron density of %s gives its mass density', (_, electrons, mass) => {
    const set = properties([property('REL_ELEC_DENSITY', electrons)]);
    expect(set.rois[0].density! / mass).toBeCloseTo(1, 2);
    expect(set.warnings.join()).toMatch(/taken as .* g\/cm³, by materials of like density/);
  });

  test('the composition of the ROI decides where it is given', () => {
    const element = (z: number, fraction: number): DataSetInput => ({
      ROIElementalCompositionAtomicNumber: z,
      ROIElementalCompositionAtomicMassFraction: fraction,
    });
    // Polyethylene, CH₂: Z/A 0.57034 (NIST), 0.93 g/cm³.
    const composition = property('ELEM_FRACTION', 0, {
      ROIElementalCompositionSequence: [element(1, 0.143716), element(6, 0.856284)],
    });
    const set = properties([composition, property('REL_ELEC_DENSITY', (0.93 * 0.57034) / 0.55508)]);
    expect(set.rois[0].density).toBeCloseTo(0.93, 3);
    expect(set.warnings.join()).toMatch(/its elemental composition/);
  });

  test('other properties set none, and no density is refused', () => {
    const other = properties([property('EFFECTIVE_Z', 7.4)]);
    expect(other.rois[0]).not.toHaveProperty('density');
    expect(other.warnings.join()).toMatch(/EFFECTIVE_Z set no density/);
    expect(() => properties([property('REL_MASS_DENSITY', -1)])).toThrow(/no relative density/);
  });
});

test('another object is refused by its name', () => {
  expect(() => readStructureSet(foreign([], { SOPClassUID: CT_IMAGE }), 'x.dcm')).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED_OBJECT', object: 'x.dcm' }),
  );
});

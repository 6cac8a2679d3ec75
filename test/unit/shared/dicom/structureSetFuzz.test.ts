import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { writePart10 } from '#shared/dicom/codec/part10.ts';
import { readStructureSet, writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { CT_IMAGE, RT_STRUCTURE_SET } from '#shared/dicom/uid.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';
import { indexContours, sectionAt } from '#shared/structures/contours/section.ts';
import { objectContext } from '#test/builders/context.ts';
import { cube } from '../structures/shapes.ts';

/** Sets as no sender should write them: absent and broken references, odd counts of numbers, one-point and crossing contours. */
const number = fc.oneof(fc.integer({ min: -30, max: 30 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
const triples = fc.array(fc.tuple(number, number, fc.constantFrom(0, 2, 4)), { minLength: 0, maxLength: 8 });
const points = fc.oneof(
  { weight: 8, arbitrary: triples.map((all) => all.flat()) },
  { weight: 1, arbitrary: fc.array(number, { maxLength: 7 }) },
  // The same plane throughout: crossing polygons and keyholes.
  {
    weight: 8,
    arbitrary: fc
      .array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
        minLength: 3,
        maxLength: 12,
      })
      .map((xy) => xy.flatMap(([x, y]) => [x, y, 2])),
  },
);
const image = fc.record({
  ReferencedSOPClassUID: fc.constantFrom(CT_IMAGE, ''),
  ReferencedSOPInstanceUID: fc.constantFrom('1.2.3.4', '1.2.3.5', ''),
});
const contour = fc.record({
  ContourGeometricType: fc.constantFrom(
    'CLOSED_PLANAR',
    'CLOSEDPLANAR_XOR',
    'OPEN_PLANAR',
    'OPEN_NONPLANAR',
    'POINT',
    '',
    'SPLINE',
  ),
  NumberOfContourPoints: fc.option(fc.nat(9), { nil: undefined }),
  ContourData: points,
  ContourImageSequence: fc.option(fc.array(image, { maxLength: 2 }), { nil: undefined }),
});
const roiNumber = fc.integer({ min: 1, max: 3 });
const hostile = fc.record({
  StructureSetROISequence: fc.array(
    fc.record({
      ROINumber: roiNumber,
      ROIName: fc.constantFrom('A', '', 'Ü'),
      ReferencedFrameOfReferenceUID: fc.constantFrom('1.2.6', '1.2.7', ''),
    }),
    { maxLength: 3 },
  ),
  ROIContourSequence: fc.array(
    fc.record({
      ReferencedROINumber: roiNumber,
      ROIDisplayColor: fc.constantFrom([1, 2, 3], [300, 0, 0], [1]),
      ContourSequence: fc.array(contour, { maxLength: 4 }),
    }),
    { maxLength: 3 },
  ),
  RTROIObservationsSequence: fc.array(
    fc.record({
      ObservationNumber: roiNumber,
      ReferencedROINumber: roiNumber,
      RTROIInterpretedType: fc.constantFrom('PTV', 'TUMOUR', ''),
    }),
    { maxLength: 3 },
  ),
  FrameOfReferenceUID: fc.constantFrom('1.2.6', undefined),
});

test('a set as no sender should write it gives a set that can be used and written again, or an error that names its attribute', () => {
  const grid = cube(24, 3, 1, 2);
  let read = 0;
  fc.assert(
    fc.property(hostile, (parts) => {
      const bytes = writePart10({
        SOPClassUID: RT_STRUCTURE_SET,
        SOPInstanceUID: '1.2.3',
        ...(parts as unknown as DataSetInput),
      });
      let set: ReturnType<typeof readStructureSet>;
      try {
        set = readStructureSet(bytes, 'hostile');
      } catch (error) {
        expect(error).toBeInstanceOf(IsocenterError);
        expect((error as IsocenterError).attribute).toMatch(/ROINumber|ContourData|ContourGeometricType/);
        expect((error as IsocenterError).object).not.toBe('');
        return;
      }
      read++;
      // Nothing is lost without a word: each contour is there, or a remark tells of those that are not.
      const sent = parts.ROIContourSequence.reduce((sum, item) => sum + item.ContourSequence.length, 0);
      const kept = set.rois.reduce((sum, roi) => sum + roi.contours.length, 0);
      if (kept < sent) expect(set.warnings.join()).toMatch(/left out/);
      for (const roi of set.rois)
        try {
          rasterizeRoi(roi.contours, grid);
          const index = indexContours(roi, grid);
          for (const axis of ['axial', 'sagittal', 'coronal'] as const) sectionAt(index, axis, 2);
        } catch (error) {
          expect((error as IsocenterError).code).toBe('GEOMETRY');
        }
      if (set.frameOfReferenceUid === '') return;
      const context = objectContext('RTSTRUCT');
      const again = readStructureSet(writeStructureSet({ ...set, sopInstanceUid: context.sopInstanceUid }, context));
      expect(again.rois.map((roi) => roi.contours.length)).toEqual(set.rois.map((roi) => roi.contours.length));
    }),
    { numRuns: 150 },
  );
  expect(read).toBeGreaterThan(15);
});

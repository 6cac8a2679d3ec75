import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { writePart10 } from '#shared/dicom/codec/part10.ts';
import { readSegmentation } from '#shared/dicom/segmentation/segmentation.ts';
import { writeSegmentation } from '#shared/dicom/segmentation/segmentationWriter.ts';
import { CT_IMAGE, LABEL_MAP_SEGMENTATION, SEGMENTATION } from '#shared/dicom/uid.ts';
import { rigidFromParameters } from '#shared/geometry/affine.ts';
import { moveGrid, patientToIndex } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Rgb, Roi } from '#shared/model/structures.ts';
import { masksOf, type RoiMask, structuresOf, wholeFrame } from '#shared/structures/sets/segments.ts';
import { readStructures } from '#shared/structures/sets/structureObject.ts';
import { objectContext } from '#test/builders/context.ts';
import { imageVolume } from '#test/builders/image.ts';
import { structureSet } from '#test/builders/structureSet.ts';

const context = objectContext('SEG');
const oblique: ImageVolume = moveGrid(imageVolume(3), rigidFromParameters([20, 35, -40], [10, -20, 30]));

/** A segmentation of 3 × 3 pixels of 2 mm with the given frames, of a foreign maker. */
function foreign(pixels: Uint8Array | Uint16Array, frames: DataSetInput[], more: DataSetInput = {}): Uint8Array {
  return writePart10({
    SOPClassUID: SEGMENTATION,
    SOPInstanceUID: '1.2.3',
    StudyInstanceUID: '1.2.4',
    FrameOfReferenceUID: '1.2.6',
    SegmentationType: 'BINARY',
    SamplesPerPixel: 1,
    Rows: 3,
    Columns: 3,
    NumberOfFrames: frames.length,
    BitsAllocated: 1,
    BitsStored: 1,
    HighBit: 0,
    PixelRepresentation: 0,
    SegmentSequence: [
      { SegmentNumber: 1, SegmentLabel: 'A' },
      { SegmentNumber: 2, SegmentLabel: 'B' },
    ],
    SharedFunctionalGroupsSequence: [
      {
        PlaneOrientationSequence: [{ ImageOrientationPatient: [1, 0, 0, 0, 1, 0] }],
        PixelMeasuresSequence: [{ PixelSpacing: [2, 2], SliceThickness: 5 }],
      },
    ],
    PerFrameFunctionalGroupsSequence: frames,
    PixelData: pixels,
    ...more,
  });
}
const at = (z: number, segment = 1): DataSetInput => ({
  PlanePositionSequence: [{ ImagePositionPatient: [0, 0, z] }],
  SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment }],
});
/** A mask's slices on all pixels of an image. */
const wholeSlices = ({ box, slices }: RoiMask, { dims, ...grid }: ImageVolume): Uint8Array[] =>
  slices.map(({ inside }) =>
    Uint8Array.from(
      wholeFrame({ grid: { ...grid, dims: [dims[0], dims[1], 1] }, box, share: Float32Array.from(inside) }),
    ),
  );

/** Nine bits of a frame: the middle pixel, and all. */
const [MIDDLE, ALL] = [0b000010000, 0b111111111];
const bits = (...frames: number[]): Uint8Array => {
  const bytes = new Uint8Array(Math.ceil((frames.length * 9) / 8));
  frames.forEach((frame, n) => {
    for (let p = 0; p < 9; p++) if ((frame >> p) & 1) bytes[(n * 9 + p) >> 3] |= 1 << ((n * 9 + p) & 7);
  });
  return bytes;
};

describe('a segmentation of ours', () => {
  test('holds the voxels of its ROIs, their colours, what they are, and where from', () => {
    const image = imageVolume(1);
    const set = structureSet(1, image);
    const { masks, warnings } = masksOf(set.rois, image);
    const read = readSegmentation(writeSegmentation(set, masks, image, context));
    expect(read.segments.map(({ label }) => label)).toEqual(['BODY', 'PTV']);
    read.segments.forEach(({ frames, color }, s) => {
      expect(frames.map((frame) => Uint8Array.from(wholeFrame(frame)))).toEqual(wholeSlices(masks[s], image));
      expect(frames.map(({ source }) => source)).toEqual(masks[s].slices.map(({ k }) => image.slices[k]));
      // Sixteen bits of CIELab hold eight of sRGB to one step.
      color!.forEach((value, c) => expect(Math.abs(value - masks[s].roi.color[c])).toBeLessThanOrEqual(1));
    });
    expect(read.segments.map(({ category, code }) => [category?.meaning, code])).toEqual([
      ['Anatomical Structure', { value: '38266002', scheme: 'SCT', meaning: 'Entire Body' }],
      ['RT Target', { value: '228793007', scheme: 'SCT', meaning: 'PTV' }],
    ]);
    expect(structuresOf(read).rois.map(({ type }) => type)).toEqual(['EXTERNAL', 'PTV']);
    expect(read.referencedSeriesUid).toBe(image.seriesInstanceUid);
    expect(read.referencedStudyUid).toBe(image.study.studyInstanceUid);
    // A point and an ROI without contours have no voxels: left out, and said.
    expect(warnings.join('\n')).toMatch(
      /"Fiducial".*no voxels[\s\S]*"Fiducial" holds no voxel[\s\S]*"Später" holds no voxel/,
    );
  });

  test('any mask on any grid comes back as contours of exactly those voxels', () => {
    const [nx, ny, nz] = oblique.dims;
    const size = nx * ny;
    // Boxes, holes and lone pixels, on every slice; at the border too.
    const box = fc.tuple(
      fc.nat(nx - 1),
      fc.nat(ny - 1),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
    );
    const slice = fc.array(box, { minLength: 1, maxLength: 4 }).map((boxes) => {
      const inside = new Uint8Array(size);
      boxes.forEach(([x, y, w, h, adds], n) => {
        for (let j = y; j < Math.min(ny, y + h); j++)
          inside.fill(adds || n === 0 ? 1 : 0, j * nx + x, j * nx + Math.min(nx, x + w));
      });
      return inside;
    });
    fc.assert(
      fc.property(
        fc.array(
          slice.filter((inside) => inside.includes(1)),
          { minLength: nz, maxLength: nz },
        ),
        (slices) => {
          const roi: Roi = { ...structureSet(3).rois[0], name: 'Liver', contours: [] };
          const mask: RoiMask = { roi, box: [0, 0, nx, ny], slices: slices.map((inside, k) => ({ k, inside })) };
          const set = readStructures(writeSegmentation({ label: 'x', rois: [roi] }, [mask], oblique, context));
          const [again] = masksOf(set.rois, oblique).masks;
          expect(wholeSlices(again, oblique)).toEqual(wholeSlices(mask, oblique));
          expect(again.slices.map(({ k }) => k)).toEqual(mask.slices.map(({ k }) => k));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('is refused for another frame of reference, and without a voxel', () => {
    const image = imageVolume(1);
    const set = structureSet(1, image);
    const { masks } = masksOf(set.rois, image);
    const elsewhere = { ...image, frameOfReferenceUid: '9.9' };
    expect(() => writeSegmentation(set, masks, elsewhere, context)).toThrow(
      expect.objectContaining({ code: 'FRAME_OF_REFERENCE', object: 'BODY' }),
    );
    expect(() => writeSegmentation(set, [], image, context)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});

describe('segmentations of others', () => {
  test('frames in any order and seen from below lie where they say', () => {
    const turned = {
      PlaneOrientationSequence: [{ ImageOrientationPatient: [-1, 0, 0, 0, 1, 0] }],
      PlanePositionSequence: [{ ImagePositionPatient: [4, 0, 10] }],
      SegmentIdentificationSequence: [{ ReferencedSegmentNumber: 1 }],
    };
    const corner = 0b000000001;
    const set = readStructures(foreign(bits(MIDDLE, corner, MIDDLE, ALL), [at(5), turned, at(0), at(5, 2)]));
    const middles = set.rois[0].contours.map(({ points }) => {
      const mean = (axis: number): number =>
        points.filter((_, i) => i % 3 === axis).reduce((a, b) => a + b) / (points.length / 3);
      return [mean(0), mean(1), mean(2)].map((mm) => Math.round(mm * 1e6) / 1e6);
    });
    expect(middles).toEqual([
      [2, 2, 5],
      [4, 0, 10],
      [2, 2, 0],
    ]);
    expect(set.rois[1].contours).toHaveLength(1);
  });

  test('fractions are outlined where they are one half, between the pixels', () => {
    // 20 % | 60 % of 250: the half lies at 0.75 of the way from the first to the second column.
    const pixels = Uint8Array.of(0, 50, 150, 0, 50, 150, 0, 50, 150, 0);
    const seg = foreign(pixels, [at(0)], {
      SegmentationType: 'FRACTIONAL',
      SegmentationFractionalType: 'OCCUPANCY',
      MaximumFractionalValue: 250,
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
    });
    const [contour] = readStructures(seg).rois[0].contours;
    expect(Math.min(...contour.points.filter((_, i) => i % 3 === 0))).toBeCloseTo(2 + 0.75 * 2, 6);
  });

  test('label maps of words give each label its segment; what no segment describes is said', () => {
    const pixels = Uint16Array.of(1, 1, 0, 1, 2, 2, 700, 0, 300);
    const seg = foreign(pixels, [{ PlanePositionSequence: [{ ImagePositionPatient: [0, 0, 7] }] }], {
      SOPClassUID: LABEL_MAP_SEGMENTATION,
      SegmentationType: 'LABELMAP',
      BitsAllocated: 16,
      BitsStored: 16,
      HighBit: 15,
      PixelPaddingValue: 700,
      SegmentSequence: [
        {
          SegmentNumber: 0,
          SegmentLabel: 'Nothing',
          SegmentedPropertyTypeCodeSequence: [
            { CodeValue: '125040', CodingSchemeDesignator: 'DCM', CodeMeaning: 'Background' },
          ],
        },
        { SegmentNumber: 1, SegmentLabel: 'A' },
        { SegmentNumber: 2, SegmentLabel: 'B' },
      ],
    });
    const { segments, warnings } = readSegmentation(seg);
    expect(segments.map(({ label, frames }) => [label, ...frames.map((frame) => wholeFrame(frame).join(''))])).toEqual([
      ['A', '110100000'],
      ['B', '000011000'],
    ]);
    expect(warnings).toEqual(['pixels of 300, which no segment describes, were left out']);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['two frames on one plane', foreign(bits(MIDDLE, 1), [at(0), at(0)]), /"A" has several frames on one plane/],
    ['slices without the segment', foreign(bits(ALL, ALL), [at(0), at(10)]), /"A": 1 times slices without it/],
    ['a segment without frames', foreign(bits(ALL), [at(0)]), /"B" has no frames/],
  ])('%s: said', (_, bytes, warning) => {
    expect(readStructures(bytes).warnings.join('\n')).toMatch(warning);
  });

  const noPlace = { SegmentIdentificationSequence: [{ ReferencedSegmentNumber: 1 }] };
  test.each<[string, Uint8Array, string, string]>([
    [
      'fewer pixels than frames',
      foreign(bits(ALL).subarray(0, 1), [at(0), at(5), at(10), at(15)]),
      'TRUNCATED',
      'PixelData',
    ],
    ['no pixels', foreign(bits(ALL), [at(0)], { PixelData: undefined }), 'MISSING_ATTRIBUTE', 'PixelData'],
    [
      'a frame of a segment that is not described',
      foreign(bits(ALL), [at(0, 7)]),
      'INVALID_ATTRIBUTE',
      'ReferencedSegmentNumber',
    ],
    ['a frame without a place', foreign(bits(ALL), [noPlace]), 'MISSING_ATTRIBUTE', 'PlanePositionSequence'],
    [
      'items that are not as many as frames',
      foreign(bits(ALL, ALL), [at(0)], { NumberOfFrames: 2 }),
      'INVALID_ATTRIBUTE',
      'PerFrameFunctionalGroupsSequence',
    ],
    [
      'axes that are none',
      foreign(bits(ALL), [{ ...at(0), PlaneOrientationSequence: [{ ImageOrientationPatient: [1, 0, 0, 1, 0, 0] }] }]),
      'INVALID_ATTRIBUTE',
      'ImageOrientationPatient',
    ],
    [
      'pixels without size',
      foreign(bits(ALL), [{ ...at(0), PixelMeasuresSequence: [{ PixelSpacing: [0, 2] }] }]),
      'INVALID_ATTRIBUTE',
      'PixelSpacing',
    ],
    [
      'two segments of one number',
      foreign(bits(ALL), [at(0)], { SegmentSequence: [{ SegmentNumber: 1 }, { SegmentNumber: 1 }] }),
      'INVALID_ATTRIBUTE',
      'SegmentNumber',
    ],
    [
      'another type',
      foreign(bits(ALL), [at(0)], { SegmentationType: 'SURFACE' }),
      'INVALID_ATTRIBUTE',
      'SegmentationType',
    ],
    [
      'a maximum of nothing',
      foreign(new Uint8Array(10), [at(0)], {
        SegmentationType: 'FRACTIONAL',
        BitsAllocated: 8,
        BitsStored: 8,
        HighBit: 7,
        MaximumFractionalValue: 0,
      }),
      'INVALID_ATTRIBUTE',
      'MaximumFractionalValue',
    ],
    [
      'a huge matrix',
      foreign(bits(ALL), [at(0)], { Rows: 65535, Columns: 65535 }),
      'INVALID_ATTRIBUTE',
      'NumberOfFrames',
    ],
    ['another class', foreign(bits(ALL), [at(0)], { SOPClassUID: CT_IMAGE }), 'UNSUPPORTED_OBJECT', 'SOPClassUID'],
  ])('%s: refused by attribute', (_, bytes, code, attribute) => {
    expect(() => readStructures(bytes)).toThrow(expect.objectContaining({ code, attribute }));
  });

  test('colours survive the way through CIELab within a step', () => {
    const image = imageVolume(1);
    fc.assert(
      fc.property(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)), (color) => {
        const roi: Roi = { ...structureSet(1, image).rois[0], color: color as Rgb };
        const inside = new Uint8Array(image.dims[0] * image.dims[1]).fill(1);
        const bytes = writeSegmentation(
          { label: 'x', rois: [roi] },
          [{ roi, box: [0, 0, image.dims[0], image.dims[1]], slices: [{ k: 0, inside }] }],
          image,
          context,
        );
        const [found] = structuresOf(readSegmentation(bytes)).rois;
        color.forEach((value, c) => expect(Math.abs(found.color[c] - value)).toBeLessThanOrEqual(1));
        expect(
          patientToIndex(image, [
            found.contours[0].points[0],
            found.contours[0].points[1],
            found.contours[0].points[2],
          ])[2],
        ).toBeCloseTo(0, 5);
      }),
      { numRuns: 50 },
    );
  });
});

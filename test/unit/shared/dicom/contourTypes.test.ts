import { describe, expect, test } from 'vitest';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { readStructureSet, writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { RT_STRUCTURE_SET } from '#shared/dicom/uid.ts';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import { rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Contour, ContourType, Roi } from '#shared/model/structures.ts';
import { expandContours } from '#shared/structures/margins/margin.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';
import { objectContext } from '#test/builders/context.ts';
import { structureSet } from '#test/builders/structureSet.ts';
import { cube, rectangle, total } from '../structures/shapes.ts';

const planes = [-6, -4, -2, 0, 2, 4, 6];
const grid = cube(40, 15, 1, 1);

const polygon = (type: ContourType, z: number, ...xy: number[]): Contour => ({
  type,
  points: Float64Array.from({ length: (xy.length / 2) * 3 }, (_, i) =>
    i % 3 === 2 ? z : xy[2 * Math.floor(i / 3) + (i % 3)],
  ),
});

/** A square of 20 mm with a square hole of 8 mm, on seven planes 2 mm apart, in every way that senders draw one. */
const holed: Readonly<Record<string, readonly Contour[]>> = {
  'an inner contour': planes.flatMap((z) => [rectangle(-10, -10, 10, 10, z), rectangle(-4, -4, 4, 4, z)]),
  'an XOR contour': planes.flatMap((z) => [
    { ...rectangle(-10, -10, 10, 10, z), type: 'CLOSEDPLANAR_XOR' as const },
    { ...rectangle(-4, -4, 4, 4, z), type: 'CLOSEDPLANAR_XOR' as const },
  ]),
  // Out along the channel at y = 0 and back on the same line.
  'a keyhole': planes.map(
    (z) =>
    polygon(
      'CLOSED_PLANAR', z,
      10, 0, 10, 10, -10, 10, -10, -10, 10, -10, 10, 0,
      4, 0, 4, -4, -4, -4, -4, 4, 4, 4, 4, 0,
    ), // biome-ignore format: vertices
  ),
  'a keyhole with a channel of 0.02 mm': planes.map(
    (z) =>
    polygon(
      'CLOSED_PLANAR', z,
      10, 0.01, 10, 10, -10, 10, -10, -10, 10, -10, 10, -0.01,
      4, -0.01, 4, -4, -4, -4, -4, 4, 4, 4, 4, 0.01,
    ), // biome-ignore format: vertices
  ),
};

function exchanged(contours: readonly Contour[]): Roi {
  const set = structureSet(1);
  const bytes = writeStructureSet({ ...set, rois: [{ ...set.rois[0], contours }] }, objectContext('RTSTRUCT'));
  return readStructureSet(bytes).rois[0];
}

describe.each(Object.entries(holed))('a hole by %s', (_, contours) => {
  test('is written and read with every vertex as it was drawn', () => {
    expect(exchanged(contours).contours).toEqual(contours);
  });

  test('is a hole to volume and mask', () => {
    // (20² − 8²) mm² over 14 mm; the channel takes 0.02 × 6 mm².
    const mm3 = (400 - 64) * 14;
    expect(Math.abs((measureRoi(contours, grid)?.volume ?? 0) * 1000 - mm3)).toBeLessThan(0.13 * 14);
    const mask = rasterizeRoi(contours, grid);
    expect(Math.abs(total(mask, grid) - mm3)).toBeLessThan(0.13 * 14);
    expect(mask[20 + 40 * (20 + 40 * 7)]).toBe(0);
  });

  test('is narrowed from inside by a margin, and no wall stands where the channel was', () => {
    // Grown by 2 mm: 24 mm outside (round corners), 4 mm inside; shrunk by 2 mm: 16 and 12 mm.
    const area = (mm: number): number =>
      (measureRoi(
        expandContours(contours, mm, grid).filter(({ points }) => points[2] === 0),
        grid,
      )?.volume ?? 0) * 1000;
    expect(area(2)).toBeCloseTo(24 ** 2 - (4 - Math.PI) * 4 - 16, -0.7);
    expect(area(-2)).toBeCloseTo(16 ** 2 - 12 ** 2 + (4 - Math.PI) * 4, -0.7);
  });
});

test('open contours and points keep their type and every vertex', () => {
  const contours: Contour[] = [
    polygon('OPEN_PLANAR', 4, 0, 0, 5, 5, 9, 1),
    { type: 'OPEN_NONPLANAR', points: Float64Array.of(0, 0, 0, 1, 2, 3, -4, 5, 6.5, 0, 0, 0) },
    { type: 'POINT', points: Float64Array.of(1.2345, -6.789, 0.0001) },
    polygon('OPEN_PLANAR', -2, 3, 3, 8, 8, 3, 3),
  ];
  expect(exchanged(contours).contours).toEqual(contours);
});

test('contours between slices and on oblique planes keep their place', () => {
  const turn = rigidFromParameters([20, -35, 50], [11, -7, 123.4]);
  const oblique = holed['an inner contour'].map((contour): Contour => {
    const points = contour.points.slice();
    for (let i = 0; i < points.length; i += 3)
      points.set(transformPoint(turn, Array.from(points.subarray(i, i + 3)) as unknown as Vec3), i);
    return { ...contour, points };
  });
  const read = exchanged([...oblique]).contours;
  oblique.forEach(({ points }, c) =>
    points.forEach((mm, i) => expect(Math.abs(read[c].points[i] - mm)).toBeLessThanOrEqual(5.1e-5)),
  );
  expect(measureRoi(read)?.volume).toBeCloseTo((400 - 64) * 0.014, 3);
});

test('numbers of any size keep 0.001 mm in sixteen characters', () => {
  const points = Float64Array.of(-1234.56789, 2345.678912, 0.00012, 1e-9, -0.1 / 3, 1999.99996, -2000.00004, 3, -7);
  const [contour] = exchanged([{ type: 'OPEN_NONPLANAR', points }]).contours;
  points.forEach((mm, i) => expect(Math.abs(contour.points[i] - mm)).toBeLessThanOrEqual(5.1e-5));
});

describe('what a sender says beside the contours', () => {
  const triangle = {
    ContourGeometricType: 'CLOSED_PLANAR',
    NumberOfContourPoints: 3,
    ContourData: [0, 0, 5, 9, 0, 5, 0, 9, 5],
  };
  const foreign = (contour: DataSetInput, observations: DataSetInput[] = []): Uint8Array =>
    writePart10({
      SOPClassUID: RT_STRUCTURE_SET,
      SOPInstanceUID: '1.2.3',
      StructureSetROISequence: [
        { ROINumber: 1, ROIName: 'A', ROIDescription: 'drawn on MR', ReferencedFrameOfReferenceUID: '1.2.6' },
        { ROINumber: 2, ROIName: 'B', ReferencedFrameOfReferenceUID: '1.2.7' },
      ],
      ROIContourSequence: [{ ReferencedROINumber: 1, ContourSequence: [{ ...triangle, ...contour }] }],
      RTROIObservationsSequence: observations,
    });
  const liver = [{ CodeValue: '10200004', CodingSchemeDesignator: 'SCT', CodeMeaning: 'Liver' }];
  const observation = {
    ReferencedROINumber: 1,
    ROIObservationLabel: 'seen by two',
    ROIObservationDescription: 'first line\nsecond',
    RTROIInterpretedType: 'ORGAN',
    ROIInterpreter: 'Meier^Eva',
    MaterialID: 'WATER',
    RTROIIdentificationCodeSequence: liver,
  };

  test('codes, texts and further frames of reference are written again', () => {
    const context = objectContext('RTSTRUCT');
    const set = readStructureSet(foreign({}, [observation]));
    const bytes = writeStructureSet({ ...set, sopInstanceUid: context.sopInstanceUid }, context);
    const again = readStructureSet(bytes);
    expect(again.rois[0]).toMatchObject({
      code: { value: '10200004', scheme: 'SCT', meaning: 'Liver' },
      remarks: {
        ROIDescription: 'drawn on MR',
        ROIObservationLabel: 'seen by two',
        ROIObservationDescription: 'first line\nsecond',
        ROIInterpreter: 'Meier^Eva',
        MaterialID: 'WATER',
      },
    });
    const frames = readPart10(bytes).dataset.sequence('ReferencedFrameOfReferenceSequence');
    expect(frames.map((item) => item.string('FrameOfReferenceUID'))).toEqual(['1.2.6', '1.2.7']);
  });

  test.each<[string, DataSetInput, DataSetInput[], RegExp]>([
    ['an offset of the slab', { ContourOffsetVector: [0, 0, 1.5] }, [], /offset of their slab .* not applied/],
    [
      'an image named by no UID',
      { ContourImageSequence: [{ ReferencedSOPClassUID: '', ReferencedSOPInstanceUID: '' }] },
      [],
      /no UID/,
    ],
    [
      'two images of a contour',
      {
        ContourImageSequence: ['1.2.8', '1.2.9'].map((uid) => ({
          ReferencedSOPClassUID: '1.2',
          ReferencedSOPInstanceUID: uid,
        })),
      },
      [],
      /several images/,
    ],
    [
      'a type of its own',
      {},
      [{ ...observation, RTROIInterpretedType: 'TUMOUR' }],
      /"A": its type TUMOUR is not one of/,
    ],
    [
      'two observations',
      {},
      [observation, { ...observation, RTROIInterpretedType: 'PTV' }],
      /ROI 1 has several observations/,
    ],
    ['an observation of nothing', {}, [{ ...observation, ReferencedROINumber: 7 }], /observation of ROI 7/],
  ])('%s is said', (_, contour, observations, warning) => {
    expect(readStructureSet(foreign(contour, observations)).warnings.join('\n')).toMatch(warning);
  });
});

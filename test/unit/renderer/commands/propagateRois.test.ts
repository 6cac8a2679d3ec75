import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  frameOfRoi,
  propagateRois,
  usePropagation,
  waysFor,
} from '#renderer/commands/contouring/derive/propagateRois.ts';
import { openDocument, undo, useDocument } from '#renderer/document/store.ts';
import { invertRigid, rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Grid } from '#shared/geometry/volume.ts';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { Roi } from '#shared/model/structures.ts';
import { type BothWays, propagateContours } from '#shared/registration/propagateContours.ts';
import { rigidRegistration } from '#test/builders/registration.ts';
import { square, testDocument, testRoi, testStructures } from '../document/documentBuilder.ts';

// The worker's own code, without the worker.
vi.mock('#renderer/compute/fields/frontend.ts', () => ({
  propagate: (rois: readonly Roi[], ways: BothWays, target: Grid) =>
    Promise.resolve(rois.map(({ name, contours }) => propagateContours(contours, ways, target, { name }))),
}));

const matrix = rigidFromParameters([0, 0, 20], [12, -7, 3]);
const mrToCt = rigidRegistration({
  sopInstanceUid: '1.2.70',
  movingFrame: '1.2.20',
  fixedFrame: '1.2.9',
  matrix,
  label: 'MR to CT',
});
const gtv = testRoi(1, 'PTV', {
  type: 'PTV',
  frameOfReferenceUid: '1.2.20',
  contours: [-10, -5, 0, 5, 10].map((z) => square(15, -20, z, 25)),
});
const drawnOnMr = {
  ...testStructures([gtv]),
  sopInstanceUid: '1.2.44',
  label: 'MR set',
  frameOfReferenceUid: '1.2.20',
};
const rois = (): readonly Roi[] => useDocument.getState().document?.structures.rois ?? [];

beforeEach(() => openDocument(testDocument({ registrations: [mrToCt] })));

describe('copying structures through the registration', () => {
  it('adds them where the registration takes them, in one edit, and says where they come from', async () => {
    await propagateRois.perform(drawnOnMr, [gtv, { ...gtv, name: 'Cord', type: 'EXTERNAL' }]);
    const [, , copy, second] = rois();
    expect(copy).toMatchObject({
      name: 'PTV_2',
      type: 'PTV',
      color: gtv.color,
      generationAlgorithm: 'SEMIAUTOMATIC',
      frameOfReferenceUid: '1.2.9',
      remarks: { ROIDescription: 'PTV of MR set, through "MR to CT"' },
    });
    expect(second).toMatchObject({ name: 'Cord', type: 'CONTROL' });
    const from = measureRoi(gtv.contours)?.centroid ?? [0, 0, 0];
    const to = measureRoi(copy.contours)?.centroid ?? [0, 0, 0];
    // Across the slices, 5 mm thick, an end is met to half of one.
    transformPoint(matrix, from as Vec3).forEach((mm, axis) =>
      expect(Math.abs(to[axis] - mm)).toBeLessThan([0.5, 0.5, 2.5][axis]),
    );
    const { report } = usePropagation.getState();
    expect(report?.through).toBe('"MR to CT"');
    expect(report?.rows.map(({ name }) => name)).toEqual(['PTV_2', 'Cord']);
    expect(Math.abs((report?.rows[0].after ?? 0) / (report?.rows[0].before ?? 1) - 1)).toBeLessThan(0.05);
    undo();
    expect(rois().map(({ name }) => name)).toEqual(['BODY', 'PTV']);
  });

  it('finds its way through a chain, and the inverse of a registration', () => {
    const mr2ToMr = rigidRegistration({ movingFrame: '1.2.20', fixedFrame: '1.2.30', matrix, label: 'MR to MR2' });
    const document = testDocument({ registrations: [mrToCt, mr2ToMr] });
    const ways = waysFor({ ...gtv, frameOfReferenceUid: '1.2.30' }, drawnOnMr, document);
    expect(ways.there.registrations).toEqual([mr2ToMr, mrToCt]);
    expect(ways.back.registrations).toEqual([mrToCt, mr2ToMr]);
    expect(
      waysFor(
        gtv,
        drawnOnMr,
        testDocument({
          registrations: [{ ...mrToCt, movingFrame: '1.2.9', fixedFrame: '1.2.20', matrix: invertRigid(matrix) }],
        }),
      ).there.registrations,
    ).toHaveLength(1);
  });

  it('is refused without a registration in use', async () => {
    openDocument(testDocument());
    await expect(propagateRois.perform(drawnOnMr, [gtv])).rejects.toMatchObject({ code: 'FRAME_OF_REFERENCE' });
    expect(rois()).toHaveLength(2);
  });

  it('takes the frame of the image the set was drawn on where nothing else names one', () => {
    const document = testDocument();
    const series = { seriesInstanceUid: '1.2.3', frameOfReferenceUid: '1.2.55' };
    const tree = { ...document.tree, tree: [{ series: [series] }] } as unknown as typeof document.tree;
    const unnamed = { ...drawnOnMr, frameOfReferenceUid: '' };
    expect(frameOfRoi({ ...gtv, frameOfReferenceUid: '' }, unnamed, { tree })).toBe('1.2.55');
    expect(frameOfRoi({ ...gtv, frameOfReferenceUid: '' }, drawnOnMr, { tree })).toBe('1.2.20');
    expect(frameOfRoi(gtv, unnamed, { tree })).toBe('1.2.20');
  });
});

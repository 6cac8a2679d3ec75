import { beforeEach, describe, expect, it } from 'vitest';
import { coarser } from '#renderer/compute/warp/frontend.ts';
import { fusionOf } from '#renderer/document/fusion.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { dropDraft } from '#renderer/document/registrations.ts';
import { openDocument, undo, useDocument } from '#renderer/document/store.ts';
import {
  addLandmark,
  leaveOneOut,
  removeLandmark,
  seenLandmarks,
} from '#renderer/workspaces/fusion/registration/landmarks.ts';
import { fitToLandmarks } from '#renderer/workspaces/fusion/registration/landmarkFit.ts';
import {
  setParameters,
  shiftBy,
  startFromIdentity,
} from '#renderer/workspaces/fusion/registration/manualRegistration.ts';
import { shownMatrix, targetsOf, useRegistering } from '#renderer/workspaces/fusion/registration/registering.ts';
import type { SeriesSummary } from '#shared/contract/rpc/patients.ts';
import { invertRigid, multiply, rigidFromParameters, transformPoint, translation } from '#shared/geometry/affine.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Registration } from '#shared/model/registration.ts';
import { testDocument } from '#test/unit/renderer/document/documentBuilder.ts';

const series = (seriesInstanceUid: string, modality: string, frameOfReferenceUid: string): SeriesSummary =>
  ({
    seriesInstanceUid,
    modality,
    frameOfReferenceUid,
    seriesDescription: '',
    instanceCount: 9,
    objects: [],
  }) as unknown as SeriesSummary;
const rigid = (
  movingFrame: string,
  fixedFrame: string,
  matrix: readonly number[],
  sopInstanceUid: string,
): Registration => ({
  kind: 'rigid',
  sopInstanceUid,
  movingFrame,
  fixedFrame,
  matrix,
  label: sopInstanceUid,
});
const mr1ToCt = rigidFromParameters([5, -3, 12], [10, -20, 30]);
const mr2ToMr1 = rigidFromParameters([1, 2, 3], [4, 5, 6]);

const current = (): ClinicalDocument => {
  const { document } = useDocument.getState();
  if (document === null) throw new Error('nothing open');
  return document;
};
const expectMatrix = (found: readonly number[] | undefined, wanted: readonly number[]): void =>
  wanted.forEach((value, i) => expect(found?.[i]).toBeCloseTo(value, 9));

describe('registering MR2 to MR1, which is registered to the CT', () => {
  beforeEach(() => {
    const document = testDocument();
    const { primary, tree } = document;
    const all = [
      series(primary.seriesInstanceUid, 'CT', primary.frameOfReferenceUid),
      series('2', 'MR', 'MR1'),
      series('3', 'MR', 'MR2'),
    ];
    openDocument({
      ...document,
      tree: {
        ...tree,
        tree: [{ studyInstanceUid: '1', studyDate: '', studyTime: '', series: all }],
      } as unknown as ClinicalDocument['tree'],
      secondary: { ...primary, modality: 'MR', seriesInstanceUid: '3', frameOfReferenceUid: 'MR2' } as ImageVolume,
      registrations: [rigid('MR1', primary.frameOfReferenceUid, mr1ToCt, 'a'), rigid('MR2', 'MR1', mr2ToMr1, 'b')],
    });
    useRegistering.setState({ target: '2' });
  });

  it('offers the CT and MR1, not MR2 itself', () => {
    expect(targetsOf(current()).map((target) => target.series)).toEqual([current().primary.seriesInstanceUid, '2']);
  });

  it('changes the first link of the chain, so that the image moves on the CT by what was asked', () => {
    expectMatrix(shownMatrix(current()), multiply(mr1ToCt, mr2ToMr1));
    shiftBy([7, 0, -2]);
    const wanted = multiply(translation([7, 0, -2]), multiply(mr1ToCt, mr2ToMr1));
    expectMatrix(shownMatrix(current()), wanted);
    const [draft] = current().registrationDrafts;
    expect([draft.movingFrame, draft.fixedFrame, draft.sopInstanceUid]).toEqual(['MR2', 'MR1', '']);
    expectMatrix(draft.kind === 'rigid' ? draft.matrix : [], multiply(invertRigid(mr1ToCt), wanted));
    // What is stored between the same frames ends up elsewhere, and that is said.
    const fusion = fusionOf(current());
    expect(fusion.kind === 'fused' && fusion.warnings.length).toBe(1);
    dropDraft('MR1', 'MR2');
    expectMatrix(shownMatrix(current()), multiply(mr1ToCt, mr2ToMr1));
    undo();
    undo();
    expect(current().registrationDrafts).toEqual([]);
  });

  it('puts a direct way past MR1 aside in the same step, and brings it back on undo', () => {
    const { primary, registrations } = current();
    const direct = rigid('MR2', primary.frameOfReferenceUid, rigidFromParameters([0, 0, 0], [99, 0, 0]), 'c');
    openDocument({ ...current(), registrations: [...registrations, direct] });
    expectMatrix(shownMatrix(current()), rigidFromParameters([0, 0, 0], [99, 0, 0]));
    startFromIdentity();
    expectMatrix(shownMatrix(current()), rigidFromParameters([0, 0, 0], [0, 0, 0]));
    expect(current().registrationsOff).toHaveLength(1);
    undo();
    expectMatrix(shownMatrix(current()), rigidFromParameters([0, 0, 0], [99, 0, 0]));
  });

  it('keeps landmarks in the two frames, tells their error, and is fitted to them by way of the CT', () => {
    const [right, wrong] = [multiply(mr1ToCt, mr2ToMr1), rigidFromParameters([0, 0, 5], [3, 0, 0])];
    setParameters({ degrees: [0, 0, 0], shift: [0, 0, 0] });
    const places: Vec3[] = [
      [0, 0, 0],
      [50, 0, 10],
      [0, 60, -20],
      [-30, 20, 40],
      [10, -40, 30],
    ];
    // The same place of the patient: on the CT, and where the second image shows it now.
    const picked = (place: Vec3): Vec3 =>
      transformPoint(shownMatrix(current()) ?? [], transformPoint(invertRigid(right), place));
    for (const place of places) addLandmark(current(), place, picked(place));
    expect(current().landmarks).toMatchObject({ fixedFrame: 'MR1', movingFrame: 'MR2' });
    const seen = seenLandmarks(current());
    expect(seen.map(({ name }) => name)).toEqual(['L1', 'L2', 'L3', 'L4', 'L5']);
    seen.forEach(({ distance, fixed }, i) => {
      const [a, b] = [places[i], picked(places[i])];
      expect(distance).toBeCloseTo(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]), 9);
      fixed.forEach((value, axis) => expect(value).toBeCloseTo(places[i][axis], 9));
    });
    const pairs = current().landmarks?.pairs ?? [];
    expect(leaveOneOut(pairs)).toBeCloseTo(0, 6);
    expect(leaveOneOut(pairs.slice(0, 3))).toBeUndefined();
    const off = pairs.map((pair, i) => (i === 0 ? { ...pair, moving: transformPoint(wrong, pair.moving) } : pair));
    expect(leaveOneOut(off)).toBeGreaterThan(1);
    fitToLandmarks();
    expectMatrix(shownMatrix(current()), right);
    const [draft] = current().registrationDrafts;
    expect([draft.method, draft.landmarks?.length, draft.quality?.value]).toEqual([
      'landmarks',
      5,
      expect.closeTo(1, 6),
    ]);
    undo();
    expect(seenLandmarks(current())[0].distance).toBeCloseTo(seen[0].distance, 9);
    removeLandmark('L2');
    expect(current().landmarks?.pairs).toHaveLength(4);
  });

  it('takes numbers on the way through MR1 too', () => {
    setParameters({ degrees: [0, 0, 10], shift: [1, 2, 3] });
    expect(current().registrationDrafts[0].fixedFrame).toBe('MR1');
    expect(shownMatrix(current())?.[0]).toBeCloseTo(Math.cos(Math.PI / 18), 9);
  });
});

it('an image is deformed onto voxels no finer than its own, within the same box', () => {
  const grid = { dims: [101, 51, 30], spacing: [0.5, 1, 3], origin: [1, 2, 3], direction: AXIAL } as const;
  expect(coarser(grid, 1.25)).toMatchObject({ dims: [41, 41, 30], spacing: [1.25, 1.25, 3], origin: [1, 2, 3] });
});

import { describe, expect, it } from 'vitest';
import { loadElastix } from '#main/jobs/elastix.ts';
import { invertRigid, multiply } from '#shared/geometry/affine.ts';
import { gridCorners, middleOf } from '#shared/registration/prepare.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import { assessCompared, compareImages, DOUBTFUL } from '#shared/registration/quality.ts';
import { registerRigidly } from '#shared/registration/rigid.ts';
import { displaced } from '#shared/registration/search.ts';
import { hasIbsi, ibsiImage, movedImage, movedMr, targetError } from '#test/builders/displacements.ts';

/**
 * Known transforms up to 15° about each axis and 40 mm along each. The limits are those the workstation promises: 1 mm over the
 * volume on average, 2 mm at most. The full sweep, 20 of each, is `npm run bench -- registration`.
 */
describe('rigid registration against known transforms', () => {
  it.each(['thorax', 'pelvis'] as const)('CT and MR of the %s phantom, patient moved', async (kind) => {
    const phantom = phantomOf(kind, 1);
    const { mr, truth } = movedMr(phantom, kind, 3);
    const found = await registerRigidly(loadElastix, phantom.ct, mr);
    const { mean, max } = targetError(found.matrix, truth, phantom.ct);
    expect(mean).toBeLessThan(1);
    expect(max).toBeLessThan(2);
    expect(found.quality).toBeGreaterThan(DOUBTFUL);
    // The same pair a centimetre away, and in a place of its own, is told to be wrong.
    const compared = compareImages(phantom.ct, mr);
    const centre = middleOf(gridCorners(phantom.ct));
    for (const motion of [
      [0, 0, 0, 10, 0, 0],
      [20, 0, 10, 0, -30, 40],
    ])
      expect(assessCompared(compared, displaced(truth, motion, centre)).quality).toBeLessThan(DOUBTFUL);
  });

  it('tells that another patient does not fit', async () => {
    const [head, pelvis] = [phantomOf('head', 1), phantomOf('pelvis', 1)];
    const { quality, warnings } = await registerRigidly(loadElastix, head.ct, pelvis.mr);
    expect(quality).toBeLessThan(DOUBTFUL);
    expect(warnings.join()).toContain('doubtful');
  });

  describe.skipIf(!hasIbsi)('real images', () => {
    it.each([
      ['STS_001', 'MR_T1'],
      ['STS_002', 'PET'],
    ] as const)('%s: CT with %s displaced, found where it was found before', async (patient, modality) => {
      const [ct, moving] = [await ibsiImage(patient, 'CT'), await ibsiImage(patient, modality)];
      const { matrix } = await registerRigidly(loadElastix, ct, moving);
      const { image, motion } = movedImage(moving, 4);
      const found = await registerRigidly(loadElastix, ct, image);
      const { mean, max } = targetError(found.matrix, multiply(matrix, invertRigid(motion)), ct);
      expect(mean).toBeLessThan(1);
      expect(max).toBeLessThan(2);
    });

    it('an MR with its own displaced copy, within 0.3 mm', async () => {
      const mr = await ibsiImage('STS_035', 'MR_T1');
      const { image, motion } = movedImage(mr, 5);
      const { matrix, quality } = await registerRigidly(loadElastix, mr, image);
      expect(targetError(matrix, invertRigid(motion), mr).max).toBeLessThan(0.3);
      expect(quality).toBeGreaterThan(DOUBTFUL);
    });
  });
});

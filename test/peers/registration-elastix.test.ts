import { describe, expect, it } from 'vitest';
import { loadElastix } from '#main/jobs/elastix.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import { registerRigidly } from '#shared/registration/rigid.ts';
import { hasIbsi, ibsiImage, targetError } from '#test/builders/displacements.ts';
import { runNativeElastix } from './harness/elastix.ts';
import { peerMissing } from './harness/missing.ts';

describe.skipIf(peerMissing('elastix'))("rigid registration beside Debian's elastix", () => {
  it('finds what elastix finds on a phantom, and nearer the truth', async () => {
    const { ct, mr, registration } = phantomOf('pelvis', 2);
    if (registration.kind !== 'rigid') throw new Error('not rigid');
    const theirs = runNativeElastix(ct, mr);
    const ours = await registerRigidly(loadElastix, ct, mr);
    // Stochastic descent leaves elastix some tenths of a millimetre away: 1 mm for the two together.
    expect(targetError(ours.matrix, theirs.matrix, ct).mean).toBeLessThan(1);
    expect(targetError(ours.matrix, registration.matrix, ct).mean).toBeLessThan(
      targetError(theirs.matrix, registration.matrix, ct).mean + 0.1,
    );
  });

  it.skipIf(!hasIbsi)('moves a real MR that lies 13 mm off the way elastix moves it', async () => {
    const [ct, mr] = [await ibsiImage('STS_026', 'CT'), await ibsiImage('STS_026', 'MR_T1')];
    const theirs = runNativeElastix(ct, mr);
    const ours = await registerRigidly(loadElastix, ct, mr);
    const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    expect(targetError(identity, theirs.matrix, mr).mean).toBeGreaterThan(5);
    // A flat maximum, on which a stochastic descent stops where it is: nearer to each other than either to where the MR lay.
    const apart = targetError(ours.matrix, theirs.matrix, mr).mean;
    expect(apart).toBeLessThan(targetError(identity, theirs.matrix, mr).mean / 2);
    expect(apart).toBeLessThan(targetError(identity, ours.matrix, mr).mean / 2);
  });
});

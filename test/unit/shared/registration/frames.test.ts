import { describe, expect, it } from 'vitest';
import { invertRigid, multiply, rigidFromParameters, translation } from '#shared/geometry/affine.ts';
import { framePath } from '#shared/registration/frames.ts';
import { mapPoint, matrixOfTransform } from '#shared/registration/transform.ts';
import { deformation, rigidRegistration } from '#test/builders/registration.ts';

const [one, two, three] = [1, 2, 3].map((n) => rigidFromParameters([n, 2 * n, -n], [10 * n, -5, n]));
const link = (label: string, movingFrame: string, fixedFrame: string, matrix = one) =>
  rigidRegistration({ label, movingFrame, fixedFrame, matrix });

describe('framePath', () => {
  const mr1 = link('MR1 to CT', 'MR1', 'CT', one);
  const mr2 = link('MR2 to MR1', 'MR2', 'MR1', two);

  it('is nothing within one frame', () => {
    expect(framePath([], 'CT', 'CT')).toEqual({ transform: [], registrations: [], warnings: [] });
  });

  it('chains MR2 to MR1 to CT, and back, and names what it used', () => {
    const there = framePath([mr1, mr2], 'MR2', 'CT');
    expect(there.registrations).toEqual([mr2, mr1]);
    expect(matrixOfTransform(there.transform)).toEqual(multiply(one, two));
    const back = framePath([mr1, mr2], 'CT', 'MR2');
    expect(back.registrations).toEqual([mr1, mr2]);
    const expected = multiply(invertRigid(two), invertRigid(one));
    matrixOfTransform(back.transform)?.forEach((value, n) => expect(value).toBeCloseTo(expected[n], 12));
    expect([...there.warnings, ...back.warnings]).toEqual([]);
  });

  it('takes the shortest way, of equals the first, and warns of ways that end elsewhere', () => {
    const direct = link('MR2 to CT', 'MR2', 'CT', three);
    const found = framePath([mr1, mr2, direct], 'MR2', 'CT');
    expect(found.registrations).toEqual([direct]);
    expect(found.warnings).toHaveLength(1);
    expect(found.warnings[0]).toMatch(/"MR2 to CT" and "MR2 to MR1" with "MR1 to CT" differ by up to \d+\.\d mm/);
    const older = link('older', 'MR2', 'CT', multiply(translation([0, 0.9, 0]), three));
    expect(framePath([direct, older], 'MR2', 'CT')).toMatchObject({ registrations: [direct], warnings: [] });
    const worse = link('worse', 'MR2', 'CT', multiply(translation([0, 1.1, 0]), three));
    expect(framePath([worse, direct], 'MR2', 'CT').registrations).toEqual([worse]);
    expect(framePath([worse, direct], 'MR2', 'CT').warnings).toHaveLength(1);
  });

  it('goes round no circle', () => {
    const circle = [mr1, mr2, link('CT to MR2', 'CT', 'MR2', invertRigid(multiply(one, two)))];
    const found = framePath([...circle, link('PET to MR2', 'PET', 'MR2', three)], 'PET', 'MR1');
    expect(found.registrations.map(({ label }) => label)).toEqual(['PET to MR2', 'MR2 to MR1']);
    expect(found.warnings).toEqual([]);
  });

  it('goes through a deformation, or round it where only rigid ways will do', () => {
    const warp = deformation(1, { fixedFrame: 'CT', movingFrame: 'MR1' });
    const { transform } = framePath([warp, mr1], 'CT', 'MR1');
    expect(matrixOfTransform(transform)).toBeUndefined();
    expect(mapPoint(transform, warp.field.origin)).toBeDefined();
    const rigid = framePath([warp, mr1], 'CT', 'MR1', { rigidOnly: true });
    expect(rigid.registrations).toEqual([mr1]);
  });

  it('says when nothing leads there', () => {
    expect(() => framePath([mr2], 'MR2', 'CT')).toThrow(expect.objectContaining({ code: 'FRAME_OF_REFERENCE' }));
    expect(() => framePath([mr2], '', 'CT')).toThrow(/names no frame/);
  });
});

import { describe, expect, it } from 'vitest';
import { fusionOf } from '#renderer/document/fusion.ts';
import { registrationKey } from '#renderer/document/registrations.ts';
import { IDENTITY, multiply, rigidFromParameters } from '#shared/geometry/affine.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Registration } from '#shared/model/registration.ts';

const image = (modality: string, frameOfReferenceUid: string): ImageVolume =>
  ({
    modality,
    frameOfReferenceUid,
    dims: [3, 3, 3],
    spacing: [10, 10, 10],
    origin: [0, 0, 0],
    direction: AXIAL,
  }) as unknown as ImageVolume;
const matrix = rigidFromParameters([1, 2, 3], [4, 5, 6]);
const registration = (fixedFrame: string, movingFrame: string): Registration => ({
  kind: 'rigid',
  sopInstanceUid: '1',
  fixedFrame,
  movingFrame,
  matrix,
  label: 'reg',
});

const fuse = (primary: ImageVolume, secondary?: ImageVolume, ...registrations: readonly Registration[]) =>
  fusionOf({ primary, secondary, registrations, registrationDrafts: [], registrationsOff: [] });

describe('fusionOf', () => {
  const [ct, mr] = [image('CT', 'A'), image('MR', 'B')];

  it('fuses equal frames as they lie', () => {
    expect(fuse(ct, image('PT', 'A'))).toMatchObject({ kind: 'fused', how: 'same frame of reference', path: [] });
  });

  it('refuses different frames without a registration and says why', () => {
    const fusion = fuse(ct, mr);
    expect(fusion.kind === 'refused' && fusion.reason).toContain('no registration');
  });

  it('uses a registration as it is, or inverted when it runs the other way', () => {
    expect(fuse(ct, mr, registration('A', 'B'))).toMatchObject({ kind: 'fused', toPrimary: matrix });
    const inverse = fuse(ct, mr, registration('B', 'A'));
    if (inverse.kind !== 'fused' || inverse.toPrimary === undefined) throw new Error('not fused');
    const product = multiply(matrix, inverse.toPrimary);
    product.forEach((value, i) => expect(value).toBeCloseTo(IDENTITY[i], 12));
  });

  it('refuses a registration between other frames', () => {
    expect(fuse(ct, mr, registration('A', 'C')).kind).toBe('refused');
  });

  it('goes through a chain MR2 → MR1 → CT, and says which', () => {
    const mr2 = image('MR', 'C');
    const fusion = fuse(ct, mr2, { ...registration('B', 'C'), label: 'MR2 to MR1' }, registration('A', 'B'));
    if (fusion.kind !== 'fused' || fusion.toPrimary === undefined) throw new Error('not fused');
    multiply(matrix, matrix).forEach((value, i) => expect(fusion.toPrimary?.[i]).toBeCloseTo(value, 9));
    expect(fusion.how).toBe('registration MR2 to MR1, then reg');
  });

  it('does not use what is put aside, and says where two ways differ', () => {
    const stored = registration('A', 'B');
    const aside = fusionOf({
      primary: ct,
      secondary: mr,
      registrations: [stored],
      registrationDrafts: [],
      registrationsOff: [registrationKey(stored)],
    });
    expect(aside.kind).toBe('refused');
    const other = { ...stored, sopInstanceUid: '2', matrix: rigidFromParameters([0, 0, 0], [40, 0, 0]) };
    const contradicted = fuse(ct, mr, stored, other);
    expect(contradicted).toMatchObject({ kind: 'fused', toPrimary: matrix });
    expect(contradicted.kind === 'fused' && contradicted.warnings[0]).toContain('differ');
  });

  it('does not take two missing frames for equal ones', () => {
    expect(fuse(image('CT', ''), image('MR', '')).kind).toBe('refused');
    expect(fuse(ct, image('MR', '')).kind).toBe('refused');
  });

  it('has nothing to say without a second image', () => {
    expect(fuse(ct)).toEqual({ kind: 'none' });
  });
});

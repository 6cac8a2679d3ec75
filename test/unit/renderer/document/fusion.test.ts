import { describe, expect, it } from 'vitest';
import { fusionOf } from '#renderer/document/fusion.ts';
import { IDENTITY, multiply, rigidFromParameters } from '#shared/geometry/affine.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Registration } from '#shared/model/registration.ts';

const image = (modality: string, frameOfReferenceUid: string): ImageVolume =>
  ({ modality, frameOfReferenceUid }) as ImageVolume;
const matrix = rigidFromParameters([1, 2, 3], [4, 5, 6]);
const registration = (fixedFrame: string, movingFrame: string): Registration => ({
  kind: 'rigid',
  sopInstanceUid: '1',
  fixedFrame,
  movingFrame,
  matrix,
  label: 'reg',
});

describe('fusionOf', () => {
  const [ct, mr] = [image('CT', 'A'), image('MR', 'B')];

  it('fuses equal frames as they lie', () => {
    expect(fusionOf(ct, image('PT', 'A'))).toEqual({ kind: 'fused', how: 'same frame of reference' });
  });

  it('refuses different frames without a registration and says why', () => {
    const fusion = fusionOf(ct, mr);
    expect(fusion.kind === 'refused' && fusion.reason).toContain('no registration');
  });

  it('uses a registration as it is, or inverted when it runs the other way', () => {
    expect(fusionOf(ct, mr, registration('A', 'B'))).toMatchObject({ kind: 'fused', toPrimary: matrix });
    const inverse = fusionOf(ct, mr, registration('B', 'A'));
    if (inverse.kind !== 'fused' || inverse.toPrimary === undefined) throw new Error('not fused');
    const product = multiply(matrix, inverse.toPrimary);
    product.forEach((value, i) => expect(value).toBeCloseTo(IDENTITY[i], 12));
  });

  it('refuses a registration between other frames', () => {
    expect(fusionOf(ct, mr, registration('A', 'C')).kind).toBe('refused');
  });

  it('does not take two missing frames for equal ones', () => {
    expect(fusionOf(image('CT', ''), image('MR', '')).kind).toBe('refused');
    expect(fusionOf(ct, image('MR', '')).kind).toBe('refused');
  });

  it('has nothing to say without a second image', () => {
    expect(fusionOf(ct)).toEqual({ kind: 'none' });
  });
});

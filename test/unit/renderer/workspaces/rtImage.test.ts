import { describe, expect, it } from 'vitest';
import { jawCorners, placeOf } from '#renderer/workspaces/patients/rtImagePicture.ts';
import { rtImageWords } from '#renderer/workspaces/patients/rtImageWords.ts';
import { PLAIN_DRR } from '#shared/drr/computeDrr.ts';
import { beamDrrView } from '#shared/drr/beamDrrView.ts';
import { rtImageOf } from '#shared/drr/rtImageOf.ts';
import { plan } from '#test/builders/plan.ts';

const planned = plan();
const beam = planned.beams[1];
const view = beamDrrView(planned, beam, 0, { size: [301, 201], spacing: [1, 0.5], sid: 1500, upright: 'gantry' });
const image = rtImageOf(
  { view, data: new Float32Array(301 * 201).fill(10) },
  { patientPosition: 'HFS', frameOfReferenceUid: '', settings: PLAIN_DRR, field: { plan: planned, beam, control: 0 } },
  '',
);

describe('an RT Image as it is shown', () => {
  it('has the beam axis and the turned field where its attributes put them', () => {
    expect(placeOf(image)?.(0, 0)).toEqual([150.5, 100.5]);
    expect(placeOf(image)?.(30, 20)).toEqual([180.5, 60.5]);
    // A receptor that is turned with the collimator has the field upright; one that is shifted has the axis elsewhere.
    const turned = { ...image, receptorAngle: 20, receptorTranslation: [15, -10, -500] } as const;
    const [left, right] = jawCorners(turned).map((corner) => placeOf(turned)?.(...corner) ?? []);
    expect(right[1]).toBeCloseTo(left[1], 9);
    expect(right[0] - left[0]).toBeCloseTo(1.5 * 100.5, 9);
    expect(placeOf({ ...image, receptorTranslation: [15, -10, -500] })?.(0, 0)).toEqual([135.5, 80.5]);
    // Collimator 20°, jaws −50..50.5 and −45.5..40 at the isocenter, magnified by 1.5; the image is not turned.
    const [first] = jawCorners(image);
    const [c, s] = [Math.cos(Math.PI / 9), Math.sin(Math.PI / 9)];
    expect(first[0]).toBeCloseTo(1.5 * (-50 * c + 45.5 * s), 9);
    expect(first[1]).toBeCloseTo(1.5 * (-50 * s - 45.5 * c), 9);
  });

  it('shows no axis and no field where they are not stated', () => {
    const { firstPixel: _, collimator: __, ...vague } = image;
    expect(placeOf(vague)).toBeUndefined();
    expect(jawCorners(vague)).toEqual([]);
    expect(placeOf({ ...image, plane: 'NON_NORMAL' })).toBeUndefined();
    const words = new Map(rtImageWords(vague));
    expect(words.get('Position')).toBe('not stated: the beam axis is not known');
    expect(words.get('Collimator')).toBe('not stated');
  });

  it('says what it is', () => {
    const words = new Map(rtImageWords(image));
    expect(words.get('Kind')).toBe('digitally reconstructed radiograph, derived, secondary');
    expect(words.get('Beam')).toBe('number 2');
    expect(words.get('Intensity')).toBe('LOG, brighter with less radiation');
    expect(words.get('Pixels')).toBe('301 × 201, 1 × 0.5 mm in the image plane');
  });
});

import { describe, expect, it } from 'vitest';
import { adjusted, type DrrRequest, samePicture, viewFilling } from '#renderer/viewports/drr/drrRequest.ts';
import { EVERYTHING } from '#shared/drr/depthWindow.ts';
import { PLAIN } from '#shared/drr/attenuation.ts';
import { greyPixels, toneOf } from '#shared/drr/tone.ts';
import { pixelOfPoint } from '#shared/drr/view.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { imageVolume } from '#test/builders/image.ts';

const request: DrrRequest = {
  ct: imageVolume(),
  view: {
    angles: { gantry: 0, collimator: 0, couch: 0 },
    isocenter: [10, 20, 30],
    iecFromLps: iecFromPatient('HFS') ?? [],
    sad: 1000,
    sid: 1000,
  },
  place: { scale: 2, left: 130, top: 90 },
  weights: PLAIN,
  depth: EVERYTHING,
  brightness: 0,
  contrast: 1,
  by: 'automatic',
};

describe('a radiograph on a canvas', () => {
  it('lies where graticule and structures lie, however finely it is cast', () => {
    for (const pixels of [1e9, 10_000]) {
      const view = viewFilling(request, 400, 300, 1.5, { pixels });
      // The axis, and a point 50 mm to the patient's left and 20 mm up at the isocenter's depth: CSS pixels of the placement.
      for (const [point, left, top] of [
        [[10, 20, 30], 130, 90],
        [[60, 20, 50], 130 + 100, 90 - 40],
      ] as const) {
        const [c, r] = pixelOfPoint(view, point) ?? [0, 0];
        expect(((c + 0.5) * 400) / view.size[0]).toBeCloseTo(left, 9);
        expect(((r + 0.5) * 300) / view.size[1]).toBeCloseTo(top, 9);
      }
    }
    expect(viewFilling(request, 400, 300, 1.5, { pixels: 1e9 }).size).toEqual([600, 450]);
    const coarse = viewFilling(request, 400, 300, 1.5, { pixels: 10_000 }).size;
    expect(coarse[0] * coarse[1]).toBeLessThan(10_200);
  });

  it('is the same picture in another brightness only', () => {
    expect(samePicture(request, { ...request, brightness: 0.5, contrast: 2 })).toBe(true);
    expect(samePicture(request, { ...request, depth: { near: -10, far: Number.POSITIVE_INFINITY } })).toBe(false);
    expect(samePicture(request, { ...request, weights: { soft: 0, bone: 1 } })).toBe(false);
  });

  it('is black where it is thin and white where it is thick', () => {
    const data = Float32Array.from({ length: 1000 }, (_, n) => (n < 500 ? 0 : 100 + (n - 500) / 5));
    const tone = toneOf(data);
    // A fiftieth of the pixels that see anything is black, a five-hundredth white.
    expect(tone.black).toBeCloseTo(102, 0);
    expect(tone.white).toBeCloseTo(199.7, 0);
    const pixels = greyPixels(data, tone);
    expect(Array.from(pixels.subarray(0, 4))).toEqual([0, 0, 0, 255]);
    expect(Array.from(pixels.subarray(-4))).toEqual([255, 255, 255, 255]);
    const half = adjusted({ black: 0, white: 100 }, { ...request, brightness: 0, contrast: 2 });
    expect(half).toEqual({ black: 25, white: 75 });
    expect(adjusted({ black: 0, white: 100 }, { ...request, brightness: 0.5 })).toEqual({ black: -25, white: 75 });
  });
});

import { errorFunction } from '../errorFunction.ts';
import { SIGMAS, TERMS } from './gaussianLadder.ts';

/** Steps of the table per millimetre. */
const PER_MM = 8;

/** A bixel's edge-to-edge profile under every Gaussian, by distance from its middle: at round(distance · perMm) · TERMS + term. */
export interface BixelProfiles {
  readonly perMm: number;
  readonly values: Float32Array;
}

/**
 * @param width of the bixel, mm.
 * @param blur standard deviation of what spreads the fluence besides (source, voxel), mm.
 * @param reach largest distance asked for, mm.
 */
export function bixelProfiles(width: number, blur: number, reach: number): BixelProfiles {
  const count = Math.ceil(reach * PER_MM) + 2;
  const values = new Float32Array(count * TERMS);
  for (let n = 0; n < count; n++)
    SIGMAS.forEach((sigma, term) => {
      const scale = Math.SQRT2 * Math.hypot(sigma, blur);
      const distance = n / PER_MM;
      values[n * TERMS + term] =
        (errorFunction((distance + width / 2) / scale) - errorFunction((distance - width / 2) / scale)) / 2;
    });
  return { perMm: PER_MM, values };
}

import { attenuationOf, type CtVoxels } from './attenuation.ts';
import type { Grid } from '../geometry/volume.ts';

/** Attenuation of soft tissue and of bone beside each other as half floats, as graphics cards interpolate them. */
export interface HalfTissues {
  readonly grid: Grid;
  /** Two to a voxel: soft tissue, bone; weighted and added they are the attenuation. */
  readonly data: Uint16Array;
}

/** Half floats (IEEE 754 binary16) hold attenuation to a two-thousandth: half a Hounsfield unit about water. */
export function halfTissues(ct: CtVoxels, voxel: number): HalfTissues {
  const { data: soft, ...grid } = attenuationOf(ct, { soft: 1, bone: 0 }, voxel);
  const { data: bone } = attenuationOf(ct, { soft: 0, bone: 1 }, voxel);
  const data = new Uint16Array(2 * soft.length);
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  const half = (value: number): number => {
    // No attenuation is negative, and what is too small for a normal half float is nothing.
    float[0] = Math.min(65504, value);
    const exponent = (bits[0] >>> 23) - 112;
    return exponent <= 0 ? 0 : (bits[0] + 0x1000 - (112 << 23)) >>> 13;
  };
  for (let p = 0; p < soft.length; p++) {
    if (soft[p] > 0) data[2 * p] = half(soft[p]);
    if (bone[p] > 0) data[2 * p + 1] = half(bone[p]);
  }
  return { grid, data };
}

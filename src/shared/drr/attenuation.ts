import type { ImageVolume } from '../model/image.ts';
import { indexToPatient, type Volume } from '../geometry/volume.ts';

/** What of a CT a picture is made from. */
export type CtVoxels = Pick<ImageVolume, 'data' | 'dims' | 'spacing' | 'origin' | 'direction' | 'slope' | 'intercept'>;

/** How much tissue counts in the picture: 1 and 1 is the radiograph itself, 0 leaves a tissue away. */
export interface TissueWeights {
  readonly soft: number;
  readonly bone: number;
}

export const PLAIN: TissueWeights = { soft: 1, bone: 1 };

/** What is this thin is air: noise round the patient would veil the picture. */
const AIR = -950;
/** From here to there (HU) a voxel turns from soft tissue into bone. */
const BONE_FROM = 100;
const BONE_TO = 300;

/**
 * Attenuation relative to water. By the definition of the Hounsfield unit µ/µ(water) = 1 + HU/1000 at the scanner's effective energy
 * (air taken as 0); the weights then scale what is soft tissue and what is bone, with a linear passage from 100 to 300 HU.
 */
export function relativeAttenuation(hu: number, { soft, bone }: TissueWeights): number {
  if (!(hu > AIR)) return 0;
  const share = Math.max(0, Math.min(1, (hu - BONE_FROM) / (BONE_TO - BONE_FROM)));
  return (1 + hu / 1000) * (soft + share * (bone - soft));
}

/**
 * Attenuation relative to water of every voxel, mean-pooled over whole blocks of voxels of at most `voxel` mm an axis. With a `border`
 * so many voxels of nothing lie all round; the dims and the origin remain those of what is inside.
 */
export function attenuationOf(ct: CtVoxels, weights: TissueWeights, voxel = 0, border = 0): Volume<Float32Array> {
  const block = poolingOf(ct.spacing, voxel);
  const [fx, fy, fz] = block;
  const [nx, ny, nz] = ct.dims;
  const dims = [Math.ceil(nx / fx), Math.ceil(ny / fy), Math.ceil(nz / fz)] as const;
  const [width, height] = [dims[0] + 2 * border, dims[1] + 2 * border];
  const data = new Float32Array(width * height * (dims[2] + 2 * border));
  const { slope, intercept, data: stored } = ct;
  const share = 1 / (fx * fy * fz);
  const of = (value: number): number => share * relativeAttenuation(value * slope + intercept, weights);
  // Stored integers are looked up: sixteen bits are all they can be.
  const table = stored instanceof Float32Array ? undefined : tableOf(stored, of);
  const base = stored instanceof Int16Array ? 32768 : 0;
  let p = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) {
      const row = border + width * (border + Math.floor(j / fy) + height * (border + Math.floor(k / fz)));
      if (table === undefined) for (let i = 0; i < nx; i++) data[row + Math.floor(i / fx)] += of(stored[p++]);
      else if (fx === 1) for (let i = 0; i < nx; i++) data[row + i] += table[stored[p++] + base];
      else {
        let [q, sum, left] = [row, 0, fx];
        for (let i = 0; i < nx; i++) {
          sum += table[stored[p++] + base];
          if (--left > 0) continue;
          data[q++] += sum;
          sum = 0;
          left = fx;
        }
        if (left < fx) data[q] += sum;
      }
    }
  const middle = [(fx - 1) / 2, (fy - 1) / 2, (fz - 1) / 2] as const;
  return {
    data,
    dims,
    spacing: [ct.spacing[0] * fx, ct.spacing[1] * fy, ct.spacing[2] * fz],
    origin: indexToPatient(ct, middle),
    direction: ct.direction,
  };
}

/** How many voxels along an axis may be pooled into one: divisors of the last. */
export const BLOCKS = [1, 2, 3, 4, 6, 12] as const;

/** Voxels an axis that make one of at most `voxel` mm. */
function poolingOf(spacing: readonly number[], voxel: number): readonly [number, number, number] {
  const of = (mm: number): number => BLOCKS.findLast((block) => block * mm <= voxel * 1.001) ?? 1;
  return [of(spacing[0]), of(spacing[1]), of(spacing[2])];
}

function tableOf(stored: Int16Array | Uint16Array | Uint8Array, of: (value: number) => number): Float32Array {
  const from = stored instanceof Int16Array ? -32768 : 0;
  const count = stored instanceof Uint8Array ? 256 : 65536;
  const table = new Float32Array(count);
  for (let n = 0; n < count; n++) table[n] = of(from + n);
  return table;
}

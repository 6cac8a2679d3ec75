import type { Contour } from '../../model/structures.ts';
import { type FoundStructure, judge, within } from './found.ts';
import { components, distanceTo } from './masks.ts';
import { ringsOf } from './outline.ts';
import type { Scene } from './scene.ts';

/** HU of bone's border, and what a part must hold somewhere: spongy bone has 150 to 300, cortical bone 500 and more. */
const BONE = 150;
const CORTICAL = 300;
/** Parts below this are calcifications and noise, cm³. */
const SMALLEST = 1;
/** Enclosed places up to this size are filled when they are as bright as marrow: mm², HU. */
const MARROW = { largest: 1500, least: 70 };
/** Brighter than this is metal, HU. */
const METAL = 2500;

/**
 * All bone in the body: brighter than 150 HU in parts of at least 1 cm³ that hold cortical bone, marrow filled slice by slice;
 * the border is the 150 HU line of the image's own pixels.
 */
export function findBones(scene: Scene): FoundStructure {
  const found = { organ: 'bones', name: 'Bone', type: 'ORGAN', color: [240, 230, 190] } as const;
  const { coarse, voxel, inBody } = scene;
  const { bright, peak } = brightest(scene);
  // Skin and what lies on it (markers, couch) are no bone.
  const depth = distanceTo(
    inBody.map((inside) => 1 - inside),
    coarse,
  );
  const mask = bright.map((value, p) => (value && depth[p] > 2 ? 1 : 0));
  const kept = new Uint8Array(mask.length);
  let [largest, total, metal] = [0, 0, 0];
  for (const list of components(mask, coarse.dims, SMALLEST / voxel)) {
    if (!list.some((p) => peak[p] > CORTICAL)) continue;
    largest = Math.max(largest, list.length);
    total += list.length;
    for (const p of list) {
      kept[p] = 1;
      if (peak[p] > METAL) metal++;
    }
  }
  if (total === 0)
    return {
      ...found,
      contours: [],
      confidence: 0,
      reasons: [`nothing of ${SMALLEST} cm³ above ${CORTICAL} HU inside the body`],
    };
  const contours = outlineBones(scene, kept);
  const bodyVolume = inBody.reduce((sum, value) => sum + value, 0);
  const share = (100 * total) / bodyVolume;
  const judged = judge([
    { words: `${share.toFixed(1)} % of the body (3 to 22 expected)`, met: within(share, 3, 22, 4) },
    { words: 'most of it hangs together', met: largest / total > 0.3 ? 1 : 0.6, least: 0.7 },
    { words: 'no metal in it', met: metal * voxel > 0.5 ? 0 : 1, least: 0.6 },
  ]);
  const remark = 'vessels with contrast agent above 150 HU would be taken with it';
  return { ...found, contours, ...judged, reasons: [...judged.reasons, remark] };
}

/** Blocks that hold a pixel above the level, and the brightest pixel of each. */
function brightest({ ct, coarse, factor }: Scene): { bright: Uint8Array; peak: Float32Array } {
  const [nx, ny, nz] = ct.dims;
  const [width, height] = coarse.dims;
  const peak = new Float32Array(width * height * nz).fill(-1e4);
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) {
        const q = Math.floor(i / factor[0]) + width * (Math.floor(j / factor[1]) + height * k);
        const value = ct.data[p] * ct.slope + ct.intercept;
        if (value > peak[q]) peak[q] = value;
      }
  return { bright: Uint8Array.from(peak, (value) => (value > BONE ? 1 : 0)), peak };
}

/** Level lines of the pixels in and beside the kept blocks, marrow filled. */
function outlineBones({ ct, coarse, factor }: Scene, kept: Uint8Array): Contour[] {
  const [nx, ny, nz] = ct.dims;
  const [width, height] = coarse.dims;
  const values = new Float32Array((nx + 2) * (ny + 2));
  const contours: Contour[] = [];
  for (let k = 0; k < nz; k++) {
    const slice = kept.subarray(k * width * height, (k + 1) * width * height);
    if (!slice.includes(1)) continue;
    values.fill(-BONE);
    const beside = (x: number, y: number): boolean => {
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++)
          if (slice[Math.max(0, Math.min(height - 1, y + dy)) * width + Math.max(0, Math.min(width - 1, x + dx))])
            return true;
      return false;
    };
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        if (!beside(x, y)) continue;
        for (let j = y * factor[1]; j < Math.min(ny, (y + 1) * factor[1]); j++)
          for (let i = x * factor[0]; i < Math.min(nx, (x + 1) * factor[0]); i++)
            values[(j + 1) * (nx + 2) + i + 1] = ct.data[i + nx * (j + ny * k)] * ct.slope + ct.intercept - BONE;
      }
    fillMarrow(
      values,
      [nx + 2, ny + 2],
      (i, j) => ct.data[i - 1 + nx * (j - 1 + ny * k)] * ct.slope + ct.intercept,
      ct.spacing,
    );
    contours.push(...ringsOf(values, ct, k, 4));
  }
  return contours;
}

/** Raises enclosed places that are small, or no larger than a marrow cavity and as bright as marrow. */
function fillMarrow(
  values: Float32Array,
  [nx, ny]: readonly [number, number],
  hu: (i: number, j: number) => number,
  spacing: readonly number[],
): void {
  const holes = Uint8Array.from(values, (value) => (value < 0 ? 1 : 0));
  const pixel = spacing[0] * spacing[1];
  for (const list of components(holes, [nx, ny, 1], 1)) {
    if (list.length * pixel > MARROW.largest || list.includes(0)) continue;
    const mean = list.reduce((sum, p) => sum + hu(p % nx, Math.floor(p / nx)), 0) / list.length;
    if (list.length * pixel < 6 || mean > MARROW.least) for (const p of list) values[p] = BONE;
  }
}

import { isolines } from '../../evaluation/isolines.ts';
import type { Grid } from '../../geometry/volume.ts';
import { indexToPatient } from '../../geometry/volume.ts';
import type { Contour } from '../../model/structures.ts';
import { signedArea, simplifyRings } from '../../structures/contours/rings.ts';
import type { Scene } from './scene.ts';

/** How the image's own pixels draw the border of a coarse mask. */
export interface Border {
  /** HU that separates the organ from what is round it. */
  readonly level: number;
  /** Which side of the level the organ is on. */
  readonly organ: 'darker' | 'brighter';
  /** Outlines that enclose less are dropped, mm². */
  readonly smallest: number;
  /** Take the pixels' word inside the mask too, not only along its rim (organs thinner than a few coarse pixels). */
  readonly thin?: boolean;
}

/** How far a pixel counts as inside or outside at most, HU: beyond the level, how bright it is does not matter. */
const CLIP = 150;

/**
 * Outlines of a mask on the coarse lattice, drawn on the image's own pixels: where the mask ends the border is the level's
 * iso-line, between the pixels; wholly inside it everything belongs.
 */
export function outlineMask({ ct, coarse, factor }: Scene, mask: Uint8Array, border: Border): Contour[] {
  const [nx, ny, nz] = ct.dims;
  const [width, height] = coarse.dims;
  const sign = border.organ === 'brighter' ? 1 : -1;
  const contours: Contour[] = [];
  const values = new Float32Array((nx + 2) * (ny + 2));
  for (let k = 0; k < nz; k++) {
    const slice = mask.subarray(k * width * height, (k + 1) * width * height);
    if (!slice.includes(1)) continue;
    values.fill(-CLIP);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const zone = zoneOf(slice, width, height, x, y);
        if (zone === 0) continue;
        for (let j = y * factor[1]; j < Math.min(ny, (y + 1) * factor[1]); j++)
          for (let i = x * factor[0]; i < Math.min(nx, (x + 1) * factor[0]); i++) {
            const depth = sign * (ct.data[i + nx * (j + ny * k)] * ct.slope + ct.intercept - border.level);
            values[(j + 1) * (nx + 2) + i + 1] =
              zone === 2 && border.thin !== true ? CLIP : Math.max(-CLIP, Math.min(CLIP, depth));
          }
      }
    contours.push(...ringsOf(values, ct, k, border.smallest));
  }
  return contours;
}

/** 0 away from the mask, 1 beside its border, 2 wholly inside. */
function zoneOf(slice: Uint8Array, width: number, height: number, x: number, y: number): 0 | 1 | 2 {
  let [all, any] = [true, false];
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++) {
      const set = slice[Math.max(0, Math.min(height - 1, y + dy)) * width + Math.max(0, Math.min(width - 1, x + dx))];
      all &&= set === 1;
      any ||= set === 1;
    }
  return all ? 2 : any ? 1 : 0;
}

/** Outlines of values ≥ 0 on slice k, from an array with a border of one pixel. */
export function ringsOf(values: Float32Array, grid: Grid, k: number, smallest: number): Contour[] {
  const [nx, ny] = grid.dims;
  const [sx, sy] = grid.spacing;
  return isolines(values, nx + 2, ny + 2, 0)
    .map((line) => line.points.map((value, n) => (value - 1) * (n % 2 === 0 ? sx : sy)))
    .filter((ring) => Math.abs(signedArea(ring)) >= smallest)
    .flatMap((ring) => simplifyRings([ring], 0.05))
    .map((ring): Contour => {
      const points = new Float64Array((ring.length / 2) * 3);
      for (let n = 0; n < ring.length / 2; n++)
        points.set(indexToPatient(grid, [ring[2 * n] / sx, ring[2 * n + 1] / sy, k]), 3 * n);
      return { type: 'CLOSED_PLANAR', points };
    });
}

import type { FluenceMap } from '../beam/fluenceMap.ts';
import { WIDE } from './beamDepths.ts';
import type { BeamsEye } from './beamsEye.ts';
import { blurred } from './blur.ts';
import { type Box, boxMeans } from './boxMeans.ts';
import { NARROW, SIGMAS, TERMS } from './gaussianLadder.ts';

/** The fluence convolved with every Gaussian of the ladder. */
export interface FluenceLayers {
  /** Narrow Gaussians of the fluence in and around the field; undefined where there is none. */
  readonly field: FieldMap | undefined;
  /** Wide Gaussians, then the fluence that `field` leaves out, on a lattice's rays, at [(u + rays[0] · v) · WIDE + term]. */
  readonly wide: Float32Array;
}

export interface FieldMap {
  /** Centre of the first pixel, mm. */
  readonly x0: number;
  readonly y0: number;
  readonly pixel: number;
  readonly width: number;
  readonly height: number;
  /** At [(x + width · y) · NARROW + term]. */
  readonly values: Float32Array;
}

/** Fluence above this share of the largest belongs to the field, with so much (mm) around it. */
const FIELD = 0.05;
const MARGIN = 6;
/** How far (mm) the widest narrow Gaussian carries what is inside. */
const CARRIED = 2.5 * SIGMAS[NARROW - 1];
/** Smallest pixel of the field map, mm. */
const FINEST = 0.8;
/** Cells (mm) in which the field is looked for. */
const CELL = 2.5;

/**
 * @param side of a voxel's shadow on the isocenter plane, mm: what the narrow maps are averaged over.
 * @param factorAt what the fluence at a place (mm) counts beside that on the axis.
 */
export function fluenceLayers(
  fluence: FluenceMap,
  rays: Pick<BeamsEye, 'rays' | 'from' | 'pitch'>,
  side: readonly [number, number],
  factorAt: (x: number, y: number) => number = () => 1,
): FluenceLayers {
  const cells = cellsOf(fluence);
  const largest = cells.values.reduce((most, value) => Math.max(most, value), 0);
  const field = boxAbove(cells, FIELD * largest, MARGIN);
  const wide = new Float32Array(rays.rays[0] * rays.rays[1] * WIDE);
  const reached = boxAbove(cells, 0, 0);
  if (field === undefined || reached === undefined) return { field: undefined, wide };
  fillWide(fluence, rays, field, reached, factorAt, wide);
  return { field: fieldMap(fluence, field, side, factorAt), wide };
}

function fieldMap(
  fluence: FluenceMap,
  box: Box,
  side: readonly [number, number],
  factorAt: (x: number, y: number) => number,
): FieldMap {
  const pixel = Math.max(FINEST, Math.min(...side) / 3);
  // Looking up between pixels blurs like a triangle (variance pixel²/6): the box takes only what is left of the voxel's side²/12.
  const [boxX, boxY] = side.map((width) => Math.sqrt(Math.max(width ** 2 / 16, width ** 2 - 2 * pixel ** 2)));
  // Pixels lie alike on both sides of the axis: a symmetric field stays so.
  const [x0, y0] = box.low.map((low) => Math.floor((low - CARRIED) / pixel) * pixel);
  const [width, height] = [x0, y0].map((first, axis) => Math.ceil((box.high[axis] + CARRIED - first) / pixel) + 1);
  const open = boxMeans(fluence, { x0, y0, step: pixel, width, height, sides: [boxX, boxY] }, box);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) if (open[at] !== 0) open[at] *= factorAt(x0 + x * pixel, y0 + y * pixel);
  const values = new Float32Array(width * height * NARROW);
  for (let term = 0; term < NARROW; term++) {
    const spread = blurred(open, width, height, SIGMAS[term] / pixel);
    for (let n = 0; n < spread.length; n++) values[n * NARROW + term] = spread[n];
  }
  return { x0, y0, pixel, width, height, values };
}

/** The wide Gaussians on the rays' lattice, continued as far as fluence reaches beyond the patient. */
function fillWide(
  fluence: FluenceMap,
  { rays, from, pitch }: Pick<BeamsEye, 'rays' | 'from' | 'pitch'>,
  field: Box,
  reached: Box,
  factorAt: (x: number, y: number) => number,
  out: Float32Array,
): void {
  const before = [0, 1].map((axis) => Math.max(0, Math.ceil((from[axis] - reached.low[axis]) / pitch)));
  const after = [0, 1].map((axis) =>
    Math.max(0, Math.ceil((reached.high[axis] - from[axis]) / pitch) - (rays[axis] - 1)),
  );
  const [width, height] = [0, 1].map((axis) => before[axis] + rays[axis] + after[axis]);
  const [x0, y0] = [from[0] - before[0] * pitch, from[1] - before[1] * pitch];
  const boxes = { x0, y0, step: pitch, width, height, sides: [pitch, pitch] } as const;
  const open = boxMeans(fluence, boxes);
  const inField = boxMeans(fluence, boxes, field);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      if (open[at] === 0) continue;
      const factor = factorAt(x0 + x * pitch, y0 + y * pitch);
      const [u, v] = [x - before[0], y - before[1]];
      if (u >= 0 && v >= 0 && u < rays[0] && v < rays[1])
        out[(u + rays[0] * v) * WIDE + WIDE - 1] = Math.max(0, (open[at] - inField[at]) * factor);
      open[at] *= factor;
    }
  for (let term = NARROW; term < TERMS; term++) {
    const spread = blurred(open, width, height, SIGMAS[term] / pitch);
    for (let v = 0; v < rays[1]; v++)
      for (let u = 0; u < rays[0]; u++)
        out[(u + rays[0] * v) * WIDE + term - NARROW] = spread[(v + before[1]) * width + u + before[0]];
  }
}

interface Cells {
  readonly width: number;
  readonly height: number;
  readonly x0: number;
  readonly y0: number;
  readonly values: Float64Array;
}

function cellsOf(fluence: FluenceMap): Cells {
  const width = Math.ceil((fluence.width * fluence.pixel) / CELL);
  const height = Math.ceil((fluence.height * fluence.pixel) / CELL);
  const first = CELL / 2;
  const boxes = {
    x0: fluence.x0 + first,
    y0: fluence.y0 + first,
    step: CELL,
    width,
    height,
    sides: [CELL, CELL],
  } as const;
  const values = boxMeans(fluence, boxes);
  return { width, height, x0: fluence.x0, y0: fluence.y0, values };
}

function boxAbove({ width, x0, y0, values }: Cells, level: number, margin: number): Box | undefined {
  let [left, bottom, right, top] = [Infinity, Infinity, -1, -1];
  values.forEach((value, n) => {
    if (value <= level) return;
    const [x, y] = [n % width, Math.floor(n / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.min(bottom, y);
    top = Math.max(top, y);
  });
  if (right < 0) return undefined;
  return {
    low: [x0 + left * CELL - margin, y0 + bottom * CELL - margin],
    high: [x0 + (right + 1) * CELL + margin, y0 + (top + 1) * CELL + margin],
  };
}

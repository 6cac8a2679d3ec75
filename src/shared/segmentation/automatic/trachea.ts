import { type FoundStructure, judge, within } from './found.ts';
import { components, distanceTo, maskOf } from './masks.ts';
import { outlineMask } from './outline.ts';
import type { Scene } from './scene.ts';

/** HU below which it is air, not lung. */
const OPEN_AIR = -850;
/** Cross-section of a trachea, mm². */
const AREA = { least: 60, most: 700 };
/** How far a voxel of the airway's wall reaches, mm. */
const WALL = 3;

export interface Airway {
  /** The trachea down to where it widens into the bronchi or meets lung. */
  readonly mask: Uint8Array;
  /** Mask, bronchi and their wall: what lungs are without. */
  readonly near: Uint8Array;
  readonly lengthMm: number;
  /** Mean cross-section, mm². */
  readonly area: number;
}

/**
 * The trachea, followed from the head downwards: on each slice the part of air that overlaps the one above and has a trachea's
 * cross-section. Undefined where no such run of 30 mm or more begins near the middle of the body.
 */
export function findAirway(scene: Scene): Airway | undefined {
  const { coarse, inBody, up } = scene;
  const [nx, ny, nz] = coarse.dims;
  const size = nx * ny;
  const air = inBody.map((inside, p) => (inside && coarse.data[p] < OPEN_AIR ? 1 : 0));
  const slices = Array.from({ length: nz }, (_, n) => (up > 0 ? nz - 1 - n : n));
  for (let from = 0; from < Math.min(slices.length, Math.ceil(0.6 * nz)); from++) {
    for (const start of tubesOn(scene, air, slices[from])) {
      const run = follow(scene, air, slices.slice(from), start);
      const lengthMm = run.length * coarse.spacing[2];
      if (lengthMm < 30) continue;
      const mask = new Uint8Array(size * nz);
      for (const list of run) for (const p of list) mask[p] = 1;
      const area =
        (run.reduce((sum, list) => sum + list.length, 0) / run.length) * coarse.spacing[0] * coarse.spacing[1];
      return { mask, near: withBronchi(scene, air, mask), lengthMm, area };
    }
  }
  return undefined;
}

/** Parts of air on a slice with a trachea's area, in the middle third of the body. */
function tubesOn({ coarse, centre, pointOf }: Scene, air: Uint8Array, k: number): Int32Array[] {
  const [nx, ny] = coarse.dims;
  const size = nx * ny;
  const pixel = coarse.spacing[0] * coarse.spacing[1];
  return components(air.slice(k * size, (k + 1) * size), [nx, ny, 1], AREA.least / pixel)
    .filter((list) => list.length * pixel <= AREA.most)
    .map((list) => list.map((p) => p + k * size))
    .filter((list) => {
      const x = list.reduce((sum, p) => sum + pointOf(p)[0], 0) / list.length;
      return Math.abs(x - centre[0]) < 35 && isCompact(list, nx, coarse.spacing);
    });
}

/** Not much longer than wide: fills at least 45 % of its bounding box. */
function isCompact(list: Int32Array, nx: number, spacing: readonly number[]): boolean {
  let [i0, i1, j0, j1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const p of list) {
    const [i, j] = [p % nx, Math.floor(p / nx)];
    [i0, i1, j0, j1] = [Math.min(i0, i), Math.max(i1, i), Math.min(j0, j), Math.max(j1, j)];
  }
  const [width, height] = [(i1 - i0 + 1) * spacing[0], (j1 - j0 + 1) * spacing[1]];
  const filled = list.length / ((i1 - i0 + 1) * (j1 - j0 + 1));
  return filled > 0.45 && Math.max(width, height) < 2.5 * Math.min(width, height);
}

function follow(scene: Scene, air: Uint8Array, slices: readonly number[], start: Int32Array): Int32Array[] {
  const { coarse } = scene;
  const [nx, ny] = coarse.dims;
  const size = nx * ny;
  const run = [start];
  let typical = start.length;
  for (const k of slices.slice(1)) {
    const above = new Set([...run[run.length - 1]].map((p) => p % size));
    const [next] = components(air.slice(k * size, (k + 1) * size), [nx, ny, 1], 3).filter((list) =>
      list.some((p) => above.has(p)),
    );
    if (next === undefined || next.length > 1.9 * typical + 8 || next.length < 0.3 * typical) break;
    run.push(next.map((p) => p + k * size));
    typical = 0.8 * typical + 0.2 * next.length;
  }
  return run;
}

/** The trachea with the open air joined to it within 60 mm of its lower end, and the wall of both. */
function withBronchi({ coarse }: Scene, air: Uint8Array, trachea: Uint8Array): Uint8Array {
  const reach = distanceTo(trachea, coarse);
  const joined = air.map((value, p) => (value && reach[p] < 60 ? 1 : 0));
  const list = components(joined, coarse.dims, 1).find((part) => part.some((p) => trachea[p]));
  const tree = list === undefined ? trachea : maskOf(list, trachea.length);
  // Open air that is larger than any airway tree is lung with emphysema: only the trachea is left out then.
  const count = (mask: Uint8Array): number => mask.reduce((sum, value) => sum + value, 0);
  const chosen = count(tree) > 4 * count(trachea) + 2000 ? trachea : tree;
  return Uint8Array.from(distanceTo(chosen, coarse), (distance) => (distance <= WALL ? 1 : 0));
}

/** Trachea, from the uppermost slice of the scan (or below the larynx) to the carina. */
export function findTrachea(scene: Scene): FoundStructure {
  const found = { organ: 'trachea', name: 'Trachea', type: 'ORGAN', color: [200, 200, 255] } as const;
  const airway = findAirway(scene);
  if (airway === undefined)
    return {
      ...found,
      contours: [],
      confidence: 0,
      reasons: ['no air-filled tube of 30 mm or more in the middle of the body'],
    };
  const contours = outlineMask(scene, airway.mask, { level: -500, organ: 'darker', smallest: 20 });
  const judged = judge([
    {
      words: `length ${airway.lengthMm.toFixed(0)} mm (60 or more expected)`,
      met: within(airway.lengthMm, 60, 200, 60),
    },
    {
      words: `cross-section ${airway.area.toFixed(0)} mm² (100 to 450 expected)`,
      met: within(airway.area, 100, 450, 150),
    },
  ]);
  return { ...found, contours, ...judged };
}

import { bandDistance } from './bandDistance.ts';
import type { Lattice } from '../contours/coverage.ts';
import type { LayerSource } from './isoSurface.ts';
import { areaOf, boundsOf, normaliseRings, type Ring } from '../contours/rings.ts';
import { type ContourStack, stackPoint } from '../contours/stack.ts';
import type { Grid } from '../../geometry/volume.ts';

/** Signed distances are told apart up to half the outlines' hydraulic radius 2·area/perimeter, within these bounds, mm. */
const BAND = { least: 1, most: 5 } as const;
/** Steps that the thinnest extent of a structure is cut into at least (a lens stays a lens), and the bounds of a step, mm. */
const STEPS_ACROSS = 14;
const FINEST = 0.4;
const USUAL = 1.5;
/** A surface of area A at step h has about 3·A/h² triangles: each of its projections along the axes, two triangles a cell. */
const TRIANGLES_PER_STEP = 3;

/** A lattice round a ROI with the field whose negative part is the ROI, layer by layer. */
export interface SurfaceLayers {
  readonly grid: Grid;
  readonly layer: LayerSource;
}

const perimeterOf = (rings: readonly Ring[]): number =>
  rings.reduce((sum, ring) => {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2)
      sum += Math.hypot(ring[i] - ring[j], ring[i + 1] - ring[j + 1]);
    return sum;
  }, 0);

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/**
 * The field of a ROI on a lattice of its own: in a contour plane the signed distance to the outline up to a band, between planes
 * their distances blended linearly (Raya and Udupa, IEEE Trans. Med. Imaging 9 (1990) 32). The band is narrow for thin structures:
 * where a nerve or a rib has moved on in the next plane it ends about half way, as its slab does, instead of vanishing; wide ones
 * slope smoothly. Flat ends lie half a spacing beyond the last planes.
 * Undefined without closed contours.
 * @param triangles about how many triangles the surface may have: a wide structure takes a coarser lattice
 */
export function surfaceLayers(stack: ContourStack, triangles: number): SurfaceLayers | undefined {
  const planes = stack.planes.map((plane) => normaliseRings(plane.rings));
  const box = boundsOf(planes.flat());
  if (box === undefined) return undefined;
  const [low, high] = [stack.planes[0].low, stack.planes[stack.planes.length - 1].high];
  const thinnest = Math.min(box[2] - box[0], box[3] - box[1], high - low);
  const perimeters = planes.map(perimeterOf);
  const walls = sumOf(perimeters.map((perimeter, n) => perimeter * (stack.planes[n].high - stack.planes[n].low)));
  const ends = 2 * (box[2] - box[0]) * (box[3] - box[1]);
  const allowed = Math.sqrt((TRIANGLES_PER_STEP * (walls + ends)) / triangles);
  const step = Math.max(allowed, FINEST, Math.min(USUAL, thinnest / STEPS_ACROSS));
  // Layers at the first plane and, where planes are evenly spaced, at all others.
  const thickness = stack.spacing / Math.max(1, Math.round(stack.spacing / step));
  const first = stack.planes[0].offset;
  const before = Math.ceil((first - low) / thickness) + 1;
  const after = Math.ceil((high - first) / thickness) + 1;
  const lattice: Lattice = {
    width: Math.ceil((box[2] - box[0]) / step) + 4,
    height: Math.ceil((box[3] - box[1]) / step) + 4,
    u0: box[0] - 1.5 * step,
    v0: box[1] - 1.5 * step,
    du: step,
    dv: step,
  };
  const bottom = first - before * thickness;
  const grid: Grid = {
    dims: [lattice.width, lattice.height, before + after + 1],
    spacing: [step, step, thickness],
    origin: stackPoint(stack, lattice.u0, lattice.v0, bottom),
    direction: [...stack.u, ...stack.v, ...stack.normal],
  };
  const radius = (2 * sumOf(planes.map(areaOf))) / sumOf(perimeters);
  // Never less than a step: crossings between lattice points are found from their distances.
  const band = Math.max(step, BAND.least, Math.min(BAND.most, radius / 2));
  return { grid, layer: layersOf(stack, planes, lattice, bottom, thickness, band) };
}

function layersOf(
  stack: ContourStack,
  planes: readonly (readonly Ring[])[],
  lattice: Lattice,
  bottom: number,
  thickness: number,
  band: number,
): LayerSource {
  const distances = new Map<number, Float32Array>();
  const distanceOf = (plane: number): Float32Array => {
    let known = distances.get(plane);
    if (known === undefined) {
      known = bandDistance(planes[plane], lattice, band);
      distances.delete(plane - 2);
      distances.set(plane, known);
    }
    return known;
  };
  const runs = runsOf(stack);
  let below = 0;
  return (k) => {
    const w = bottom + k * thickness;
    // Rounding must not push a plane that a layer lies on out of reach.
    while (below + 1 < stack.planes.length && stack.planes[below + 1].offset <= w + 1e-6) below++;
    const [lower, upper] = [stack.planes[below], stack.planes[below + 1]];
    const layer = new Float32Array(lattice.width * lattice.height).fill(band);
    const beyond = (plane: number): number => Math.max(runs[plane].low - w, w - runs[plane].high);
    if (upper === undefined || w < lower.offset) keepLesser(layer, distanceOf(below), beyond(below));
    else if (runs[below] === runs[below + 1]) {
      const f = Math.max(0, (w - lower.offset) / (upper.offset - lower.offset));
      const [a, b] = [distanceOf(below), distanceOf(below + 1)];
      keepLesser(
        layer,
        a.map((value, p) => (1 - f) * value + f * b[p]),
        beyond(below),
      );
    } else for (const plane of [below, below + 1]) keepLesser(layer, distanceOf(plane), beyond(plane));
    return layer;
  };
}

/** For each plane where the run of planes that it belongs to ends flat, mm along the normal; planes of a run share one record. */
function runsOf({ planes }: ContourStack): readonly { readonly low: number; readonly high: number }[] {
  const runs: { low: number; high: number }[] = [];
  for (const [n, plane] of planes.entries()) {
    const last = runs.at(-1);
    if (last === undefined || plane.low - planes[n - 1].high > 1e-6) runs.push({ low: plane.low, high: plane.high });
    else {
      last.high = plane.high;
      runs.push(last);
    }
  }
  return runs;
}

/** What is inside the outline and not `beyond` (mm past the nearest flat end, negative before it); keeps the lesser value. */
function keepLesser(layer: Float32Array, distance: Float32Array, beyond: number): void {
  for (let p = 0; p < layer.length; p++) {
    const value = Math.max(distance[p], beyond);
    if (value < layer[p]) layer[p] = value;
  }
}

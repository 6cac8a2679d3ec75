import { dot, type Vec3 } from '../../geometry/vec.ts';
import { axisOf, indexToPatient, patientToIndex } from '../../geometry/volume.ts';
import { trilinearSampler } from '../../geometry/sampler.ts';
import type { Contour } from '../../model/structures.ts';
import { clipBox, cutBox, outlineField } from '../field.ts';
import { gaussian } from '../blur.ts';
import { type FoundStructure, judge, within } from './found.ts';
import { components, maskOf } from './masks.ts';
import { positionDoubt } from './lungs.ts';
import type { Scene } from './scene.ts';

/** Radius of an adult's eye, mm (axial length 22 to 26 mm). */
const RADIUS = { least: 10.5, most: 14, typical: 12.2 };
/** HU half way between the eye's wall (30 to 60) and orbital fat or air. */
const EDGE = -30;
/** Distance of the two eyes' centres, mm. */
const APART = { least: 48, most: 78 };
const DIRECTIONS = spread(60);

/** Points spread evenly on the unit sphere (a Fibonacci lattice). */
function spread(count: number): Vec3[] {
  return Array.from({ length: count }, (_, n) => {
    const z = 1 - (2 * n + 1) / count;
    const angle = n * Math.PI * (3 - Math.sqrt(5));
    const ring = Math.sqrt(1 - z * z);
    return [ring * Math.cos(angle), ring * Math.sin(angle), z] as const;
  });
}

interface Ball {
  readonly centre: Vec3;
  readonly radius: number;
  /** Share of directions in which the wall was seen, and its distance to the ball, mm. */
  readonly seen: number;
  readonly error: number;
}

type Sample = (x: number, y: number, z: number) => number;

/**
 * Eyes and lenses of a head: balls of an eye's size whose wall drops to fat or air in most directions, in a pair on either side of
 * the middle; each is fitted to the wall's points. A lens is what is brighter than the vitreous body in the eye's front.
 */
export function findEyes(scene: Scene): FoundStructure[] {
  const pair = findPair(scene);
  if (pair === undefined) {
    const reasons = ['no pair of balls of an eye’s size with fat or air round them in the front of the head'];
    return (['L', 'R'] as const).flatMap((side) => [none(`Eye_${side}`, reasons), none(`Lens_${side}`, reasons)]);
  }
  return (['L', 'R'] as const).flatMap((side) => {
    const eye = eyeOf(scene, pair[side], side, pair);
    return [eye, lensOf(scene, pair[side], side, eye.confidence)];
  });
}

const color = (name: string): FoundStructure['color'] => (name.startsWith('Eye') ? [90, 200, 250] : [250, 160, 90]);

const none = (name: string, reasons: readonly string[]): FoundStructure => ({
  organ: 'eyes',
  name,
  type: 'ORGAN',
  color: color(name),
  contours: [],
  confidence: 0,
  reasons,
});

interface EyePair {
  readonly L: Ball;
  readonly R: Ball;
}

function findPair(scene: Scene): EyePair | undefined {
  const { ct } = scene;
  const raw = trilinearSampler(ct);
  const sample: Sample = (x, y, z) => {
    const value = raw(x, y, z);
    return Number.isNaN(value) ? -1000 : value * ct.slope + ct.intercept;
  };
  const places = placesOf(scene, sample).slice(0, 60);
  const balls = places.flatMap((centre) => fitBall(sample, centre) ?? []);
  let best: { pair: EyePair; value: number } | undefined;
  for (const a of balls)
    for (const b of balls) {
      if (a.centre[0] <= b.centre[0]) continue;
      const [dx, dy, dz] = [0, 1, 2].map((axis) => Math.abs(a.centre[axis] - b.centre[axis]));
      if (dx < APART.least || dx > APART.most || dy > 12 || dz > 12 || Math.abs(a.radius - b.radius) > 2) continue;
      const value = a.seen + b.seen - 0.1 * (a.error + b.error) - 0.01 * (dy + dz);
      if (best === undefined || value > best.value) best = { pair: { L: a, R: b }, value };
    }
  return best?.pair;
}

/** Places in the front half of the head where a ball of an eye's size fits, best first and apart from each other. */
function placesOf(scene: Scene, sample: Sample): Vec3[] {
  const { coarse, inBody, pointOf, centre } = scene;
  const [nx, ny, nz] = coarse.dims;
  const steps = coarse.spacing.map((spacing) => Math.max(1, Math.round(3 / spacing)));
  const scored: { at: Vec3; score: number }[] = [];
  for (let k = 0; k < nz; k += steps[2])
    for (let j = 0; j < ny; j += steps[1])
      for (let i = 0; i < nx; i += steps[0]) {
        const p = i + nx * (j + ny * k);
        if (!inBody[p] || coarse.data[p] < -15 || coarse.data[p] > 45) continue;
        const at = pointOf(p);
        if (at[1] > centre[1]) continue;
        const score = ballScore(sample, at);
        if (score > 0.42) scored.push({ at, score });
      }
  scored.sort((a, b) => b.score - a.score);
  const chosen: Vec3[] = [];
  for (const { at } of scored)
    if (chosen.every((other) => Math.hypot(...at.map((value, axis) => value - other[axis])) > 6)) chosen.push(at);
  return chosen;
}

/** Share of directions in which it is eye inside and darker outside; 0 where the inside is not like water all through. */
function ballScore(sample: Sample, [x, y, z]: Vec3): number {
  let [drops, inside] = [0, 0];
  for (const [a, b, c] of DIRECTIONS) {
    const half = sample(x + 6 * a, y + 6 * b, z + 6 * c);
    if (half > -40 && half < 90) inside++;
    let out = Infinity;
    for (let r = RADIUS.least + 1; r <= RADIUS.most + 3; r += 1.5)
      out = Math.min(out, sample(x + r * a, y + r * b, z + r * c));
    if (out < EDGE) drops++;
  }
  return inside < 0.93 * DIRECTIONS.length ? 0 : drops / DIRECTIONS.length;
}

/** A ball through the points where rays leave the eye, least squares, three rounds, points that lie off left out. */
function fitBall(sample: Sample, start: Vec3): Ball | undefined {
  let centre = start;
  let radius: number = RADIUS.typical;
  let kept: Vec3[] = [];
  let error = Infinity;
  for (let round = 0; round < 4; round++) {
    const points = DIRECTIONS.map((direction) => wallPoint(sample, centre, direction)).filter(
      (point) => point !== undefined,
    );
    kept = points.filter(
      (point) =>
        Math.abs(Math.hypot(...point.map((value, axis) => value - centre[axis])) - radius) < (round < 2 ? 3.5 : 1.6),
    );
    if (kept.length < 0.35 * DIRECTIONS.length) return undefined;
    for (let step = 0; step < 20; step++) {
      const offsets = kept.map((point) => point.map((value, axis) => value - centre[axis]) as unknown as Vec3);
      const lengths = offsets.map((offset) => Math.hypot(...offset));
      radius = lengths.reduce((sum, value) => sum + value, 0) / lengths.length;
      const move = [0, 1, 2].map(
        (axis) => offsets.reduce((sum, offset, n) => sum + (1 - radius / lengths[n]) * offset[axis], 0) / kept.length,
      );
      centre = [centre[0] + 1.5 * move[0], centre[1] + 1.5 * move[1], centre[2] + 1.5 * move[2]];
      error = Math.sqrt(lengths.reduce((sum, value) => sum + (value - radius) ** 2, 0) / kept.length);
    }
  }
  if (radius < RADIUS.least || radius > RADIUS.most) return undefined;
  return { centre, radius, seen: kept.length / DIRECTIONS.length, error };
}

/** Where a ray from inside an eye falls below the edge's value, between half and twice an eye's radius. */
function wallPoint(sample: Sample, [x, y, z]: Vec3, [a, b, c]: Vec3): Vec3 | undefined {
  let before = sample(x + 7 * a, y + 7 * b, z + 7 * c);
  for (let r = 7.5; r <= 18; r += 0.5) {
    const value = sample(x + r * a, y + r * b, z + r * c);
    if (value < EDGE && before >= EDGE) {
      const at = r - (0.5 * (EDGE - value)) / (before - value);
      return [x + at * a, y + at * b, z + at * c];
    }
    if (value > 150) return undefined;
    before = value;
  }
  return undefined;
}

function eyeOf(scene: Scene, eye: Ball, side: 'L' | 'R', pair: EyePair): FoundStructure {
  const { ct } = scene;
  const unlike = Math.abs(pair.L.radius - pair.R.radius);
  const judged = judge([
    {
      words: `wall seen in ${(100 * eye.seen).toFixed(0)} % of directions (60 or more expected)`,
      met: within(eye.seen, 0.6, 1, 0.4),
    },
    { words: `radius ${eye.radius.toFixed(1)} mm (11 to 13 expected)`, met: within(eye.radius, 11, 13, 2) },
    { words: `round (±${eye.error.toFixed(1)} mm)`, met: within(eye.error, 0, 0.8, 1) },
    {
      words: `the head is ${headWidth(scene, eye).toFixed(0)} mm wide there (120 to 200 expected)`,
      met: within(headWidth(scene, eye), 120, 200, 25),
      least: 0.1,
    },
    { words: `like the other one (${unlike.toFixed(1)} mm)`, met: within(unlike, 0, 0.8, 1.5) },
    { words: `slices thin enough (${ct.spacing[2].toFixed(1)} mm, 3 at most)`, met: within(ct.spacing[2], 0, 3, 4) },
    ...positionDoubt(scene),
  ]);
  const name = `Eye_${side}`;
  return { organ: 'eyes', name, type: 'ORGAN', color: color(name), contours: ballOutlines(eye, scene), ...judged };
}

/** Width of the body in the eye's slice, mm. */
function headWidth({ coarse, inBody }: Scene, { centre }: Ball): number {
  const [nx, ny, nz] = coarse.dims;
  const k = Math.max(0, Math.min(nz - 1, Math.round(patientToIndex(coarse, centre)[2])));
  let [low, high] = [nx, -1];
  for (let j = 0; j < ny; j++)
    for (let i = 0; i < nx; i++)
      if (inBody[i + nx * (j + ny * k)]) {
        low = Math.min(low, i);
        high = Math.max(high, i);
      }
  return (high - low + 1) * coarse.spacing[0];
}

/** Circles of a ball on the image's slices. */
function ballOutlines({ centre, radius }: Ball, { ct }: Scene): Contour[] {
  const [, , middle] = patientToIndex(ct, centre);
  const [u, v, normal] = ([0, 1, 2] as const).map((axis) => axisOf(ct, axis));
  const contours: Contour[] = [];
  for (let k = 0; k < ct.dims[2]; k++) {
    const square = radius ** 2 - ((k - middle) * ct.spacing[2]) ** 2;
    if (square <= 0.25) continue;
    const shift = dot(indexToPatient(ct, [0, 0, k]), normal) - dot(centre, normal);
    const points = new Float64Array(48 * 3);
    for (let n = 0; n < 48; n++) {
      const [a, b] = [Math.cos((n * Math.PI) / 24), Math.sin((n * Math.PI) / 24)].map(
        (part) => part * Math.sqrt(square),
      );
      points.set(
        [0, 1, 2].map((axis) => centre[axis] + a * u[axis] + b * v[axis] + shift * normal[axis]),
        3 * n,
      );
    }
    contours.push({ type: 'CLOSED_PLANAR', points });
  }
  return contours;
}

/** The bright part in the front half of the eye: half way between the vitreous body and the lens's brightest voxels. */
function lensOf(scene: Scene, eye: Ball, side: 'L' | 'R', sure: number): FoundStructure {
  const { ct } = scene;
  const name = `Lens_${side}`;
  const at = patientToIndex(ct, eye.centre);
  const reach = ct.spacing.map((spacing) => eye.radius / spacing);
  const corner = (sign: 1 | -1): Vec3 =>
    at.map((value, axis) => Math.round(value + sign * reach[axis])) as unknown as Vec3;
  const field = cutBox(ct, clipBox({ low: corner(-1), high: corner(1) }, ct));
  const [nx, ny] = field.dims;
  gaussian(field.data, field.dims, [0.7, 0.7, 0]);
  const zone = new Uint8Array(field.data.length);
  const vitreous: number[] = [];
  for (let p = 0; p < zone.length; p++) {
    const point = indexToPatient(field, [p % nx, Math.floor(p / nx) % ny, Math.floor(p / (nx * ny))]);
    const [dx, dy, dz] = point.map((value, axis) => value - eye.centre[axis]);
    const distance = Math.hypot(dx, dy, dz);
    // LPS y falls towards the front; the wall (1 to 2 mm of sclera and cornea) is as bright as the lens.
    if (distance < eye.radius - 1.4 && dy < -0.25 * eye.radius && Math.hypot(dx, dz) < 0.62 * eye.radius) zone[p] = 1;
    if (distance < 0.6 * eye.radius && dy > -1) vitreous.push(field.data[p]);
  }
  const ordered = [...field.data].filter((_, p) => zone[p]).sort((a, b) => b - a);
  const peak = ordered[Math.floor(0.06 * ordered.length)] ?? 0;
  const ground = vitreous.reduce((sum, value) => sum + value, 0) / Math.max(1, vitreous.length);
  if (!(peak - ground > 25))
    return none(name, [
      `the front of the eye is only ${(peak - ground).toFixed(0)} HU brighter than the vitreous body: no contrast`,
    ]);
  const level = (peak + ground) / 2;
  const bright = field.data.map((value) => value - level);
  const [largest] = components(
    zone.map((value, p) => (value && bright[p] >= 0 ? 1 : 0)),
    field.dims,
    3,
  );
  if (largest === undefined) return none(name, ['nothing in the front of the eye hangs together']);
  const kept = maskOf(largest, zone.length);
  // What is bright but not of the lens (the wall) is outside.
  const data = bright.map((value, p) => (kept[p] || value < 0 ? value : -value - 1));
  const contours = outlineField({ ...field, data }, 1);
  const volume = (largest.length * ct.spacing[0] * ct.spacing[1] * ct.spacing[2]) / 1000;
  const judged = judge([
    { words: `volume ${volume.toFixed(2)} cm³ (0.08 to 0.35 expected)`, met: within(volume, 0.08, 0.35, 0.15) },
    {
      words: `${(peak - ground).toFixed(0)} HU above the vitreous body (50 or more expected)`,
      met: within(peak - ground, 50, 400, 30),
    },
    { words: 'its eye was surely found', met: sure / 0.7, least: 0.1 },
    { words: `slices thin enough (${ct.spacing[2].toFixed(1)} mm, 2 at most)`, met: within(ct.spacing[2], 0, 2, 3) },
    ...positionDoubt(scene),
  ]);
  if (contours.length === 0) return none(name, ['too small to outline']);
  return { organ: 'eyes', name, type: 'ORGAN', color: color(name), contours, ...judged };
}

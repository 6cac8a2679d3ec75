import type { Vec3 } from '../../geometry/vec.ts';
import { indexToPatient } from '../../geometry/volume.ts';
import type { Contour } from '../../model/structures.ts';
import { type FoundStructure, judge, within } from './found.ts';
import { positionDoubt } from './lungs.ts';
import type { Scene } from './scene.ts';

/** HU of the canal's bony wall, and of what is in it. */
const WALL = 140;
const CONTENT = { low: -60, high: 110 };
const RAYS = 24;
/** How far a ray looks for the wall, and what radii a canal has, mm. */
const REACH = 20;
const RADIUS = { least: 4, most: 13 };
/** Shift of the centre from slice to slice that costs nothing, and what more costs per mm. */
const SHIFT = { free: 3, cost: 0.08 };
/** Score at which a slice is as well left out, the cost of beginning a chain and of each mm of slices skipped. */
const THRESHOLD = 0.62;
const ENTRY = 0.6;
const SKIP = 0.01;
/** Between two laminae the canal is open behind: that much may be skipped, mm. */
const GAP = 30;
/** Candidates stand this far apart, and this far from the middle at most: mm, and as a share of the body's width. */
const STEP = 2;
const ASIDE = { mm: 50, share: 0.15 };
/** How far to the sides, to the front and to the back left and right are compared, mm. */
const MIRROR = { aside: 40, front: 30, back: 25 };

interface Candidate {
  readonly i: number;
  readonly j: number;
  readonly score: number;
  /** Distance of the wall along each ray, mm; NaN where it is open. */
  readonly radii: Float32Array;
}

/**
 * The spinal canal (a surrogate of the cord for planning): on each slice the places of soft tissue that bone surrounds, with the
 * vertebral body before them; the chain of such places from slice to slice that scores best (dynamic programming); its wall from
 * the rays that meet bone, the rest from the neighbours along the ray's angle and the slices.
 */
export function findCanal(scene: Scene): FoundStructure {
  const found = { organ: 'canal', name: 'SpinalCanal', type: 'ORGAN', color: [255, 210, 70] } as const;
  const { coarse, ct } = scene;
  const perSlice = Array.from({ length: coarse.dims[2] }, (_, k) => candidatesOn(scene, k));
  const links = bestChain(perSlice, coarse.spacing).map((link) => recentred(scene, link));
  const chain = withSkipped(links);
  const lengthMm = chain.length * coarse.spacing[2];
  if (lengthMm < 25)
    return { ...found, contours: [], confidence: 0, reasons: ['no canal that bone surrounds over 25 mm or more'] };
  const radii = completed(
    chain.map(({ candidate }) => candidate.radii),
    coarse.spacing[2],
  );
  const contours = chain.map(({ k, candidate }, n): Contour => {
    const points = new Float64Array(RAYS * 3);
    for (let ray = 0; ray < RAYS; ray++) {
      const angle = (2 * Math.PI * ray) / RAYS;
      const index: Vec3 = [
        candidate.i + (radii[n][ray] * Math.cos(angle)) / coarse.spacing[0],
        candidate.j + (radii[n][ray] * Math.sin(angle)) / coarse.spacing[1],
        k,
      ];
      points.set(indexToPatient(coarse, index), 3 * ray);
    }
    return { type: 'CLOSED_PLANAR', points };
  });
  const seen = links.reduce((sum, { candidate }) => sum + hitsOf(candidate.radii).length, 0);
  const share = seen / (links.length * RAYS);
  const ringed = links.length / chain.length;
  const mean = radii.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0) / (radii.length * RAYS);
  const before = meanOver(scene, links, (slice, i, j) => frontOf(coarse, slice, i, j, mean, frontSign(scene)));
  const alike = meanOver(scene, links, (slice, i, j) => symmetryOf(scene, slice, i, j, frontSign(scene)));
  const jumps = chain.slice(1).map(({ candidate: b }, n) => {
    const { candidate: a } = chain[n];
    return Math.hypot((b.i - a.i) * coarse.spacing[0], (b.j - a.j) * coarse.spacing[1]);
  });
  const judged = judge([
    {
      words: `${(100 * share).toFixed(0)} % of its wall seen as bone where it is closed (75 or more expected)`,
      met: within(share, 0.75, 1, 0.3),
    },
    {
      words: `closed by bone on ${(100 * ringed).toFixed(0)} % of its slices (50 or more expected)`,
      met: within(ringed, 0.5, 1, 0.5),
    },
    {
      words: `vertebral bodies before it (${before.toFixed(0)} HU there, 100 or more expected)`,
      met: within(before, 100, 2000, 40),
      least: 0.1,
    },
    {
      words: `left and right of it alike (${alike.toFixed(2)}, 0.6 or more expected)`,
      met: within(alike, 0.6, 1, 0.25),
      least: 0.1,
    },
    { words: `mean radius ${mean.toFixed(1)} mm (6 to 12 expected)`, met: within(mean, 6, 12, 3) },
    {
      words: `no jump from slice to slice (${Math.max(0, ...jumps).toFixed(1)} mm at most)`,
      met: within(Math.max(0, ...jumps), 0, 5, 8),
    },
    { words: `${lengthMm.toFixed(0)} mm long (60 or more expected)`, met: within(lengthMm, 60, 1e4, 50) },
    { words: `slices thin enough (${ct.spacing[2].toFixed(1)} mm, 5 at most)`, met: within(ct.spacing[2], 0, 5, 3) },
    ...positionDoubt(scene),
  ]);
  return { ...found, contours, ...judged };
}

/** Which way j runs to the patient's front. */
const frontSign = ({ coarse }: Scene): 1 | -1 => (coarse.direction[4] > 0 ? -1 : 1);

type Look = (slice: Float32Array, i: number, j: number) => number;

/** Mean of what is seen at the links. */
function meanOver({ coarse }: Scene, links: readonly Link[], look: Look): number {
  const size = coarse.dims[0] * coarse.dims[1];
  const values = links.map(({ k, candidate: { i, j } }) => look(coarse.data.subarray(k * size, (k + 1) * size), i, j));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * How alike left and right of a place are, −1 to 1 (correlation of the CT numbers, clipped to −100 to 300 HU): high for a vertebra
 * with its processes, low for a bone of a limb.
 */
function symmetryOf(
  { coarse: { dims, spacing } }: Scene,
  slice: Float32Array,
  i: number,
  j: number,
  front: number,
): number {
  const at = (dx: number, dy: number): number => {
    const a = Math.max(0, Math.min(dims[0] - 1, Math.round(i + dx / spacing[0])));
    const b = Math.max(0, Math.min(dims[1] - 1, Math.round(j + (front * dy) / spacing[1])));
    return Math.max(-100, Math.min(300, slice[a + dims[0] * b]));
  };
  let [n, sl, sr, sll, srr, slr] = [0, 0, 0, 0, 0, 0];
  for (let dx = 3; dx <= MIRROR.aside; dx += 3)
    for (let dy = -MIRROR.back; dy <= MIRROR.front; dy += 3) {
      const [left, right] = [at(dx, dy), at(-dx, dy)];
      n++;
      sl += left;
      sr += right;
      sll += left * left;
      srr += right * right;
      slr += left * right;
    }
  const spread = Math.sqrt((sll - (sl * sl) / n) * (srr - (sr * sr) / n));
  return spread < 1e-6 ? 0 : (slr - (sl * sr) / n) / spread;
}

/** Places on a slice that a canal could have its centre at, best first. */
function candidatesOn(scene: Scene, k: number): Candidate[] {
  const { coarse, inBody, centre, pointOf } = scene;
  const [nx, ny] = coarse.dims;
  const [sx, sy] = coarse.spacing;
  const base = k * nx * ny;
  const slice = coarse.data.subarray(base, base + nx * ny);
  const every = [Math.max(1, Math.round(STEP / sx)), Math.max(1, Math.round(STEP / sy))];
  const found: Candidate[] = [];
  const aside = Math.min(ASIDE.mm, ASIDE.share * scene.width);
  const front = frontSign(scene);
  for (let j = 0; j < ny; j += every[1])
    for (let i = 0; i < nx; i += every[0]) {
      const p = i + nx * j;
      if (!inBody[base + p] || slice[p] < CONTENT.low || slice[p] > CONTENT.high) continue;
      if (Math.abs(pointOf(base + p)[0] - centre[0]) > aside) continue;
      const radii = castRays(scene, slice, i, j);
      const candidate = judgePlace(scene, slice, { i, j, radii }, front);
      if (candidate.score > 0.3) found.push(candidate);
    }
  return found.sort((a, b) => b.score - a.score).slice(0, 60);
}

/** Distance of the wall along each ray by linear interpolation between samples. */
function castRays({ coarse }: Scene, slice: Float32Array, i: number, j: number): Float32Array {
  const [nx, ny] = coarse.dims;
  const [sx, sy] = coarse.spacing;
  const step = 1;
  const radii = new Float32Array(RAYS).fill(Number.NaN);
  const at = (x: number, y: number): number => {
    const a = Math.max(0, Math.min(nx - 2, Math.floor(x)));
    const b = Math.max(0, Math.min(ny - 2, Math.floor(y)));
    const [fx, fy] = [x - a, y - b];
    const q = a + nx * b;
    const top = slice[q] + fx * (slice[q + 1] - slice[q]);
    const bottom = slice[q + nx] + fx * (slice[q + nx + 1] - slice[q + nx]);
    return top + fy * (bottom - top);
  };
  for (let ray = 0; ray < RAYS; ray++) {
    const angle = (2 * Math.PI * ray) / RAYS;
    const [dx, dy] = [Math.cos(angle) / sx, Math.sin(angle) / sy];
    let before = at(i, j);
    for (let r = step; r <= REACH; r += step) {
      const value = at(i + r * dx, j + r * dy);
      if (value >= WALL) {
        radii[ray] = r - step * ((value - WALL) / Math.max(1e-6, value - before));
        break;
      }
      before = value;
    }
  }
  return radii;
}

/** How much a place looks like a canal: bone all round at like distances, the vertebral body before it. */
function judgePlace(
  { coarse }: Scene,
  slice: Float32Array,
  { i, j, radii }: Omit<Candidate, 'score'>,
  front: number,
): Candidate {
  const hits = hitsOf(radii);
  const enclosed = hits.length / RAYS;
  if (enclosed < 0.4) return { i, j, radii, score: 0 };
  const mean = hits.reduce((sum, r) => sum + r, 0) / hits.length;
  const least = Math.min(...hits);
  const size = within(mean, RADIUS.least + 1, RADIUS.most, 3) * within(least, RADIUS.least - 1, RADIUS.most, 2);
  // Off the middle of the canal one side is near and the other far.
  const [x, y] = offCentre(radii);
  const centred = within(Math.hypot(x, y), 0, 1.5, 5);
  const vertebra = within(frontOf(coarse, slice, i, j, mean, front), 110, 2000, 60);
  return { i, j, radii, score: (0.75 * enclosed + 0.25 * vertebra) * size * (0.6 + 0.4 * centred) };
}

/** Mean HU where the vertebral body lies: 8 to 22 mm before the canal's wall, 18 mm wide. */
function frontOf(
  { dims, spacing }: Scene['coarse'],
  slice: Float32Array,
  i: number,
  j: number,
  radius: number,
  front: number,
): number {
  let [sum, count] = [0, 0];
  for (let dy = radius + 8; dy <= radius + 22; dy += 3)
    for (let dx = -9; dx <= 9; dx += 3) {
      const a = Math.round(i + dx / spacing[0]);
      const b = Math.round(j + (front * dy) / spacing[1]);
      if (a < 0 || b < 0 || a >= dims[0] || b >= dims[1]) continue;
      count++;
      sum += slice[a + dims[0] * b];
    }
  return count === 0 ? 0 : sum / count;
}

const hitsOf = (radii: Float32Array): number[] => [...radii].filter((r) => !Number.isNaN(r));

/** Mean of the wall's points about the place, mm; open rays stand at the mean distance. */
function offCentre(radii: Float32Array): [number, number] {
  const hits = hitsOf(radii);
  const mean = hits.reduce((sum, r) => sum + r, 0) / Math.max(1, hits.length);
  let [x, y] = [0, 0];
  radii.forEach((r, ray) => {
    const angle = (2 * Math.PI * ray) / RAYS;
    x += ((Number.isNaN(r) ? mean : r) * Math.cos(angle)) / RAYS;
    y += ((Number.isNaN(r) ? mean : r) * Math.sin(angle)) / RAYS;
  });
  return [x, y];
}

interface Link {
  readonly k: number;
  readonly candidate: Candidate;
}

/** The chain of places with the greatest sum of scores above the threshold, less the cost of shifts and of slices skipped. */
function bestChain(perSlice: readonly (readonly Candidate[])[], spacing: readonly number[]): Link[] {
  interface State {
    readonly candidate: Candidate;
    readonly k: number;
    readonly value: number;
    readonly back?: State;
  }
  let best: State | undefined;
  const states: State[][] = [];
  const most = Math.max(1, Math.floor(GAP / spacing[2]));
  perSlice.forEach((candidates, k) => {
    const here = candidates.map((candidate): State => {
      const gain = candidate.score - THRESHOLD;
      let state: State = { candidate, k, value: gain - ENTRY };
      for (let m = 1; m <= Math.min(most, k); m++)
        for (const back of states[k - m]) {
          const [di, dj] = [candidate.i - back.candidate.i, candidate.j - back.candidate.j];
          const shift = Math.hypot(di * spacing[0], dj * spacing[1]);
          if (shift > 12) continue;
          const cost = SHIFT.cost * Math.max(0, shift - SHIFT.free) + SKIP * (m - 1) * spacing[2];
          const value = back.value + gain - cost;
          if (value > state.value) state = { candidate, k, value, back };
        }
      return state;
    });
    states.push(here);
    for (const state of here) if (best === undefined || state.value > best.value) best = state;
  });
  const chain: Link[] = [];
  for (let at = best; at !== undefined; at = at.back) chain.unshift({ k: at.k, candidate: at.candidate });
  return chain;
}

/** A link moved to the middle of its wall, and its wall seen from there. */
function recentred(scene: Scene, { k, candidate }: Link): Link {
  const { coarse } = scene;
  const size = coarse.dims[0] * coarse.dims[1];
  const [x, y] = offCentre(candidate.radii);
  const [i, j] = [candidate.i + x / coarse.spacing[0], candidate.j + y / coarse.spacing[1]];
  return {
    k,
    candidate: { ...candidate, i, j, radii: castRays(scene, coarse.data.subarray(k * size, (k + 1) * size), i, j) },
  };
}

/** The slices between links too, on the straight line from one to the next, their walls open. */
function withSkipped(links: readonly Link[]): Link[] {
  return links.flatMap((link, n) => {
    const next = links[n + 1];
    const [a, b] = [link.candidate, next?.candidate];
    const between = Array.from({ length: next === undefined ? 0 : next.k - link.k - 1 }, (_, m): Link => {
      const f = (m + 1) / (next.k - link.k);
      const [i, j] = [a.i + f * (b.i - a.i), a.j + f * (b.j - a.j)];
      return { k: link.k + m + 1, candidate: { i, j, score: 0, radii: new Float32Array(RAYS).fill(Number.NaN) } };
    });
    return [link, ...between];
  });
}

/** Radii with the gaps filled from what is near in angle and slice, and outliers drawn in. */
function completed(rows: readonly Float32Array[], thickness: number): Float32Array[] {
  const all = rows.flatMap(hitsOf).sort((a, b) => a - b);
  const typical = all[all.length >> 1] ?? 8;
  const fits = (r: number): boolean => !Number.isNaN(r) && r < 1.7 * typical;
  const reach = Math.max(1, Math.ceil(GAP / 2 / thickness));
  return rows.map((_, n) =>
    Float32Array.from({ length: RAYS }, (__, ray) => {
      // A weak pull to the typical radius holds where a whole sector is open.
      let [sum, weight] = [1e-3 * typical, 1e-3];
      for (let dn = -reach; dn <= reach; dn++)
        for (let da = -3; da <= 3; da++) {
          const r = rows[n + dn]?.[(ray + da + RAYS) % RAYS] ?? Number.NaN;
          if (!fits(r)) continue;
          const w = Math.exp(-(((dn * thickness) / 4) ** 2) / 2 - (da * da) / 2);
          sum += w * r;
          weight += w;
        }
      return sum / weight;
    }),
  );
}

import { cheapestWays } from './livewireGraph.ts';

/** Values of an image on a square lattice about a point: node (i, j) lies at (u0 + i·step, v0 + j·step) mm. */
export interface LivewireWindow {
  readonly u0: number;
  readonly v0: number;
  readonly step: number;
  /** Nodes along each side. */
  readonly size: number;
}

/** The wire from a fixed point to wherever the pointer goes. */
export interface Livewire {
  /** u, v of each point of the wire from the fixed point to the node nearest to (u, v), both included, mm. */
  pathTo(u: number, v: number): number[];
}

/** Shares of a link's cost: how unlike the edge is, and how far the link turns off its direction. The least cost keeps wires short. */
const COST = { unlike: 0.6, direction: 0.35, least: 0.05 };
/** The weakest edge that is looked for: this quantile of the window's gradients. */
const WEAKEST = 0.9;
/** A fixed point moves to the steepest node within so many nodes, the pointer's end of the wire to the one most like it. */
const SNAP = 2;

/** A window of `size` × `size` nodes centred on (u, v). */
export const windowAbout = (u: number, v: number, step: number, size: number): LivewireWindow => ({
  u0: u - ((size - 1) / 2) * step,
  v0: v - ((size - 1) / 2) * step,
  step,
  size,
});

/**
 * Intelligent scissors (Mortensen and Barrett, SIGGRAPH 95, 191): the cheapest way through an image from a fixed point, links being
 * cheap along edges as strong as the one under the fixed point (their training, from one click: else a wire along muscle and fat
 * would leap to the lung beside it) and in the edge's direction. All ways within the window are found at once (Dijkstra with
 * buckets), so that a pointer move only reads one off. Edges are placed between nodes by a parabola through the gradient.
 * @param values of the window's nodes, row by row; NaN outside the image
 */
export function livewireFrom(window: LivewireWindow, values: Float32Array): Livewire {
  const { u0, v0, step, size } = window;
  const middle = Math.round((size - 1) / 2);
  const gradient = gradientOf(smoothed(values, size), size);
  const seed = mostNear(gradient.magnitude, size, middle, middle);
  likenTo(gradient, seed);
  const from = cheapestWays(size, seed, (p, q, diagonal) => linkCost(gradient, size, p, q, diagonal));
  const node = (value: number, low: number): number =>
    Math.max(1, Math.min(size - 2, Math.round((value - low) / step)));
  return {
    pathTo(u, v) {
      const path: number[] = [];
      const end = mostNear(gradient.like, size, node(u, u0), node(v, v0));
      for (let p = end; p >= 0; p = from[p]) {
        const [di, dj] = offEdge(gradient, size, p);
        path.push(v0 + (Math.floor(p / size) + dj) * step, u0 + ((p % size) + di) * step);
      }
      return path.reverse();
    },
  };
}

interface Gradient {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly magnitude: Float32Array;
  /** 0…1: how near the magnitude comes to that of the edge looked for. */
  readonly like: Float32Array;
}

/** Binomial 3 × 3: takes half of the noise and moves no straight edge. */
function smoothed(values: Float32Array, size: number): Float32Array {
  const rows = new Float32Array(values.length);
  const out = new Float32Array(values.length);
  for (let p = 0; p < values.length; p++) {
    const i = p % size;
    rows[p] = 0.25 * values[i > 0 ? p - 1 : p] + 0.5 * values[p] + 0.25 * values[i + 1 < size ? p + 1 : p];
  }
  for (let p = 0; p < values.length; p++)
    out[p] =
      0.25 * rows[p >= size ? p - size : p] + 0.5 * rows[p] + 0.25 * rows[p + size < values.length ? p + size : p];
  return out;
}

/** Sobel's gradient; 0 at the window's rim and beside what lies outside the image. */
function gradientOf(values: Float32Array, size: number): Gradient {
  const [x, y, magnitude, like] = [0, 1, 2, 3].map(() => new Float32Array(values.length));
  for (let j = 1; j < size - 1; j++)
    for (let i = 1; i < size - 1; i++) {
      const p = i + size * j;
      const [a, b, c] = [values[p - size - 1], values[p - size], values[p - size + 1]];
      const [d, f] = [values[p - 1], values[p + 1]];
      const [g, h, k] = [values[p + size - 1], values[p + size], values[p + size + 1]];
      const gx = c + 2 * f + k - a - 2 * d - g;
      const gy = g + 2 * h + k - a - 2 * b - c;
      if (Number.isNaN(gx + gy)) continue;
      x[p] = gx;
      y[p] = gy;
      magnitude[p] = Math.hypot(gx, gy);
    }
  return { x, y, magnitude, like };
}

/** Makes the edge at a node the one that is looked for. */
function likenTo({ magnitude, like }: Gradient, seed: number): void {
  const sorted = magnitude.slice().sort();
  const wanted = Math.max(1e-12, magnitude[seed], sorted[Math.floor(WEAKEST * (sorted.length - 1))]);
  for (let p = 0; p < like.length; p++) like[p] = Math.min(magnitude[p], wanted) / Math.max(magnitude[p], wanted);
}

/** 0…1 per unit length for the link from node p to its neighbour q. */
function linkCost({ x, y, like }: Gradient, size: number, p: number, q: number, diagonal: boolean): number {
  const length = diagonal ? Math.SQRT2 : 1;
  const [li, lj] = [((q % size) - (p % size)) / length, (Math.floor(q / size) - Math.floor(p / size)) / length];
  // The edge runs square to the gradient; either sense of the link will do.
  const off = (n: number): number => {
    const norm = Math.hypot(x[n], y[n]);
    return norm === 0 ? 1 : 1 - Math.abs(lj * x[n] - li * y[n]) / norm;
  };
  const turn = (off(p) + off(q)) / 2;
  return length * (COST.least + COST.unlike * (1 - like[q]) + COST.direction * turn);
}

/** The node of the greatest value near (i, j). */
function mostNear(values: Float32Array, size: number, i: number, j: number): number {
  let best = i + size * j;
  for (let dj = -SNAP; dj <= SNAP; dj++)
    for (let di = -SNAP; di <= SNAP; di++) {
      const [x, y] = [i + di, j + dj];
      if (x < 1 || y < 1 || x > size - 2 || y > size - 2) continue;
      if (values[x + size * y] > values[best] * (1 + 1e-6)) best = x + size * y;
    }
  return best;
}

/**
 * How far from a node, in nodes, the gradient is steepest along its own main axis: at the top of a parabola through the steepest of
 * the node and its two neighbours and those beside it.
 */
function offEdge({ x, y, like }: Gradient, size: number, p: number): readonly [number, number] {
  const sideways = Math.abs(x[p]) >= Math.abs(y[p]);
  const stride = sideways ? 1 : size;
  const values = sideways ? x : y;
  if (like[p] < 0.1 || p - 2 * stride < 0 || p + 2 * stride >= values.length) return [0, 0];
  const steep = (n: number): number => Math.abs(values[p + n * stride]);
  const at = steep(-1) > steep(0) && steep(-1) >= steep(1) ? -1 : steep(1) > steep(0) ? 1 : 0;
  const bend = steep(at - 1) - 2 * steep(at) + steep(at + 1);
  const top = bend < 0 ? Math.max(-0.5, Math.min(0.5, (steep(at - 1) - steep(at + 1)) / (2 * bend))) : 0;
  return sideways ? [at + top, 0] : [0, at + top];
}

import { ANGLE_STEPS, DEPTH_NODES } from '../coneTable.ts';
import { RATE_COUNT, RATES } from '../depositionKernel.ts';
import { GROUP, plainRun, type SuperpositionKernel, type SweepCone, type SweepProblem } from './contract.ts';
import { lateralShift, sweepOf } from './stepping.ts';

/**
 * The contract for speed in plain TypeScript: rates unrolled, one exponential a voxel (a short series), the others by squaring,
 * table look-ups without allocation, and no work in vacuum or, but for transport, outside the field.
 */
export const unrolledKernel: SuperpositionKernel = {
  name: 'typescript',
  begin: (problem) => plainRun(problem, sweep),
};

const A0 = RATES[0];
/** Mean free paths 1/a_i, g/cm². */
const [P0, P1, P2, P3, P4, P5] = RATES.map((rate) => 1 / rate);
/** Below this exponent six terms of the series of 1 − exp(−y) are exact to 3e-8. */
const SERIES_LIMIT = 0.2;
const NODE_STRIDE = (ANGLE_STEPS + 1) * RATE_COUNT;

function sweep(problem: SweepProblem, cone: SweepCone, dose: Float32Array): void {
  const { density, terma, hardening, minorTerma } = problem;
  const frame = sweepOf(problem, cone.direction);
  const [n0, n1, n2] = frame.dims;
  const [h0, h1, h2] = frame.spacing;
  const [s0, s1, s2] = frame.source;
  const [d0, d1, d2] = frame.direction;
  const [stride, rowStride, planeStride] = frame.strides;
  const table = cone.coefficients;
  const step = h2 / Math.abs(d2);
  const lastNode = DEPTH_NODES.length - 2;
  let carried = new Float64Array(n0 * n1 * RATE_COUNT);
  let next = new Float64Array(n0 * n1 * RATE_COUNT);
  const nothing = new Float64Array(n0 * RATE_COUNT);
  for (let plane = 0; plane < n2; plane++) {
    const k = d2 > 0 ? plane : n2 - 1 - plane;
    const move0 = lateralShift(frame, 0, plane) - lateralShift(frame, 0, plane - 1);
    const move1 = lateralShift(frame, 1, plane) - lateralShift(frame, 1, plane - 1);
    const v2 = k * h2 - s2;
    for (let j = 0; j < n1; j++) {
      const fromJ = j - move1;
      const entering = plane === 0 || fromJ < 0 || fromJ >= n1;
      const source = entering ? nothing : carried;
      const rowFrom = entering ? 0 : n0 * fromJ * RATE_COUNT;
      const rowTo = n0 * j * RATE_COUNT;
      const v1 = j * h1 - s1;
      const across = v1 * d1 + v2 * d2;
      const square = v1 * v1 + v2 * v2;
      let voxel = j * rowStride + k * planeStride;
      // What a group of minor voxels shares; of other voxels each finds its own.
      let minor = false;
      let found = false;
      let depth = 0;
      let low = 0;
      let f = 0;
      for (let i = 0; i < n0; i++, voxel += stride) {
        if (i % GROUP === 0) {
          minor = true;
          found = false;
          depth = 0;
          const end = voxel + Math.min(GROUP, n0 - i) * stride;
          for (let v = voxel; v < end; v += stride) {
            if (Math.abs(terma[v]) > minorTerma) minor = false;
            if (hardening[v] > depth) depth = hardening[v];
          }
        }
        const fromI = i - move0;
        let e0 = 0;
        let e1 = 0;
        let e2 = 0;
        let e3 = 0;
        let e4 = 0;
        let e5 = 0;
        if (fromI >= 0 && fromI < n0) {
          const from = rowFrom + fromI * RATE_COUNT;
          e0 = source[from];
          e1 = source[from + 1];
          e2 = source[from + 2];
          e3 = source[from + 3];
          e4 = source[from + 4];
          e5 = source[from + 5];
        }
        const x = density[voxel] * step;
        const released = terma[voxel];
        if (x > 0 && (released !== 0 || e0 !== 0 || e1 !== 0)) {
          const perMass = 1 / x;
          const y = A0 * x;
          const q0 =
            y < SERIES_LIMIT
              ? y * (1 - y * (1 / 2) * (1 - y * (1 / 3) * (1 - y * (1 / 4) * (1 - y * (1 / 5) * (1 - y * (1 / 6))))))
              : -Math.expm1(-y);
          const q1 = q0 * (2 - q0);
          const q2 = q1 * (2 - q1);
          const half = q2 * (2 - q2);
          const q3 = half * (2 - half);
          const q4 = q3 * (2 - q3);
          const q5 = q4 * (3 - q4 * (3 - q4));
          let absorbed = (e0 * q0 + e1 * q1 + e2 * q2 + e3 * q3 + e4 * q4 + e5 * q5) * perMass;
          e0 -= e0 * q0;
          e1 -= e1 * q1;
          e2 -= e2 * q2;
          e3 -= e3 * q3;
          e4 -= e4 * q4;
          e5 -= e5 * q5;
          if (released !== 0) {
            if (!minor || !found) {
              const v0 = (minor ? i - (i % GROUP) + (GROUP - 1) / 2 : i) * h0 - s0;
              const cosine = (v0 * d0 + across) / Math.sqrt(v0 * v0 + square);
              const angle = (Math.sqrt(cosine < 1 ? (1 - cosine) / 2 : 0) * ANGLE_STEPS + 0.5) | 0;
              if (!minor) depth = hardening[voxel];
              const node = depth < lastNode ? depth | 0 : lastNode;
              f = depth - node;
              low = node * NODE_STRIDE + angle * RATE_COUNT;
              found = true;
            }
            const high = low + NODE_STRIDE;
            const c0 = released * (table[low] + f * (table[high] - table[low]));
            const c1 = released * (table[low + 1] + f * (table[high + 1] - table[low + 1]));
            const c2 = released * (table[low + 2] + f * (table[high + 2] - table[low + 2]));
            const c3 = released * (table[low + 3] + f * (table[high + 3] - table[low + 3]));
            const c4 = released * (table[low + 4] + f * (table[high + 4] - table[low + 4]));
            const c5 = released * (table[low + 5] + f * (table[high + 5] - table[low + 5]));
            const r0 = c0 * q0 * P0;
            const r1 = c1 * q1 * P1;
            const r2 = c2 * q2 * P2;
            const r3 = c3 * q3 * P3;
            const r4 = c4 * q4 * P4;
            const r5 = c5 * q5 * P5;
            e0 += r0;
            e1 += r1;
            e2 += r2;
            e3 += r3;
            e4 += r4;
            e5 += r5;
            absorbed += c0 + c1 + c2 + c3 + c4 + c5 - (r0 + r1 + r2 + r3 + r4 + r5) * perMass;
          }
          dose[voxel] += absorbed;
        }
        const to = rowTo + i * RATE_COUNT;
        next[to] = e0;
        next[to + 1] = e1;
        next[to + 2] = e2;
        next[to + 3] = e3;
        next[to + 4] = e4;
        next[to + 5] = e5;
      }
    }
    [carried, next] = [next, carried];
  }
}

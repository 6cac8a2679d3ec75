import { DEPTH_COUNT, DEPTH_STEP, type PencilTables, SCALE_COUNT, TERMS } from './gaussianLadder.ts';

/**
 * Weights of the first `count` Gaussians at a depth (g/cm²) and rows of the primary's and the scatter's table: the sum of
 * both, bilinear in the tables, written to out[0 …]. Beyond the tables' ends they are held.
 */
export function weightsAt(
  tables: PencilTables,
  depth: number,
  primaryRow: number,
  scatterRow: number,
  count: number,
  out: Float64Array,
): void {
  const d = Math.min(DEPTH_COUNT - 1.000001, Math.max(0, depth / DEPTH_STEP));
  const s = Math.min(SCALE_COUNT - 1.000001, primaryRow);
  const m = Math.min(SCALE_COUNT - 1.000001, scatterRow);
  const d0 = Math.floor(d);
  const s0 = Math.floor(s);
  const m0 = Math.floor(m);
  const fd = d - d0;
  const fs = s - s0;
  const fm = m - m0;
  const p = (s0 * DEPTH_COUNT + d0) * TERMS;
  const q = (m0 * DEPTH_COUNT + d0) * TERMS;
  const next = DEPTH_COUNT * TERMS;
  const { primary, scatter } = tables;
  const p11 = fs * fd;
  const p01 = fd - p11;
  const p10 = fs - p11;
  const p00 = 1 - fs - p01;
  const q11 = fm * fd;
  const q01 = fd - q11;
  const q10 = fm - q11;
  const q00 = 1 - fm - q01;
  for (let term = 0; term < count; term++)
    out[term] =
      p00 * primary[p + term] +
      p01 * primary[p + TERMS + term] +
      p10 * primary[p + next + term] +
      p11 * primary[p + next + TERMS + term] +
      q00 * scatter[q + term] +
      q01 * scatter[q + TERMS + term] +
      q10 * scatter[q + next + term] +
      q11 * scatter[q + next + TERMS + term];
}

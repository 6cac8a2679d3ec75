/**
 * Non-negative least squares by active sets (Lawson and Hanson 1974, chapter 23) from the normal equations: x ≥ 0 that makes
 * |A x − b| least, given AᵀA (row-major, n × n) and Aᵀb.
 */
export function nonNegativeLeastSquares(normal: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const x = new Float64Array(n);
  const free = new Array<boolean>(n).fill(false);
  const scale = Math.max(...right.map(Math.abs)) || 1;
  for (let round = 0; round < 4 * n; round++) {
    let best = -1;
    let most = 1e-10 * scale;
    for (let i = 0; i < n; i++) {
      if (free[i]) continue;
      let slope = right[i];
      for (let j = 0; j < n; j++) slope -= normal[i * n + j] * x[j];
      if (slope > most) [best, most] = [i, slope];
    }
    if (best < 0) break;
    free[best] = true;
    for (;;) {
      const wanted = solveFree(normal, right, free);
      let step = 1;
      for (let i = 0; i < n; i++)
        if (free[i] && wanted[i] <= 0) step = Math.min(step, x[i] / Math.max(1e-300, x[i] - wanted[i]));
      for (let i = 0; i < n; i++) if (free[i]) x[i] += step * (wanted[i] - x[i]);
      if (step === 1) break;
      for (let i = 0; i < n; i++)
        if (free[i] && x[i] <= 1e-12 * scale) {
          free[i] = false;
          x[i] = 0;
        }
    }
  }
  return x;
}

/** Least squares over the free variables, 0 elsewhere: Gaussian elimination of a small positive system. */
function solveFree(normal: Float64Array, right: Float64Array, free: readonly boolean[]): Float64Array {
  const n = right.length;
  const index = free.flatMap((isFree, i) => (isFree ? [i] : []));
  const rows = index.map((i) => [...index.map((j) => normal[i * n + j] + (i === j ? 1e-12 : 0)), right[i]]);
  const count = rows.length;
  for (let pivot = 0; pivot < count; pivot++)
    for (let row = pivot + 1; row < count; row++) {
      const factor = rows[row][pivot] / rows[pivot][pivot];
      for (let column = pivot; column <= count; column++) rows[row][column] -= factor * rows[pivot][column];
    }
  const out = new Float64Array(n);
  for (let i = count - 1; i >= 0; i--) {
    let sum = rows[i][count];
    for (let j = i + 1; j < count; j++) sum -= rows[i][j] * out[index[j]];
    out[index[i]] = sum / rows[i][i];
  }
  return out;
}

/**
 * Solves A X = B in place by Gaussian elimination with partial pivoting; A n×n and B n×columns, row by row. Returns whether A was
 * regular; B then holds X, and A is spent either way.
 */
export function solveInPlace(a: Float64Array, b: Float64Array, n: number, columns: number): boolean {
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let row = k + 1; row < n; row++) if (Math.abs(a[row * n + k]) > Math.abs(a[pivot * n + k])) pivot = row;
    const head = a[pivot * n + k];
    if (!(Math.abs(head) > 0) || !Number.isFinite(head)) return false;
    if (pivot !== k) {
      swapRows(a, n, k, pivot);
      swapRows(b, columns, k, pivot);
    }
    for (let row = k + 1; row < n; row++) {
      const factor = a[row * n + k] / head;
      if (factor === 0) continue;
      for (let c = k + 1; c < n; c++) a[row * n + c] -= factor * a[k * n + c];
      for (let c = 0; c < columns; c++) b[row * columns + c] -= factor * b[k * columns + c];
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let c = 0; c < columns; c++) {
      let sum = b[k * columns + c];
      for (let row = k + 1; row < n; row++) sum -= a[k * n + row] * b[row * columns + c];
      b[k * columns + c] = sum / a[k * n + k];
    }
  }
  return true;
}

function swapRows(values: Float64Array, width: number, one: number, other: number): void {
  for (let c = 0; c < width; c++) {
    const kept = values[one * width + c];
    values[one * width + c] = values[other * width + c];
    values[other * width + c] = kept;
  }
}

/** Value of rows [tan, value] at a tangent: straight between rows, held beyond them. Rows rise. */
export function radialAt(rows: readonly (readonly [number, number])[], tangent: number): number {
  let upper = 0;
  while (upper < rows.length && rows[upper][0] < tangent) upper++;
  if (upper === 0) return rows[0][1];
  if (upper === rows.length) return rows[upper - 1][1];
  const [[t0, v0], [t1, v1]] = [rows[upper - 1], rows[upper]];
  return v0 + ((tangent - t0) / (t1 - t0)) * (v1 - v0);
}

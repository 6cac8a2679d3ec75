/** Digits after the point at most: closer to a limit than that nothing is measured here. */
const MOST = 4;

/** A value beside the limit that it breaks, with as many decimals as it takes that both do not read the same. */
export function besideLimit(value: number, limit: number, decimals = 0): string {
  for (let digits = decimals; digits < MOST; digits++)
    if (Number(value.toFixed(digits)) !== limit) return value.toFixed(digits);
  return value.toFixed(MOST);
}

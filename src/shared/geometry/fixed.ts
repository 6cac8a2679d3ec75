/** `value` with `decimals` digits after the point; what rounds to zero has no sign: “0.0”, never “-0.0”. */
export const fixed = (value: number, decimals: number): string =>
  value.toFixed(decimals).replace(/^-(?=0(?:\.0*)?$)/, '');

/** Coordinates (mm) as they are read, “12.0, -3.5, 0.0”. */
export const placeText = (at: readonly number[], decimals = 1): string =>
  at.map((mm) => fixed(mm, decimals)).join(', ');

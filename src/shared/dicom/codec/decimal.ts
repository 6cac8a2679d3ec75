import { IsocenterError } from '../../contract/errors.ts';

/** Longest Decimal String value (PS3.5 table 6.2-1). */
const MAX_CHARACTERS = 16;

/**
 * The Decimal String nearest to `value` that fits 16 characters: exact where the shortest form fits, otherwise rounded to the
 * most digits that fixed or exponential notation allows (relative error at most 5e-9, at three-digit exponents; 5e-12 for
 * numbers of usual size).
 * Throws INVALID_ATTRIBUTE for values that are not finite.
 */
export function formatDecimal(value: number): string {
  if (!Number.isFinite(value))
    throw new IsocenterError('INVALID_ATTRIBUTE', `${value} cannot be written as a decimal string`);
  if (value === 0) return '0';
  const shortest = tidy(String(value));
  if (shortest.length <= MAX_CHARACTERS) return shortest;
  const fixed = longest((digits) => value.toFixed(digits));
  const exponential = longest((digits) => value.toExponential(digits));
  if (fixed === undefined && exponential !== undefined && Number.isFinite(Number(exponential))) return exponential;
  if (fixed === undefined)
    throw new IsocenterError('INVALID_ATTRIBUTE', `${value} cannot be written as a decimal string`);
  if (exponential === undefined) return fixed;
  return Math.abs(Number(fixed) - value) <= Math.abs(Number(exponential) - value) ? fixed : exponential;
}

/** Integer String: an integer that fits 32 bits signed (PS3.5 table 6.2-1). */
export function formatInteger(value: number): string {
  if (!Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 31)
    throw new IsocenterError('INVALID_ATTRIBUTE', `${value} is no 32-bit integer`);
  return String(value === 0 ? 0 : value);
}

/** JavaScript writes 1e+21; the plus sign costs a character and says nothing. */
const tidy = (text: string): string => text.replace('e+', 'e');

function longest(write: (digits: number) => string): string | undefined {
  for (let digits = 15; digits >= 0; digits--) {
    const text = tidy(write(digits));
    if (text.length <= MAX_CHARACTERS) return text;
  }
  return undefined;
}

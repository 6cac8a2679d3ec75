import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IsocenterError } from '#shared/contract/errors.ts';
import { formatDecimal, formatInteger } from '#shared/dicom/codec/decimal.ts';

const finite = fc.double({ noNaN: true, min: -1e308, max: 1e308 });

test('a decimal string fits 16 characters of the DS repertoire and is the number to 5e-9 at worst', () => {
  fc.assert(
    fc.property(finite, (value) => {
      const text = formatDecimal(value);
      expect(text.length).toBeLessThanOrEqual(16);
      expect(text).toMatch(/^-?\d+(\.\d+)?(e-?\d+)?$/);
      expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(5.1e-9 * Math.abs(value) + 1e-323);
    }),
    { numRuns: 2000 },
  );
});

test('a number that has a short form is written exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: -99999999, max: 99999999 }), fc.integer({ min: 0, max: 5 }), (mantissa, digits) => {
      const value = mantissa / 10 ** digits;
      expect(Number(formatDecimal(value))).toBe(value);
    }),
  );
});

test('the exponent survives where characters are cut', () => {
  expect(formatDecimal(1.234567890123456e-7)).toBe('1.23456789012e-7');
  expect(formatDecimal(-1.234567890123456e-7)).toBe('-1.2345678901e-7');
  expect(formatDecimal(0.1 + 0.2)).toBe('0.30000000000000');
  expect(formatDecimal(1e21)).toBe('1e21');
  expect(formatDecimal(-0)).toBe('0');
  expect(formatDecimal(123456789012345680)).toBe('1.23456789012e17');
});

// The largest number would be rounded up to infinity.
test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_VALUE])(
  '%s is refused as a decimal',
  (value) => {
    expect(() => formatDecimal(value)).toThrow(IsocenterError);
  },
);

test.each([3.7, 2 ** 31, -(2 ** 31) - 1, Number.NaN])('%s is refused as an integer', (value) => {
  expect(() => formatInteger(value)).toThrow(IsocenterError);
});

test('integers at the limits are written', () => {
  expect([2 ** 31 - 1, -(2 ** 31), -0].map(formatInteger)).toEqual(['2147483647', '-2147483648', '0']);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNumber } from '#renderer/kit/NumberInput.tsx';

describe('parseNumber', () => {
  it.each([
    ['12', 12],
    ['-3.5', -3.5],
    ['−3,5', -3.5],
    [' .5 ', 0.5],
    ['1e3', 1000],
  ])('%j is %d', (text, value) => expect(parseNumber(text)).toBe(value));

  it.each(['', ' ', '1.2.3', '1 000', '0x10', 'Infinity', 'NaN', '5mm', '--2', '1,2,3'])('%j is no number', (text) =>
    expect(parseNumber(text)).toBeUndefined(),
  );

  it('reads back what it shows', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), (value) => {
        expect(parseNumber(value.toFixed(2))).toBeCloseTo(value, 2);
      }),
    );
  });
});

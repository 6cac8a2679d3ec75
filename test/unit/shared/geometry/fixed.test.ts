import { describe, expect, it } from 'vitest';
import { fixed, placeText } from '#shared/geometry/fixed.ts';

describe('numbers as they are read', () => {
  it('have no negative zero', () => {
    expect([-0.04, -0, 0.04, -0.05001, -10, -0.4].map((value) => fixed(value, 1))).toEqual([
      '0.0',
      '0.0',
      '0.0',
      '-0.1',
      '-10.0',
      '-0.4',
    ]);
    expect([fixed(-0.4, 0), fixed(-20, 0)]).toEqual(['0', '-20']);
    expect(placeText([-0.01, 12, -3.54])).toBe('0.0, 12.0, -3.5');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IsocenterError } from '#shared/contract/errors.ts';
import { type Dvh, dvhOf } from '#shared/evaluation/dvh.ts';
import { judgeGoal } from '#shared/evaluation/goals/goalOutcome.ts';
import { parseGoal } from '#shared/evaluation/goals/goalText.ts';

/** 200 cm³ whose dose rises evenly from 0 to 50 Gy: D_x = 50 (1 − x/100), V_d = 100 (1 − d/50). */
const ramp = (covered = 1): Dvh =>
  dvhOf({
    volume: 200,
    min: 0,
    mean: 25,
    max: 50,
    curve: { dose: Float64Array.of(0, 50), volume: Float64Array.of(100, 0) },
    covered,
    warnings: [],
  });
const judged = (text: string, dvh: Dvh | undefined = ramp(), prescription?: number) =>
  judgeGoal(parseGoal(text), dvh, prescription);

describe('goals as protocols write them', () => {
  it.each([
    ['D95% >= 2.5 Gy', 2.5, 'met'],
    ['D20cc <= 45Gy', 45, 'met'],
    ['D20cc<45 Gy', 45, 'missed'],
    ['V20Gy < 30% (60%)', 60, 'missed'],
    ['V20Gy <= 30% (60%)', 60, 'acceptable'],
    ['V2000cGy <= 60 %', 60, 'met'],
    ['V20Gy ≤ 100 cc', 120, 'missed'],
    ['CV10Gy >= 40 cc', 40, 'met'],
    ['mean <= 26 Gy', 25, 'met'],
    ['Dmax < 50 Gy', 50, 'missed'],
    ['min > 1 Gy', 0, 'missed'],
  ])('%s', (text, value, status) => {
    expect(judged(text)).toEqual({ status, value });
  });

  it('percent of a dose is of the prescription', () => {
    expect(judged('D50% >= 95%', ramp(), 25)).toEqual({ status: 'met', value: 100 });
    expect(judged('V80% >= 60%', ramp(), 25)).toEqual({ status: 'met', value: 60 });
    expect(judged('D50% >= 95%')).toEqual({ status: 'unknown', remark: 'the plan has no prescription' });
  });

  it('nothing is met without a structure, without volume, or outside the dose grid', () => {
    expect(judgeGoal(parseGoal('mean <= 26 Gy'), undefined, 50).status).toBe('unknown');
    expect(judged('D300cc <= 45 Gy').status).toBe('unknown');
    expect(judged('mean <= 26 Gy', ramp(0.9))).toMatchObject({
      status: 'unknown',
      value: 25,
      remark: '10.0 % of it lies outside the dose grid',
    });
    expect(judged('mean <= 20 Gy', ramp(0.9)).status).toBe('missed');
  });

  it('what lies outside the dose grid is judged where its dose cannot matter', () => {
    // Of 200 cm³ 10 % lie outside: V40Gy is 20 to 30 %, D20cc anything above 45 Gy, D50% 25 to 30 Gy.
    expect(judged('V40Gy <= 31%', ramp(0.9))).toMatchObject({ status: 'met', value: 20 });
    expect(judged('V40Gy <= 29%', ramp(0.9)).status).toBe('unknown');
    expect(judged('V40Gy <= 15% (25%)', ramp(0.9)).status).toBe('unknown');
    expect(judged('D20cc <= 46 Gy', ramp(0.9)).status).toBe('unknown');
    expect(judged('D50% >= 24 Gy', ramp(0.9)).status).toBe('met');
    expect(judged('D50% >= 28 Gy', ramp(0.9)).status).toBe('unknown');
    expect(judged('D50% >= 31 Gy', ramp(0.9)).status).toBe('missed');
    expect(judged('mean >= 20 Gy', ramp(0.9)).status).toBe('met');
  });

  it.each([
    'V20Gy',
    'D95Gy >= 3 Gy',
    'V20cc <= 3%',
    'V20Gy <= 3 Gy',
    'D5% <= 3 cc',
    'D101% > 1 Gy',
    'mean <= 26',
    'V20Gy <= 30% (20%)',
    'V20Gy <= 30% (35 cc)',
    'foo <= 3 Gy',
    '',
  ])('refuses "%s" by name', (text) => {
    expect(() => parseGoal(text)).toThrow(IsocenterError);
  });

  it('what it reads it reads again the same; other text is refused, never misread', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('D', 'V', 'CV'),
        fc.float({ min: 0, max: 100, noNaN: true }),
        fc.constantFrom('%', 'Gy', 'cc'),
        fc.constantFrom('<', '<=', '>', '>='),
        fc.nat(100),
        fc.constantFrom('%', 'Gy', 'cc'),
        (letter, at, unit, sign, limit, limitUnit) => {
          const text = `${letter}${at.toFixed(2)}${unit} ${sign} ${limit}${limitUnit}`;
          try {
            expect(parseGoal(parseGoal(text).text)).toEqual(parseGoal(text));
          } catch (error) {
            expect(error).toBeInstanceOf(IsocenterError);
          }
        },
      ),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseGoal(text);
        } catch (error) {
          expect(error).toBeInstanceOf(IsocenterError);
        }
      }),
    );
  });
});

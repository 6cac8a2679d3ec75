import { expect, it } from 'vitest';
import { dvhOf } from '#shared/evaluation/dvh.ts';
import { dvhCsv } from '#shared/evaluation/dvhCsv.ts';

const ramp = (max: number) =>
  dvhOf({
    volume: 20,
    min: 0,
    mean: max / 2,
    max,
    curve: { dose: Float64Array.of(0, max), volume: Float64Array.of(100, 0) },
    covered: 1,
    warnings: [],
  });

it('writes every curve in percent and cm³ over one column of doses; names cannot pass for formulas', () => {
  const text = dvhCsv([
    { plan: 'A', structure: '=PTV "1"', dvh: ramp(50) },
    { plan: 'B', structure: 'Lung, left', dvh: ramp(25) },
  ]);
  const lines = text.split('\r\n');
  expect(lines[0]).toBe(`"Dose Gy","'=PTV ""1"" [A] %","'=PTV ""1"" [A] cm3","Lung, left [B] %","Lung, left [B] cm3"`);
  expect(lines).toHaveLength(503);
  expect(lines[126]).toBe('12.5000,75.0000,15.00000,50.0000,10.00000');
  expect(lines[501]).toBe('50.0000,0.0000,0.00000,0.0000,0.00000');
});

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cube, doseAt, doseOf, flatWater } from './dose-setups.ts';

/** An ion chamber's depth dose, 10 × 10 at SSD 100 cm (Utrecht 1999); outside the repository. */
const FILE = resolve(process.cwd(), '../shared/reference/measured/measured_6MV_10x10_ssd100_utrecht.csv');
const SPACING = 2.5;

describe.skipIf(!existsSync(FILE))('GENERIC_6MV against a measured depth dose, 10 × 10, SSD 100', () => {
  let found: (depth: number) => number;
  const measured = existsSync(FILE)
    ? readFileSync(FILE, 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',').map(Number))
        .map(([depth, dose]) => ({ depth: 10 * depth, dose }))
    : [];
  const beyond = measured.filter(({ depth }) => depth >= 15);
  /** One factor: the middle of the ratios beyond the maximum. */
  const factor = (): number => {
    const ratios = beyond.map(({ depth, dose }) => dose / found(depth));
    return (Math.min(...ratios) + Math.max(...ratios)) / 2;
  };

  beforeAll(async () => {
    const dose = await doseOf({
      machine: 'GENERIC_6MV',
      phantom: flatWater(0),
      grid: cube([0, 150, 0], 220, SPACING, 300),
      isocenter: [0, 0, 0],
    });
    found = (depth) => doseAt(dose, [0, Math.max(depth, SPACING / 2), 0]);
  }, 120_000);

  it('within 1 % of the local dose beyond the maximum', () => {
    expect(beyond.length).toBeGreaterThan(20);
    for (const { depth, dose } of beyond)
      expect(Math.abs((factor() * found(depth)) / dose - 1), `${depth} mm`).toBeLessThan(0.01);
  });

  it('within 2 mm or 1 % in the build-up', () => {
    for (const { depth, dose } of measured.filter((point) => point.depth < 15)) {
      const [low, high] = [factor() * found(depth - 2), factor() * found(depth + 2)];
      expect(dose, `${depth} mm`).toBeGreaterThan(low - 1);
      expect(dose, `${depth} mm`).toBeLessThan(high + 1);
    }
  });
});

import { describe, expect, it } from 'vitest';
import type { MeasuredScan } from '#shared/dosimetry/commissioning/measured/scan.ts';
import { edgeOf, regionOf } from '#shared/dosimetry/commissioning/regions.ts';
import { scansFor } from '#shared/dosimetry/commissioning/selection.ts';
import { compareScans, CRITERIA, scanPasses } from '#shared/dosimetry/commissioning/summary.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';

const base: MeasuredScan = {
  kind: 'crossline',
  energy: 6,
  field: [100, 100],
  sourceSurfaceDistance: 900,
  depth: 100,
  positions: [],
  values: [],
  unit: '%',
  source: { file: 'a.csv', line: 1 },
  warnings: [],
};
/** A penumbra 10 mm wide about ±50 mm. */
const trapezium = (at: number): number => Math.max(0, Math.min(1, (55 - Math.abs(at)) / 10));
const positions = Array.from({ length: 141 }, (_, n) => n - 70);
const curve = (shift: number, factor = 1) => {
  const values = positions.map((at) => factor * trapezium(at - shift));
  return { values, curve: { positions, values } };
};
const scan = { ...base, positions, values: positions.map((at) => 42 * trapezium(at)) };

describe('residuals', () => {
  it('are independent of either unit', () => {
    const [{ summary, residual }] = compareScans([scan], [curve(0, 1e-3)]);
    expect(Math.max(...residual.differences.map(Math.abs))).toBeLessThan(1e-9);
    expect(Math.max(...residual.measured)).toBeCloseTo(100, 9);
    expect(summary).toMatchObject({ steep: 0, points: 141 });
  });

  it('a shift of 2 mm is 20 % and 2 mm in the penumbra, nothing in the field', () => {
    const [compared] = compareScans([scan], [curve(2)]);
    expect(compared.summary.worst).toBeLessThan(1e-9);
    expect(compared.summary.steep).toBeCloseTo(2, 6);
    expect(Math.max(...compared.residual.differences)).toBeCloseTo(20, 6);
    expect(scanPasses(compared, CRITERIA[0])).toBe(false);
    expect(scanPasses(compared, CRITERIA[2])).toBe(true);
  });

  it('a depth dose is judged locally beyond its maximum, in mm before it', () => {
    const depths = Array.from({ length: 30 }, (_, n) => n * 5);
    const dose = (z: number): number => (z < 15 ? 0.5 + z / 30 : Math.exp(-(z - 15) / 200));
    const values = depths.map(dose);
    const deep = {
      ...base,
      kind: 'depth' as const,
      depth: undefined,
      positions: depths,
      values: depths.map((z) => dose(z) * (z === 100 ? 1.03 : 1)),
    };
    const [{ summary }] = compareScans([deep], [{ values, curve: { positions: depths, values } }]);
    expect(summary.worst).toBeGreaterThan(2.7);
    expect(summary.worst).toBeLessThan(3);
    expect(summary.steep).toBe(0);
  });

  it('knows field, edge and outside at the depth of the scan', () => {
    expect(edgeOf(base)).toBe(50);
    expect(edgeOf({ ...base, depth: 200 })).toBe(55);
    expect(edgeOf({ ...base, kind: 'diagonal', angle: 45 })).toBeCloseTo(50 * Math.SQRT2, 9);
    expect([0, 37, 45, 65, 75].map((at) => regionOf(base, at, 0))).toEqual([
      'field',
      'field',
      'edge',
      'edge',
      'outside',
    ]);
  });
});

describe('which scans a machine is compared with', () => {
  it('refuses a machine whose axis is not at 1 m: field sizes would mean something else', () => {
    const machine = { ...machineByName('GENERIC_6MV'), sourceAxisDistance: 800 };
    expect(() => scansFor(machine, [scan])).toThrow('1000 mm');
  });

  it('leaves out other energies and fields it cannot open, and says when a profile is off centre', () => {
    const machine = machineByName('GENERIC_6MV');
    const { used, leftOut, warnings } = scansFor(machine, [
      scan,
      { ...scan, energy: 15 },
      { ...scan, field: [600, 600] },
      { ...scan, values: positions.map((at) => trapezium(at - 2)) },
    ]);
    expect(used).toHaveLength(2);
    expect(leftOut[0]).toContain('the machine has 6 MV');
    expect(leftOut[1]).toContain('400 × 400 mm');
    expect(warnings.join()).toContain('2.0 mm off the axis');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IsocenterError } from '#shared/contract/errors.ts';
import { readMeasured } from '#shared/dosimetry/commissioning/measured/read.ts';
import type { MeasuredScan } from '#shared/dosimetry/commissioning/measured/scan.ts';
import { asCsv, asIba, asPtw, asW2cad } from '../../../../builders/measured.ts';

const base = {
  energy: 6,
  field: [100, 50],
  sourceSurfaceDistance: 900,
  unit: 'relative',
  source: { file: '', line: 1 },
  warnings: [],
} as const;
const off = [-60, -40.5, -20, 0, 20, 40.5, 60];
const SCANS: readonly MeasuredScan[] = [
  { ...base, kind: 'depth', positions: [0, 5, 15, 100, 200.5], values: [0.45, 0.8, 1, 0.67, 0.39] },
  { ...base, kind: 'crossline', depth: 100, positions: off, values: [0.02, 0.5, 0.9, 1, 0.91, 0.52, 0.03] },
  { ...base, kind: 'inline', depth: 50, positions: off, values: [0.01, 0.2, 0.9, 1, 0.93, 0.25, 0.04] },
  { ...base, kind: 'diagonal', depth: 15, angle: -45, positions: off, values: [0.01, 0.1, 0.9, 1, 0.94, 0.2, 0.05] },
];
const FORMATS = [
  ['PTW', asPtw, 'scans.mcc'],
  ['IBA', asIba, 'scans.asc'],
  ['W2CAD', asW2cad, '06MV scans.asc'],
  ['CSV', asCsv, 'scans.csv'],
] as const;

describe.each(FORMATS)('%s', (_name, write, file) => {
  it('gives back what was written, crossline as BLD x and inline as BLD y', () => {
    const read = readMeasured(write(SCANS), file);
    expect(read.leftOut).toEqual([]);
    expect(read.scans).toHaveLength(SCANS.length);
    for (const [n, scan] of read.scans.entries()) {
      const { kind, energy, field, sourceSurfaceDistance, depth, angle } = SCANS[n];
      expect(scan).toMatchObject({ kind, energy, field, sourceSurfaceDistance });
      expect([scan.depth, scan.angle]).toEqual([depth, angle]);
      for (const [p, position] of SCANS[n].positions.entries()) {
        expect(scan.positions[p]).toBeCloseTo(position, 2);
        expect(scan.values[p]).toBeCloseTo(SCANS[n].values[p], 4);
      }
    }
  });

  it('turns any damage into scans or a named error', () => {
    const text = write(SCANS);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(text.length), fc.nat(12), fc.string({ maxLength: 6 })), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.nat(text.length),
        (edits, end) => {
          let damaged = end % 5 === 0 ? text.slice(0, end) : text;
          for (const [at, drop, insert] of edits) damaged = damaged.slice(0, at) + insert + damaged.slice(at + drop);
          try {
            for (const scan of readMeasured(damaged, file).scans) {
              expect(scan.positions.every((at, n) => n === 0 || at > scan.positions[n - 1])).toBe(true);
              expect(scan.values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(IsocenterError);
            const { object, attribute } = error as IsocenterError;
            expect(object).toMatch(/scans\.\w+ line \d+/);
            expect(attribute).toBeTruthy();
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

const refusal = (content: string, file = 'a.csv'): string => {
  try {
    readMeasured(content, file);
  } catch (error) {
    const { object, message, attribute } = error as IsocenterError;
    return `${object}: ${message} (${attribute})`;
  }
  return 'read';
};

describe('what readers refuse names file, line and attribute', () => {
  const curve = (rows: string): string => `# field: 100 x 100\n# ssd: 1000\ndepth_mm,dose\n${rows}`;
  it.each([
    ['0,1\n5,2\nx,3', 'a.csv line 6: "x" is no number (depth_mm)'],
    ['0,1\n5,-2\n10,3', 'a.csv line 3: reading -2 at 5 mm (position, dose)'],
    ['0,1\n5,2', 'a.csv line 3: holds 2 points: too few for a curve (position, dose)'],
    ['0,1\n5\n10,3', 'a.csv line 5: has 1 of 2 columns (row)'],
  ])('%j', (rows, words) => expect(refusal(curve(rows))).toBe(words));
  it('a curve without its field', () =>
    expect(refusal('# ssd: 1000\ndepth_mm,dose\n0,1\n5,2\n9,3')).toBe('a.csv line 2: is not stated (field)'));
  it('numbers without a header', () => expect(refusal('0,1\n5,2')).toContain('must name the columns'));
  it('lengths without a unit', () => expect(refusal('depth,height\n1,2')).toContain('must name the columns'));
  it('a field in inches or nonsense', () =>
    expect(refusal('# field: 4 in\ndepth_mm,dose\n1,2\n2,3\n3,4')).toContain('(field)'));
  it('a cut PTW file', () =>
    expect(refusal(asPtw(SCANS).slice(0, 500), 'b.mcc')).toBe('b.mcc line 3: has no end (END_SCAN)'));
  it('binary content', () => expect(refusal('BEGIN\u0000')).toContain('is no text'));
});

describe('what is left out says why', () => {
  it('PTW electrons, wedges and offset profiles', () => {
    const text = asPtw(SCANS.slice(0, 3));
    const [first, second, third] = text.split('END_SCAN  ').map((part) => part);
    const changed = [
      first.replace('MODALITY=X', 'MODALITY=EL'),
      second.replace('WEDGE_ANGLE=0.00', 'WEDGE_ANGLE=45.00'),
      third.replace('SCAN_DIAGONAL', 'SCAN_OFFAXIS_CROSSPLANE=20.00\r\n\t\tSCAN_DIAGONAL'),
      '3\r\nEND_SCAN_DATA',
    ].join('END_SCAN  ');
    const { scans, leftOut } = readMeasured(changed, 'c.mcc');
    expect(scans).toEqual([]);
    expect(leftOut).toHaveLength(3);
    expect(leftOut[0]).toBe('c.mcc line 3: modality EL: no photons');
    expect(leftOut[1]).toContain('WEDGE_ANGLE 45.00');
    expect(leftOut[2]).toContain('does not cross the axis');
  });
  it('PTW positions are turned to IEC 61217', () => {
    const { scans } = readMeasured(asPtw(SCANS.slice(2, 3)).replace('TARGET_GUN', 'GUN_TARGET'), 'd.mcc');
    expect(scans[0].values[0]).toBeCloseTo(SCANS[2].values.at(-1) ?? 0, 5);
  });
  it('readings in air and repeated positions', () => {
    const { scans } = readMeasured('# field: 100x100\n# ssd: 1000\nz_mm;dose\n-3;0.1\n0;1\n5;2\n5;4\n9,5;3', 'e.csv');
    expect(scans[0].positions).toEqual([0, 5, 9.5]);
    expect(scans[0].values).toEqual([1, 3, 3]);
    expect(scans[0].warnings).toHaveLength(2);
  });
});

describe('output-factor tables', () => {
  const table =
    '# energy: 6\n# ssd: 900\n# depth: 100\nfield_cm,output_factor,note\n3,0.85,small\n10,1.02,\n40,1.12,large';
  it('are relative to the reference field', () => {
    const { scans } = readMeasured(table, 'of.csv');
    expect(scans.map(({ field }) => field)).toEqual([
      [30, 30],
      [400, 400],
    ]);
    expect(scans[0]).toMatchObject({ kind: 'outputFactor', depth: 100, reference: [100, 100] });
    expect(scans[0].values[0]).toBeCloseTo(0.85 / 1.02, 9);
  });
  it('need the reference field and the depth', () => {
    expect(refusal(table.replace('10,1.02,\n', ''), 'of.csv')).toContain('no row of the reference field 100 × 100 mm');
    expect(refusal(table.replace('# depth: 100\n', ''), 'of.csv')).toContain('is not stated (depth)');
  });
});

describe("what only a file's name says", () => {
  it.each([
    ['measured_6MV_10x10_ssd100_utrecht.csv', 6, [100, 100], 1000],
    ['X15 4x4 SSD900.csv', 15, [40, 40], 900],
  ])('%s', (file, energy, field, ssd) => {
    const [scan] = readMeasured('depth_cm,rel_dose_pct\n0.3,72.7\n1.59,100\n10.02,66.8', file).scans;
    expect(scan).toMatchObject({ energy, field, sourceSurfaceDistance: ssd, unit: '%' });
    expect(scan.positions[0]).toBeCloseTo(3, 9);
    expect(scan.warnings).toHaveLength(3);
  });
});

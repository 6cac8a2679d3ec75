// Prints the accuracy table of docs/DOSIMETRY.md: `node test/reference/dose-table.ts [grid mm] [directions]`.
import { compareCase, meanRatio } from './dose-egsnrc.ts';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';

const spacing = Number(process.argv[2] ?? 2);
const directions = Number(process.argv[3] ?? DEFAULT_DIRECTIONS);
const CASES = [
  'water_6MV_10x10',
  'water_6MV_3x3',
  'water_6MV_5x5',
  'water_6MV_20x20',
  'slab_lung_6MV_10x10',
  'slab_lung_6MV_3x3',
  'slab_bone_6MV_10x10',
  'water_15MV_10x10',
];
const BANDS = [[0.5, 1], [1.4, 1.6], [3.1, 5.9], [9.4, 10.6], [14, 16], [18, 20], [24, 26]] as const; // biome-ignore format: bands in cm
const percent = (value: number): string => `${value >= 0 ? '+' : '−'}${Math.abs(value * 100).toFixed(1)}`;

const rows = [
  `| case | ${BANDS.map(([a, b]) => `${a}–${b} cm`).join(' | ')} | 50 % edge, mm | penumbra, mm | in field | outside | gamma 2/2 | gamma 1/1 | s |`,
];
rows.push(`|${'---|'.repeat(BANDS.length + 8)}`);
// Gammas with one factor a spectrum: the 10 × 10 field's at 10 cm, which comes first.
let factor = 1;
for (const name of CASES) {
  const comparison = await compareCase(name, spacing, directions);
  const bands = BANDS.map(([a, b]) => percent(meanRatio(comparison, a, b) - 1));
  if (name.endsWith('V_10x10') && name.startsWith('water')) factor = meanRatio(comparison, 9.4, 10.6);
  const gamma = (dd: number, dta: number): string => (100 * comparison.gamma(dd, dta, 1 / factor)).toFixed(2);
  const edges = Math.max(...comparison.profiles.map(({ edge }) => Math.abs(edge)));
  const penumbra = Math.max(...comparison.profiles.map((profile) => Math.abs(profile.penumbra)));
  const inField = Math.max(...comparison.profiles.map((profile) => profile.inFieldSmoothed));
  const outside = Math.max(...comparison.profiles.map((profile) => profile.outOfField));
  rows.push(
    `| ${name} | ${bands.join(' | ')} | ${edges.toFixed(2)} | ${penumbra.toFixed(2)} | ${(100 * inField).toFixed(1)} | ${(100 * outside).toFixed(1)} | ${gamma(0.02, 2)} | ${gamma(0.01, 1)} | ${comparison.seconds.toFixed(1)} |`,
  );
}
process.stdout.write(`${rows.join('\n')}\n`);

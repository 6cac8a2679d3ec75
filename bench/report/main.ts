import { type Benchmark, type Row } from './row.ts';

/** Every benchmark by subject; `npm run bench -- kernels` runs only the subjects named. */
const SUBJECTS: Readonly<Record<string, () => Promise<{ run: Benchmark }>>> = {
  kernels: () => import('../kernels/dose.ts'),
  interactive: () => import('../interactive/edits.ts'),
  gpu: () => import('../kernels/gpu.ts'),
  structures: () => import('../kernels/structures.ts'),
  exchange: () => import('../contouring/exchange.ts'),
  surfaces: () => import('../kernels/surfaces.ts'),
  contouring: () => import('../contouring/tools.ts'),
  gamma: () => import('../evaluation/gamma.ts'),
  drr: () => import('../drr/drr.ts'),
  registration: () => import('../registration/accuracy.ts'),
  network: () => import('../network/store.ts'),
  fuzz: () => import('../network/fuzz.ts'),
  archive: () => import('../archive/import.ts'),
  reception: () => import('../archive/reception.ts'),
  load: () => import('../archive/load.ts'),
  index: () => import('../archive/query.ts'),
  viewer: () => import('../viewer/app.ts'),
};

/** Minutes to hours by themselves: only when asked for by name. */
const ONLY_NAMED: Readonly<Record<string, () => Promise<{ run: Benchmark }>>> = {
  optimization: () => import('../optimization/suite.ts'),
};

function print(rows: readonly Row[]): void {
  const lines = rows.map((row) => [
    row.name,
    row.value >= 100 ? row.value.toFixed(0) : row.value.toPrecision(3),
    row.unit,
    row.peer === undefined ? '' : `${row.ratio === undefined ? '' : `${row.ratio.toFixed(2)} × `}${row.peer}`,
  ]);
  const table = [['measured', 'value', 'unit', 'compared with'], ...lines];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((line) => line[column].length)));
  for (const line of table)
    console.log(
      line
        .map((cell, column) => (column === 1 ? cell.padStart(widths[1]) : cell.padEnd(widths[column])))
        .join('  ')
        .trimEnd(),
    );
}

const asked = process.argv.slice(2);
const rows: Row[] = [];
const subjects = asked.length === 0 ? SUBJECTS : { ...SUBJECTS, ...ONLY_NAMED };
for (const [subject, load] of Object.entries(subjects)) {
  if (asked.length > 0 && !asked.includes(subject)) continue;
  process.stderr.write(`bench: ${subject}\n`);
  const { run } = await load();
  rows.push(...(await run()));
}
print(rows);

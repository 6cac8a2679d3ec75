import { InfluenceThreads } from '#main/jobs/influenceThreads.ts';
import { type DoseObjective, doseObjective } from '#shared/optimization/objectives/doseObjective.ts';
import { optimizeFluence } from '#shared/optimization/influence/fluenceMap.ts';
import type { DoseOperator } from '#shared/optimization/influence/doseOperator.ts';
import type { Row } from '../report/row.ts';
import { cShape } from './cShape.ts';
import { type Measured, measured } from './measured.ts';
import { fluenceKernelRow } from './nativeFluence.ts';

/** matRad on a 2-core EPYC, CPU: dose-influence matrix of the C-shape (83.5 million non-zeros), and IPOPT's search over it. */
const MATRAD_MATRIX = 139.8;
const MATRAD_SEARCH = 80.9;
/** What it found. */
const MATRAD_OBJECTIVE = 2.6702;
const FALL = 1e-4;

/** The C-shape from bixels to a fluence map: matrix, one evaluation beside native C, the search, by one and by two threads. */
export async function fluenceRows(): Promise<Row[]> {
  const shape = cShape();
  if (shape === undefined) return [];
  const { labels, setups, machine } = shape;
  const voxels = Uint32Array.from(Array.from(labels.keys()).filter((voxel) => labels[voxel] > 0));
  const inside = (label: number): Uint32Array =>
    Uint32Array.from(Array.from(voxels.keys()).filter((row) => labels[voxels[row]] === label));
  const rowsOf = new Map([
    ['Target', inside(2)],
    ['Core', inside(3)],
    ['Body', inside(1)],
  ]);
  const objective = doseObjective(
    {
      prescription: { roi: 'Target', dose: 50, fractions: 30 },
      objectives: [
        { roi: 'Target', type: 'squared-deviation', dose: 50, weight: 1000 },
        { roi: 'Core', type: 'squared-overdose', dose: 25, weight: 300 },
        { roi: 'Body', type: 'squared-overdose', dose: 30, weight: 100 },
      ],
    },
    { rowsOf, rows: voxels.length },
  );
  const runs: Run[] = [];
  for (const threads of [1, 2]) {
    await using crew = new InfluenceThreads(threads);
    runs.push(await runOf(() => crew.operator(setups, machine, voxels), objective));
  }
  const [one, two] = runs;
  return [
    fluenceKernelRow(setups[0], machine, voxels),
    {
      name: 'dose influence without a matrix, C-shape, 1,729 bixels of 5 mm, no cut-off',
      value: one.build.cpu,
      unit: 's CPU',
      peer: 'matRad',
      ratio: one.build.cpu / MATRAD_MATRIX,
    },
    { name: '… kept of it', value: (48 * one.seen) / 1e6, unit: 'MB' },
    { name: '… most memory above rest, search included', value: one.memory, unit: 'MB' },
    { name: '… by 2 threads', value: two.memory, unit: 'MB' },
    { name: '… made by 1 thread', value: one.build.wall, unit: 's' },
    { name: '… made by 2 threads', value: two.build.wall, unit: 's' },
    {
      name: `fluence map over it, to 1 % of the least of ${one.iterations} iterations`,
      value: one.near.cpu,
      unit: 's CPU',
      peer: 'matRad’s whole search',
      ratio: one.near.cpu / MATRAD_SEARCH,
    },
    { name: '… by 1 thread', value: one.near.wall, unit: 's' },
    { name: '… by 2 threads', value: two.near.wall, unit: 's' },
    {
      name: '… objective reached',
      value: one.value,
      unit: '',
      peer: 'matRad’s optimum',
      ratio: one.value / MATRAD_OBJECTIVE,
    },
    // Every evaluation visits each voxel of each beam twice, 48 bytes a voxel.
    {
      name: '… voxels read, objective and solver included',
      value: (96 * one.seen * one.evaluations) / 1e9 / one.search.cpu,
      unit: 'GB/s of CPU',
    },
  ];
}

interface Run {
  readonly build: Measured;
  readonly search: Measured;
  /** Until the objective was within 1 % of the least, s. */
  readonly near: { readonly wall: number; readonly cpu: number };
  readonly seen: number;
  readonly value: number;
  readonly evaluations: number;
  readonly iterations: number;
  readonly memory: number;
}

async function runOf(make: () => Promise<DoseOperator>, objective: DoseObjective): Promise<Run> {
  const before = process.memoryUsage.rss();
  let most = 0;
  // By hand: a search in this thread leaves timers no time.
  const look = (): void => {
    most = Math.max(most, (process.memoryUsage.rss() - before) / 2 ** 20);
  };
  let operator!: DoseOperator;
  const build = await measured(async () => {
    operator = await make();
    look();
  });
  const target = { roi: 'Target', dosePerFraction: 50 / 30 };
  const trace: { value: number; wall: number; cpu: number }[] = [];
  let found!: Awaited<ReturnType<typeof optimizeFluence>>;
  const search = await measured(async () => {
    const [begun, cpu] = [performance.now(), process.cpuUsage()];
    found = await optimizeFluence(operator, objective, target, {
      valueTolerance: FALL,
      onIteration: ({ value }) => {
        look();
        const { user, system } = process.cpuUsage(cpu);
        trace.push({ value, wall: (performance.now() - begun) / 1000, cpu: (user + system) / 1e6 });
      },
    });
  });
  const near = trace.find(({ value }) => value <= 1.01 * found.value)!;
  const { value, evaluations, iterations } = found;
  return {
    build,
    search,
    near,
    seen: operator.seen ?? 0,
    value,
    evaluations,
    iterations,
    memory: most,
  };
}

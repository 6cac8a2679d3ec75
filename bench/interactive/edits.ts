import { pencilBeam } from '#shared/dosimetry/pencilBeam/pencilBeam.ts';
import { computePlanDose } from '#shared/dosimetry/plan/planDose.ts';
import { PlanDoseMemory } from '#shared/dosimetry/plan/planDoseMemory.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { Row } from '../report/row.ts';
import { dragRows } from './drag.ts';
import { demoPlan, fieldFrom, patient } from './plan.ts';

/** Updates measured of each kind, and those before that warm up what is compiled. */
const UPDATES = 40;
const WARM_UP = 15;

async function cpuMilliseconds(work: () => Promise<unknown>): Promise<number> {
  const begun = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

/** One leaf, or one pair of jaws, moved by some millimetres. */
function moved(beam: Beam, device: 'MLCX' | 'ASYMX', n: number, by: number): Beam {
  const shifted = (values: readonly number[]): number[] => values.map((value, at) => (at === n ? value + by : value));
  return {
    ...beam,
    controlPoints: beam.controlPoints.map((point) => ({
      ...point,
      positions: { ...point.positions, [device]: shifted(point.positions[device] ?? []) },
    })),
  };
}

type Edit = (plan: Plan, n: number) => { readonly plan: Plan; readonly weights?: Record<number, number> };

const withSecond = (plan: Plan, change: (beam: Beam) => Beam): Plan => ({
  ...plan,
  beams: plan.beams.map((beam, at) => (at === 1 ? change(beam) : beam)),
});

const EDITS: readonly (readonly [string, Edit])[] = [
  ['weight', (plan, n) => ({ plan, weights: { 2: 1 + n / 10 } })],
  ['leaf', (plan, n) => ({ plan: withSecond(plan, (beam) => moved(beam, 'MLCX', 29, -n / 10)) })],
  ['jaw', (plan, n) => ({ plan: withSecond(plan, (beam) => moved(beam, 'ASYMX', 1, -n / 10)) })],
  ['gantry', (plan, n) => ({ plan: withSecond(plan, ({ number }) => fieldFrom(245 + n, number)) })],
  [
    'isocenter, all four beams',
    (plan, n) => ({
      plan: {
        ...plan,
        beams: plan.beams.map((beam) => ({
          ...beam,
          controlPoints: beam.controlPoints.map((point) => {
            const [x, y, z] = point.isocenter;
            return { ...point, isocenter: [x + n / 4, y, z] as const };
          }),
        })),
      },
    }),
  ],
];

/**
 * Dose that follows the hand on the demo's four fields: the worker's own computation, update by update, in this thread. `moving`: what is
 * asked for while the hand moves (no doses of single beams).
 */
async function editRows(grid: number, moving: boolean): Promise<Row[]> {
  const plan = demoPlan();
  const memory = new PlanDoseMemory(pencilBeam, { quick: true });
  const compute = (edit: ReturnType<Edit>) =>
    computePlanDose({ ...patient, ...edit, grid, memory, withBeamDoses: !moving });
  const where = `${grid} mm grid`;
  const rows: Row[] = [];
  const whole = await cpuMilliseconds(() => compute({ plan }));
  rows.push({ name: `first dose of the four-field plan, ${where}`, value: whole, unit: 'ms CPU' });
  for (const [name, edit] of EDITS) {
    // What is fitted to the target is fitted by the page, not by the worker.
    const edits = Array.from({ length: WARM_UP + UPDATES }, (_, n) => edit(plan, n + 1));
    for (const one of edits.slice(0, WARM_UP)) await compute(one);
    const each = (await cpuMilliseconds(async () => {
      for (const one of edits.slice(WARM_UP)) await compute(one);
    })) / UPDATES; // biome-ignore format: one quotient
    rows.push(
      { name: `… ${name} moved`, value: each, unit: 'ms CPU', peer: 'the first dose', ratio: each / whole },
      { name: `… ${name}, updates on one core`, value: 1000 / each, unit: '/s' },
    );
  }
  return rows;
}

/** Every kind of edit, while the hand moves and on the grid of rest; then the page itself. */
export async function run(): Promise<readonly Row[]> {
  return [...(await editRows(5, true)), ...(await editRows(3, false)), ...(await dragRows())];
}

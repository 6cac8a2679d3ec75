import { describe, expect, it } from 'vitest';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { ExposedFluence } from '#shared/optimization/aperture/exposedFluence.ts';
import { arcDirections, arcJaws, arcScheme } from '#shared/optimization/arcs/arcScheme.ts';
import type { ArcSettings } from '#shared/optimization/arcs/arcSettings.ts';
import { checkDeliverability } from '#shared/optimization/deliverability/deliverability.ts';
import { arcDelivery, type Arcs } from '#shared/optimization/plan/arcs.ts';
import { Minimizer } from '#shared/optimization/plan/minimize.ts';
import type { OptimizationHooks } from '#shared/optimization/plan/run.ts';
import { type LaidProblem, optimizationProblem } from '#shared/optimization/problem/problem.ts';
import { cylinder, goals } from '../problem/cylinder.ts';

const { machine } = cylinder;
const iecFromLps = iecFromPatient('HFS')!;
const isocenter = [0, -10, 0] as const;
/** Six intervals, of which three at a time are one to begin with. */
const arcs: readonly ArcSettings[] = [
  { name: 'A', start: 350, stop: 2, direction: 'CW', collimator: 30, couch: 0, spacing: 2 },
];
const problem: Promise<LaidProblem> = optimizationProblem({
  ...cylinder,
  grid: 10,
  directions: arcDirections(arcs, machine, isocenter, iecFromLps),
  jaws: arcJaws(arcs, machine),
});

/** What the beams of arcs give by the model, leaves and MU read from their control points. */
async function modelled({ beams: [{ controlPoints, meterset = 0 }] }: Arcs): Promise<Float64Array> {
  const { operator } = await problem;
  const scheme = arcScheme(arcs, machine, operator);
  const shapes = controlPoints.map(({ positions }) => Float64Array.from(positions.MLCX!));
  const weights = Float64Array.from(
    scheme.exposures,
    (_, n) => meterset * (controlPoints[n + 1].metersetWeight - controlPoints[n].metersetWeight),
  );
  const bixels = new Float64Array(operator.columns);
  new ExposedFluence(operator, scheme.models, scheme.exposures).forward({ shapes, weights }, bixels);
  const doses = new Float64Array(operator.rows);
  await operator.times(bixels, doses);
  return doses;
}

const apart = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, dose, n) => Math.max(most, Math.abs(dose - b[n])), 0);

describe('arcs that are ended early', () => {
  it('are whole, and their doses are those of their beams, while few control points are sought and later', async () => {
    let left = 2;
    const hooks: OptimizationHooks = { enough: (phase) => phase !== 'fluence' && --left === 0 };
    const place = { machine, isocenter, iecFromLps };
    const found = await arcDelivery(new Minimizer(await problem, goals, hooks), arcs, place, hooks);
    expect(left).toBe(0);
    expect(found.beams[0].controlPoints).toHaveLength(7);
    expect(checkDeliverability(found.beams[0], machine).violations).toEqual([]);
    // The meterset of a beam is rounded to 0.001 MU: 1e-5 of 2 Gy.
    expect(apart(found.doses, await modelled(found))).toBeLessThan(1e-4);
    // So that a correction starts from what it corrects.
    left = 1;
    const nothing = new Float64Array((await problem).operator.rows);
    const better = await found.improved(nothing);
    expect(apart(better.doses, await modelled(better))).toBeLessThan(1e-4);
  });
});

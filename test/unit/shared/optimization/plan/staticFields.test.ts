import { describe, expect, it } from 'vitest';
import { ApertureFluence } from '#shared/optimization/aperture/apertureFluence.ts';
import { checkDeliverability } from '#shared/optimization/deliverability/deliverability.ts';
import { sequencingMethod } from '#shared/optimization/plan/defaults.ts';
import { minimizedFluence } from '#shared/optimization/plan/fluence.ts';
import { Minimizer } from '#shared/optimization/plan/minimize.ts';
import type { OptimizationHooks } from '#shared/optimization/plan/run.ts';
import { type StaticFields, staticFields } from '#shared/optimization/plan/staticFields.ts';
import { type LaidProblem, optimizationProblem } from '#shared/optimization/problem/problem.ts';
import { cylinder, goals } from '../problem/cylinder.ts';

const { machine } = cylinder;
const problem: Promise<LaidProblem> = optimizationProblem({ ...cylinder, grid: 10 });

/** What beams of standing segments give by the model, leaves, jaws and MU read from their control points. */
async function modelled({ beams }: StaticFields): Promise<Float64Array> {
  const { operator } = await problem;
  const bixels = new Float64Array(operator.columns);
  for (const { number, controlPoints, meterset = 0 } of beams) {
    const { lattice, from, to } = operator.directions.find(({ beam }) => beam.number === number)!;
    const jaw = (type: 'ASYMX' | 'ASYMY'): readonly [number, number] => {
      const [low, high] = controlPoints[0].positions[type]!;
      return [low, high];
    };
    const model = new ApertureFluence(lattice, machine, { x: jaw('ASYMX'), y: jaw('ASYMY') });
    const open = new Float64Array(model.grid.columns * model.grid.rows);
    for (let n = 0; n < controlPoints.length; n += 2) {
      const shape = Float64Array.from(controlPoints[n].positions.MLCX!);
      const share = controlPoints[n + 1].metersetWeight - controlPoints[n].metersetWeight;
      model.addOpening(shape, shape, meterset * share, open);
    }
    model.toBixels(open, bixels.subarray(from, to));
  }
  const doses = new Float64Array(operator.rows);
  await operator.times(bixels, doses);
  return doses;
}

const apart = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, dose, n) => Math.max(most, Math.abs(dose - b[n])), 0);

describe('fields that are ended early', () => {
  it('have the doses of their beams, and so has what is gone on from there', async () => {
    let left = 2;
    const hooks: OptimizationHooks = {
      enough: (phase) => phase === 'fluence' || (phase !== 'sequencing' && --left === 0),
    };
    const minimizer = new Minimizer(await problem, goals, hooks);
    const fluence = await minimizedFluence(minimizer, hooks);
    const found = await staticFields(minimizer, fluence, machine, sequencingMethod('step-and-shoot', 4), hooks);
    expect(left).toBe(0);
    for (const beam of found.beams) expect(checkDeliverability(beam, machine).violations).toEqual([]);
    expect(apart(found.doses, await modelled(found))).toBeLessThan(1e-6);
    left = 1;
    const better = await found.improved(new Float64Array(found.doses.length).fill(0.1));
    expect(apart(better.doses, await modelled(better))).toBeLessThan(1e-6);
  });
});

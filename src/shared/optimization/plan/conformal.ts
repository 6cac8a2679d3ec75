import { IsocenterError } from '../../contract/errors.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import { fitAperture } from '../../dosimetry/plan/aperture/aperture.ts';
import type { Mat4 } from '../../geometry/affine.ts';
import type { Beam } from '../../model/plan.ts';
import type { Roi } from '../../model/structures.ts';
import { boundedMinimum } from '../solver/boundedMinimum.ts';
import type { Deliverable } from './deliverable.ts';
import type { Minimizer } from './minimize.ts';
import type { OptimizationHooks } from './run.ts';

/** Fields that conform to the target. */
export interface ConformalFields extends Deliverable<ConformalFields> {
  readonly sequencing: ConformalReport;
}

export interface ConformalReport {
  readonly mu: number;
  /** Numbers of beams that the goals gave fewer MU than the machine can give. */
  readonly leftOut: readonly number[];
}

interface Weighted {
  readonly x: Float64Array;
  readonly doses: Float64Array;
  readonly value: number;
}

/** MU that doses of single beams are computed with: many, so that their rounding is none. */
const TRIAL_MU = 1000;

/**
 * Fields fitted to a target with a margin, their MU for the goals. Final doses are linear in MU, so the optimiser's are these.
 * @param beamDoses Gy per fraction of each beam with its MU, by row.
 * @throws IsocenterError as fitAperture; DOSE when no beam is left.
 */
export async function conformalFields(
  minimizer: Minimizer,
  beams: readonly Beam[],
  target: Roi,
  { margin, machine, iecFromLps }: { readonly margin: number; readonly machine: Machine; readonly iecFromLps: Mat4 },
  beamDoses: (beams: readonly Beam[]) => Promise<readonly Float64Array[]>,
  hooks: OptimizationHooks,
): Promise<ConformalFields> {
  const { rows } = minimizer.problem.operator;
  const warnings: string[] = [];
  const fitted = beams.map((beam): Beam => {
    const [{ gantry, collimator, couch, isocenter }] = beam.controlPoints;
    const fit = fitAperture(target.contours, { gantry, collimator, couch }, isocenter, machine, { margin }, iecFromLps);
    warnings.push(...fit.warnings.map((text) => `Beam ${beam.number} (${beam.name}): ${text}`));
    const controlPoints = beam.controlPoints.map((point) => ({ ...point, positions: fit.positions }));
    return { ...beam, controlPoints, meterset: TRIAL_MU };
  });
  hooks.onPhase?.('sequencing');
  const perMu = (await beamDoses(fitted)).map((doses) => doses.map((dose) => dose / TRIAL_MU));
  const dosesOf = (x: Float64Array): Float64Array => {
    const doses = new Float64Array(rows);
    for (const [n, own] of perMu.entries()) for (let row = 0; row < rows; row++) doses[row] += x[n] * own[row];
    return doses;
  };
  const least = machine.limits.minimumMeterset ?? 0;
  const search = async (kept: readonly boolean[], begin: Weighted): Promise<Weighted & { violation: number }> =>
    await minimizer.minimize<Weighted>({
      phase: 'apertures',
      begin,
      search: async (objective, from = begin, step) => {
        let doses = from.doses;
        const gradient = new Float64Array(rows);
        const found = await boundedMinimum(
          (x, slopes) => {
            doses = dosesOf(x);
            const value = objective.evaluate(doses, gradient);
            for (const [n, own] of perMu.entries())
              slopes[n] = own.reduce((sum, dose, row) => sum + dose * gradient[row], 0);
            return value;
          },
          from.x,
          {
            lower: Float64Array.from(kept, (is) => (is ? least : 0)),
            upper: Float64Array.from(kept, (is) => (is ? machine.limits.maximumMeterset : 0)),
          },
          {
            valueTolerance: 1e-6,
            ...(hooks.signal && { signal: hooks.signal }),
            onIteration: ({ x, value }) =>
              step({ value, doses, found: () => ({ x: x.slice(), doses: doses.slice(), value }) }),
          },
        );
        return { x: found.x, doses: dosesOf(found.x), value: found.value };
      },
    });
  const even = evenWeights(perMu, minimizer);
  const start: Weighted = { x: even, doses: dosesOf(even), value: Number.NaN };
  // First with what a machine cannot give allowed, to see which beams are of no use.
  const free = await search(fitted.map(() => true), start); // biome-ignore format: one call
  const useful = fitted.map((_, n) => free.x[n] > least * 1.001);
  if (!useful.includes(true))
    throw new IsocenterError('DOSE', 'the goals leave no beam anything to give', { object: target.name });
  const found = useful.every(Boolean) ? free : await search(useful, { ...free, x: free.x.map((mu, n) => (useful[n] ? mu : 0)) }); // biome-ignore format: one call
  const leftOut = fitted.filter((_, n) => !useful[n]).map(({ number }) => number);
  const delivery: ConformalFields = {
    beams: fitted.flatMap((beam, n) =>
      useful[n] ? [{ ...beam, meterset: Math.round(found.x[n] * 1000) / 1000 }] : [],
    ),
    doses: found.doses,
    value: found.value,
    violation: found.violation,
    warnings: [...warnings, ...leftOut.map((number) => `Beam ${number} is left out: the goals have no use for it`)],
    sequencing: { mu: found.x.reduce((sum, mu) => sum + mu, 0), leftOut },
    improved: () => Promise.resolve(delivery),
  };
  return delivery;
}

/** All beams alike, with the prescription as the target's mean dose. */
function evenWeights(perMu: readonly Float64Array[], { problem, goals }: Minimizer): Float64Array {
  const { roi, dose, fractions } = goals.prescription;
  const own = problem.rowsOf.get(roi)!;
  const mean = perMu.reduce((sum, doses) => own.reduce((total, row) => total + doses[row], sum), 0) / own.length;
  if (!(mean > 0)) throw new IsocenterError('DOSE', 'no beam reaches it', { object: roi });
  return new Float64Array(perMu.length).fill(dose / fractions / mean);
}

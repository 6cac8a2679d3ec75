import { narrowestLeaf } from '../../dosimetry/machine/deliveryLimits.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { Mat4 } from '../../geometry/affine.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { ArcSettings } from '../arcs/arcSettings.ts';
import { type ArcOptions, type ArcReport, type OptimizedArcs, optimizeArcs } from '../arcs/optimizeArcs.ts';
import type { DoseObjective } from '../objectives/doseObjective.ts';
import type { Deliverable } from './deliverable.ts';
import { smoothingFor } from './fluence.ts';
import type { Minimizer } from './minimize.ts';
import type { OptimizationHooks } from './run.ts';

/** Arcs as a delivery. */
export interface Arcs extends Deliverable<Arcs> {
  readonly sequencing: ArcReport;
}

/** What arcs stand in. */
export interface ArcPlace {
  readonly machine: Machine;
  /** LPS mm. */
  readonly isocenter: Vec3;
  readonly iecFromLps: Mat4;
}

/** A search that was ended early has its apertures, with the doses that were looked at last, and no beams. */
type FoundArcs = OptimizedArcs | Pick<OptimizedArcs, 'apertures' | 'doses' | 'value'>;

/** A correction needs fewer iterations. */
const FEWER = 60;

/** Arcs over a problem of their directions (`arcDirections`). @throws as optimizeArcs. */
export async function arcDelivery(
  minimizer: Minimizer,
  arcs: readonly ArcSettings[],
  place: ArcPlace,
  hooks: OptimizationHooks,
): Promise<Arcs> {
  const { operator } = minimizer.problem;
  const { signal } = hooks;
  const frame = { ...place, number: 1 };
  const optimized = async (begin: FoundArcs | undefined, offset: Float64Array | undefined): Promise<Arcs> => {
    const options = {
      smoothing: smoothingFor(minimizer.goals),
      ...(offset && { doseOffset: offset }),
      ...(signal && { signal }),
    };
    const search = async (
      objective: DoseObjective,
      from: FoundArcs | undefined,
      more: ArcOptions,
    ): Promise<OptimizedArcs> => {
      const { roi, dose, fractions } = minimizer.goals.prescription;
      const target = { roi, dosePerFraction: dose / fractions };
      const start = from && { start: from.apertures };
      return await optimizeArcs(operator, arcs, frame, objective, target, { ...options, ...start, ...more });
    };
    const asTheyAre = async (found: FoundArcs): Promise<OptimizedArcs & { readonly violation: number }> => {
      const objective = minimizer.problem.objective(minimizer.goals);
      const ended = await search(objective, found, { apertureIterations: 0, weightIterations: 0 });
      return { ...ended, violation: objective.tighten(ended.doses) };
    };
    const found = await minimizer.minimize<FoundArcs>({
      phase: offset === undefined ? 'fluence' : 'corrections',
      begin,
      search: async (objective, from, step) =>
        await search(objective, from, {
          ...(offset && { apertureIterations: FEWER }),
          onIteration: ({ stage, value, doses, found: apertures }) =>
            step({
              value,
              doses,
              ...(offset === undefined && { phase: stage }),
              ...(apertures && { found: () => ({ apertures: apertures(), doses: doses.slice(), value }) }),
            }),
        }),
    });
    const { beams, report, doses, value, violation, apertures } = 'beams' in found ? found : await asTheyAre(found);
    return {
      beams,
      sequencing: report,
      doses: offset === undefined ? doses : doses.map((dose, row) => dose - offset[row]),
      value,
      violation,
      warnings: bixelWarnings(minimizer.problem, place.machine),
      improved: async (next) => await optimized({ apertures, doses, value }, next),
    };
  };
  return await optimized(undefined, undefined);
}

/** Leaves under one row of bixels are told apart by nothing: every other one opens, and the dose is another than was optimised. */
function bixelWarnings({ operator }: Minimizer['problem'], { name, mlc }: Machine): string[] {
  const { width } = operator.directions[0].lattice;
  const leaf = narrowestLeaf(mlc?.leafBoundaries ?? []);
  return width <= leaf + 1e-6
    ? []
    : [
        `Bixels of ${width} mm lie over several leaves of ${name}, which are ${leaf} mm wide: arcs want ${leaf} mm or less`,
      ];
}

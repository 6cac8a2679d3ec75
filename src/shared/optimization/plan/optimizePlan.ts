import type { DoseEngine, DoseSettings } from '../../dosimetry/engine.ts';
import type { PlanDoseResult } from '../../dosimetry/plan/planDose.ts';
import { patientFrame } from '../../dosimetry/plan/planGrid.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { Beam } from '../../model/plan.ts';
import { arcDirections, arcJaws } from '../arcs/arcScheme.ts';
import type { ArcSettings } from '../arcs/arcSettings.ts';
import type { ArcReport } from '../arcs/optimizeArcs.ts';
import { checkDeliverability } from '../deliverability/deliverability.ts';
import type { Violation } from '../deliverability/violation.ts';
import type { Goals } from '../objectives/goals.ts';
import {
  type GoalRows,
  type LaidProblem,
  optimizationProblem,
  type ProblemInput,
  type ProblemOptions,
} from '../problem/problem.ts';
import { roisNamed } from '../problem/targets.ts';
import type { SequencingReport } from '../sequencing/sequenceBeams.ts';
import type { SequencingMethod } from '../sequencing/sequenceField.ts';
import { arcDelivery } from './arcs.ts';
import { conformalFields, type ConformalReport } from './conformal.ts';
import { corrected, type Judge, type Judged } from './corrections.ts';
import type { Deliverable } from './deliverable.ts';
import { finalDose } from './finalDose.ts';
import { beliefWarnings, doseWarnings, finalJudge } from './finalJudge.ts';
import { FLUENCE_ALONE_FALL } from './defaults.ts';
import { type FoundFluence, minimizedFluence } from './fluence.ts';
import { Minimizer } from './minimize.ts';
import type { OptimizationHooks } from './run.ts';
import { staticFields } from './staticFields.ts';

/** How a plan is delivered; `fluence` only finds out what could be. */
export type Technique =
  | { readonly kind: 'fluence' }
  /** `margin` of the apertures around the target, mm at the isocenter plane. */
  | { readonly kind: '3dcrt'; readonly margin: number }
  | { readonly kind: 'imrt'; readonly method: SequencingMethod }
  | { readonly kind: 'vmat'; readonly arcs: readonly ArcSettings[]; readonly isocenter: Vec3 };

export interface PlanOptimization extends Omit<ProblemInput, 'directions'>, Pick<ProblemOptions, 'makeOperator'> {
  readonly technique: Technique;
  /** Static beams where the fields are to stand; arcs have directions of their own. */
  readonly beams: readonly Beam[];
  /** Final doses. */
  readonly engine: DoseEngine;
  readonly settings?: Partial<DoseSettings>;
  /** Most rounds of correction by final doses. */
  readonly corrections: number;
  readonly newUid: () => string;
  /** Bixel weights to start from, of the same directions and bixels. */
  readonly start?: Float64Array;
}

/** What can be delivered, and what it gives. */
export interface DeliveredPlan {
  /** With plan, doses and the check of MU as computePlanDose gives them. */
  readonly final: PlanDoseResult;
  /** Gy per fraction, by row. */
  readonly finalDoses: Float64Array;
  /** The optimiser's model alone, Gy per fraction, by row. */
  readonly modelDoses: Float64Array;
  /** The same with the correction that it was last given. */
  readonly believedDoses: Float64Array;
  /** The objective on the final dose, in every voxel. */
  readonly value: number;
  /** The same after each round of correction, of arcs by rougher doses. */
  readonly values: readonly number[];
  readonly sequencing: SequencingReport | ArcReport | ConformalReport;
  /** What an independent judge finds against the beams: nothing as a rule. Whoever passes such a plan on says so. */
  readonly violations: readonly Violation[];
}

export interface OptimizedPlan {
  readonly problem: LaidProblem;
  /** Of static fields; arcs find their own on the way. */
  readonly fluence?: FoundFluence;
  readonly iterations: number;
  readonly delivered?: DeliveredPlan;
  readonly warnings: readonly string[];
}

/**
 * Of ROIs with more voxels than this, targets excepted, a sample is optimised on unless `thin` says otherwise: final doses are of all of them. A
 * fluence map is of every voxel.
 */
const THIN = { fluence: Infinity, '3dcrt': Infinity, imrt: 20_000, vmat: 10_000 } as const;

/** Static fields: leaf ends are told apart within a bixel by parts of so many mm, about; the planes of doses cost little more for them. */
const PART = 2.5;

/**
 * An arc's dose to correct by, a third of the work: for most voxels within half a percent of the maximum of what the final dose is
 * (docs/DOSIMETRY.md).
 */
const ROUGH = { directions: 56, arcSector: 12 } as const;

/** Settings to correct by, never finer than those of the final dose. */
const rougher = ({
  directions = Infinity,
  arcSector = 0,
  ...settings
}: PlanOptimization['settings'] = {}): PlanOptimization['settings'] => ({
  ...settings,
  directions: Math.min(directions, ROUGH.directions),
  arcSector: Math.max(arcSector, ROUGH.arcSector),
});

/**
 * From goals to a plan: problem → fluence map → fields → apertures → final dose → corrections.
 * @throws IsocenterError naming what cannot be optimised or delivered; CANCELLED by the signal.
 */
export async function optimizePlan(input: PlanOptimization, hooks: OptimizationHooks = {}): Promise<OptimizedPlan> {
  const { technique, machine, plan } = input;
  hooks.onPhase?.('preparing');
  const iecFromLps = patientFrame(input.ct, input.structures, plan);
  const directions =
    technique.kind === 'vmat' ? arcDirections(technique.arcs, machine, technique.isocenter, iecFromLps) : input.beams;
  const problem = await optimizationProblem(
    {
      thin: THIN[technique.kind],
      ...input,
      directions,
      ...(technique.kind === 'vmat' && { jaws: arcJaws(technique.arcs, machine) }),
      ...(technique.kind === 'imrt' && { parts: Math.max(1, Math.round(input.bixel / PART)) }),
    },
    {
      ...hooks,
      ...(input.makeOperator && { makeOperator: input.makeOperator }),
      onProgress: (fraction) => hooks.onPhase?.('preparing', fraction),
    },
  );
  hooks.onProblem?.(problem);
  const warnings = [...problem.warnings];
  const minimizer = new Minimizer(problem, input.goals, hooks);
  const { columns } = problem.maps ?? problem.operator;
  const start = input.start?.length === columns ? input.start : undefined;
  if (input.start !== undefined && start === undefined)
    warnings.push('the bixels are not those of the last run: it was begun anew');

  if (technique.kind === 'vmat')
    return await delivered(
      await arcDelivery(minimizer, technique.arcs, { machine, isocenter: technique.isocenter, iecFromLps }, hooks),
    );
  if (technique.kind === '3dcrt') {
    const [target] = roisNamed([input.goals.prescription.roi], input.structures);
    const place = { margin: technique.margin, machine, iecFromLps };
    return await delivered(await conformalFields(minimizer, input.beams, target, place, beamDoses, hooks));
  }
  const alone = technique.kind === 'fluence';
  const fluence = await minimizedFluence(minimizer, hooks, start, alone ? FLUENCE_ALONE_FALL : undefined);
  if (technique.kind === 'fluence') return finished(problem, fluence.doses, { fluence });
  return await delivered(await staticFields(minimizer, fluence, machine, technique.method, hooks), { fluence });

  async function beamDoses(beams: readonly Beam[]): Promise<readonly Float64Array[]> {
    const { final } = await finalOf(beams);
    const { fractions } = minimizer.goals.prescription;
    return final.beamDoses.map(({ data }) => Float64Array.from(problem.voxels, (voxel) => data[voxel] / fractions));
  }

  /** In the fractions of the goals: what is optimised is dose per fraction of these. */
  async function finalOf(beams: readonly Beam[], exact = true): Promise<Judged<PlanDoseResult>> {
    const { fractions } = minimizer.goals.prescription;
    const rough = !exact && technique.kind === 'vmat';
    const settings = rough ? rougher(input.settings) : input.settings;
    const whole = { ...input, machines: () => machine, plan: { ...plan, fractions }, ...(settings && { settings }) };
    return { ...(await finalDose(whole, problem, beams, hooks)), rough };
  }

  async function delivered<Found extends Deliverable<Found> & Pick<DeliveredPlan, 'sequencing'>>(
    first: Found,
    found: Pick<OptimizedPlan, 'fluence'> = {},
  ): Promise<OptimizedPlan> {
    let shown: Judged<PlanDoseResult> | undefined;
    const show = async (judged: Judged<PlanDoseResult>): Promise<void> => {
      shown = judged;
      await showFinal(judged);
    };
    const judge = async ({ beams }: Found, exact: boolean): Promise<Judged<PlanDoseResult>> => {
      const judged = await finalOf(beams, exact);
      await show(judged);
      return judged;
    };
    let by: { readonly goals: Goals; readonly judge: Judge } | undefined;
    const judgeBy = (): Judge => {
      const { goals } = minimizer;
      if (by?.goals !== goals) by = { goals, judge: finalJudge(problem, goals) };
      return by.judge;
    };
    const { deliverable, judged, believed, value, values } = await corrected(first, judgeBy, judge, input.corrections);
    // What is told last is of the plan that is returned.
    if (judged !== shown) await show(judged);
    const violations = deliverable.beams.flatMap((beam) => checkDeliverability(beam, machine).violations);
    warnings.push(...deliverable.warnings, ...judged.final.warnings);
    warnings.push(...beliefWarnings(judgeBy(), believed, judged.doses));
    return finished(problem.every, judged.every, {
      ...found,
      delivered: {
        final: judged.final,
        finalDoses: judged.doses,
        modelDoses: deliverable.doses,
        believedDoses: believed,
        value,
        values,
        sequencing: deliverable.sequencing,
        violations,
      },
    });
  }

  /** Final doses as a state of the run: what the goals, as they are now, come to in every voxel. */
  async function showFinal({ doses, every }: Judged<PlanDoseResult>): Promise<void> {
    const { goals, iterations: iteration } = minimizer;
    const terms = new Float64Array(goals.objectives.length);
    const value = problem.every.objective(goals).evaluate(every, new Float64Array(every.length), terms);
    await hooks.onState?.({ phase: 'final dose', iteration, value, terms, goals, doses });
  }

  function finished(
    of: GoalRows,
    doses: Float64Array,
    found: Pick<OptimizedPlan, 'fluence' | 'delivered'>,
  ): OptimizedPlan {
    warnings.push(...doseWarnings(of, minimizer.goals, doses), ...(problem.operator.warnings ?? []));
    return { problem, iterations: minimizer.iterations, warnings, ...found };
  }
}

import { BeamWorkers } from '#main/jobs/beamWorkers.ts';
import { InfluenceThreads } from '#main/jobs/influenceThreads.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { computeGamma } from '#shared/evaluation/gamma.ts';
import type { Volume } from '#shared/geometry/volume.ts';
import { optimizePlan, type Technique as Delivery } from '#shared/optimization/plan/optimizePlan.ts';
import type { OptimizationPhase } from '#shared/optimization/plan/run.ts';
import type { ProblemInput } from '#shared/optimization/problem/problem.ts';
import type { PlanningCase } from './cases.ts';
import type { Outcome, Technique } from './outcome.ts';

export interface DeliveredCase extends Pick<Outcome, 'objective'> {
  readonly delivery: NonNullable<Outcome['delivery']>;
  /** Gy for the whole course, by the collapsed cone. */
  readonly dose: Volume<Float32Array>;
}

const THREADS = 2;
/** The model of arcs is nearer to the final dose than what one more round would gain. */
const CORRECTIONS = { imrt: 2, vmat: 1 } as const;

/** A case by static fields or arcs, with final dose and corrections. */
export async function deliveredPlan(
  { arcs, goals }: PlanningCase,
  { directions, ...input }: ProblemInput,
  technique: Exclude<Technique, 'fluence'>,
): Promise<DeliveredCase> {
  const [{ controlPoints }] = directions;
  const delivery: Delivery =
    technique === 'vmat'
      ? { kind: 'vmat', arcs, isocenter: controlPoints[0].isocenter }
      : { kind: 'imrt', method: { method: 'step-and-shoot', segments: 15, minimumMu: 2, minimumArea: 2 } };
  await using engine = new BeamWorkers(THREADS);
  await using crew = new InfluenceThreads(THREADS);
  const { problem, delivered } = await optimizePlan(
    {
      ...input,
      beams: directions,
      technique: delivery,
      engine,
      corrections: CORRECTIONS[technique],
      newUid,
      makeOperator: crew.operator,
    },
    { onPhase: announced() },
  );
  const { final, modelDoses, believedDoses, value, violations } = delivered!;
  const { dose, fractions } = goals.prescription;
  // Where the optimiser was not asked for a dose there is none: below the threshold, and not judged.
  const gammaOf = (doses: Float64Array): number => {
    const data = new Float32Array(final.planDose.data.length);
    for (const [row, voxel] of problem.voxels.entries()) data[voxel] = fractions * doses[row];
    return computeGamma({ ...problem.grid, data }, final.planDose, { dd: 3, dta: 2, normalization: dose }).passRate;
  };
  const { beams } = final.plan;
  return {
    objective: value,
    delivery: {
      shapes: beams.reduce((sum, beam) => sum + litIntervals(beam.controlPoints), 0),
      mu: beams.reduce((sum, { meterset = 0 }) => sum + meterset, 0),
      violations: violations.map(({ message }) => message),
      gamma: gammaOf(believedDoses),
      modelGamma: gammaOf(modelDoses),
    },
    dose: final.planDose,
  };
}

/** Says once what is done now. */
function announced(): (phase: OptimizationPhase) => void {
  let last: OptimizationPhase | undefined;
  return (phase) => {
    if (phase !== last) process.stderr.write(`  ${phase}\n`);
    last = phase;
  };
}

/** Between how many control points and their next there is radiation. */
const litIntervals = (points: readonly { readonly metersetWeight: number }[]): number =>
  points.filter(({ metersetWeight }, n) => n > 0 && metersetWeight > points[n - 1].metersetWeight).length;

import { join } from 'node:path';
import { withSurfaceDistances } from '#shared/beamsEye/statedDistances.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { withUnitsRemark } from '#shared/dosimetry/standing/doseStanding.ts';
import { type DeliveredPlan, optimizePlan, type Technique } from '#shared/optimization/plan/optimizePlan.ts';
import type { OptimizationPhase } from '#shared/optimization/plan/run.ts';
import { BeamWorkers } from '#main/jobs/beamWorkers.ts';
import { InfluenceThreads } from '#main/jobs/influenceThreads.ts';
import { writeOutput } from '../files.ts';
import type { Io } from '../io.ts';
import type { OptimizeCase } from './optimizeCase.ts';
import { objectContext } from '../writing.ts';

export interface DeliverySettings {
  /** mm: of the dose grid, and of a bixel. */
  readonly grid: number;
  readonly bixel: number;
  readonly threads: number;
  /** Most rounds of correction by final doses. */
  readonly corrections: number;
  /** Of the collapsed cone. */
  readonly directions?: number;
  readonly arcSector?: number;
}

export interface OptimizedDelivery {
  readonly delivered: DeliveredPlan;
  readonly influence: { readonly cpuSeconds: number; readonly nonZeros: number; readonly peakMB: number };
  /** Fluence, sequencing, apertures and corrections without the final doses between them. */
  readonly solver: { readonly cpuSeconds: number; readonly iterations: number };
  readonly finalDose: { readonly cpuSeconds: number };
  readonly warnings: readonly string[];
}

/** A plan that a machine can deliver, with its final dose. @throws as optimizePlan */
export async function deliveredPlan(
  given: OptimizeCase,
  technique: Technique,
  settings: DeliverySettings,
  io: Io,
): Promise<OptimizedDelivery> {
  const { threads, directions, arcSector, ...rest } = settings;
  await using crew = new InfluenceThreads(threads);
  await using engine = new BeamWorkers(threads, 'ccc');
  const spent = new PhaseClock();
  let influence = { cpuSeconds: 0, nonZeros: 0, peakMB: 0 };
  const { delivered, iterations, warnings } = await optimizePlan(
    {
      ...given,
      ...rest,
      beams: given.plan.beams,
      technique,
      engine,
      makeOperator: crew.operator,
      newUid,
      settings: { ...(directions !== undefined && { directions }), ...(arcSector !== undefined && { arcSector }) },
    },
    {
      signal: io.signal,
      onPhase: (phase, fraction) => {
        spent.enter(phase);
        if (fraction === undefined) io.say(phase);
        else io.progress(phase, fraction);
      },
      onProblem: ({ operator, maps = operator, voxels }) => {
        influence = { cpuSeconds: spent.of('preparing'), nonZeros: operator.seen ?? 0, peakMB: peakMB() };
        io.say(`${maps.columns} bixels of ${operator.directions.length} directions, ${voxels.length} voxels`);
      },
      onState: ({ iteration, value }) => {
        if (iteration % 10 === 0) io.say(`iteration ${iteration}: ${value.toPrecision(5)}`);
      },
    },
  );
  if (delivered === undefined) throw new IsocenterError('INTERNAL', 'nothing was delivered');
  const solver = spent.of('fluence') + spent.of('sequencing') + spent.of('apertures') + spent.of('corrections');
  return {
    delivered,
    influence,
    solver: { cpuSeconds: solver, iterations },
    finalDose: { cpuSeconds: spent.of('final dose') },
    warnings: [...given.warnings, ...warnings],
  };
}

/** Writes `RTPLAN.dcm` and `RTDOSE.dcm`, which refer to each other. */
export async function writeDelivered(
  { final }: DeliveredPlan,
  { ct, structures }: OptimizeCase,
  dir: string,
): Promise<void> {
  const { plan, planDose } = final;
  const measured = withSurfaceDistances(plan, structures, { has: () => false, onThisSet: true });
  const context = objectContext(ct, plan.label, 1, { sopInstanceUid: plan.sopInstanceUid });
  await writeOutput(join(dir, 'RTPLAN.dcm'), writePlan(withUnitsRemark(measured, planDose), context));
  const about = objectContext(ct, `Dose of ${plan.label}`, 2, { sopInstanceUid: planDose.sopInstanceUid });
  await writeOutput(join(dir, 'RTDOSE.dcm'), writeDose(planDose, about));
}

/** Processor time by phase, s. */
class PhaseClock {
  readonly #spent = new Map<OptimizationPhase, number>();
  #phase: OptimizationPhase = 'preparing';
  #since = cpuSeconds();

  enter(phase: OptimizationPhase): void {
    this.#spent.set(this.#phase, this.of(this.#phase));
    this.#since = cpuSeconds();
    this.#phase = phase;
  }

  of(phase: OptimizationPhase): number {
    return (this.#spent.get(phase) ?? 0) + (phase === this.#phase ? cpuSeconds() - this.#since : 0);
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const peakMB = (): number => process.resourceUsage().maxRSS / 1024;

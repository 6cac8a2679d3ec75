import type { OptimizationReport, OptimizationRequest } from '#renderer/compute/optimization/base.ts';
import { type OptimizationListener, OptimizerRun } from '#renderer/compute/optimization/frontend.ts';
import { planOfIndex } from '#renderer/document/plans.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';
import { type OptimizationRun, showOptimizationRun, useOptimization } from '#renderer/stores/optimizationStore.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { errorWords, IsocenterError } from '#shared/contract/errors.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';

/** What a run is started on: its result is for these, and for no others. */
export interface RunBasis {
  readonly document: ClinicalDocument;
  readonly plan: Plan;
}

/** The run that the store shows. */
interface Shown {
  readonly basis: RunBasis;
  /** Every set of objectives that it was given. */
  readonly objectives: (readonly DoseGoal[])[];
  readonly stopFollowing: () => void;
  /** While it is under way. */
  optimizer: OptimizerRun | undefined;
  /** Bixel weights that it reached. */
  weights: Float64Array | undefined;
}

let shown: Shown | undefined;

/**
 * Starts a run on the open document and follows it in the store. It follows the plan's objectives: editing them, and undoing that, changes
 * what is minimised. It ends with the patient and the plan. @throws IsocenterError CONFLICT while another is under way.
 */
export function beginRun(basis: RunBasis, request: OptimizationRequest): void {
  if (shown?.optimizer !== undefined)
    throw new IsocenterError('CONFLICT', 'an optimisation is under way: stop it first');
  shown?.stopFollowing();
  const { patientKey, planIndex } = basis.document;
  const { settings } = request;
  const objectives = basis.plan.objectives ?? [];
  showOptimizationRun({
    patientKey,
    planIndex,
    settings,
    state: 'preparing',
    phase: 'preparing',
    pausing: false,
    objectives,
    iterations: [],
    dvhs: [],
    warnings: [],
    seconds: 0,
    accepted: false,
  });
  shown = undefined;
  const optimizer = startedRun(request, {
    onPhase: (phase, progress, seconds) =>
      change(({ progress: _before, ...run }) => ({
        ...run,
        phase,
        seconds,
        state: run.state === 'paused' ? run.state : phase,
        ...(progress !== undefined && { progress }),
      })),
    onReport: (report) => change((run) => reported(run, report)),
    onPaused: (paused) => change((run) => ({ ...run, pausing: false, state: paused ? 'paused' : run.phase })),
    onRefused: (error) => {
      const warning = `The objectives of before go on: ${errorWords(error)}`;
      setMessage(warning, 'warning');
      change((run) => ({ ...run, warnings: [...run.warnings, warning] }));
    },
    onDone: (result) => ended({ state: 'done', result, warnings: result.warnings }),
    onFailed: (error) => ended({ state: 'failed', error: errorWords(error) }),
  });
  if (optimizer === undefined) return;
  const stopFollowing = useDocument.subscribe(({ document }) => follow(document));
  shown = { basis, objectives: [objectives], stopFollowing, optimizer, weights: undefined };
}

/** A run that cannot be started is one that failed, with its reason on show. */
function startedRun(request: OptimizationRequest, listener: OptimizationListener): OptimizerRun | undefined {
  try {
    return new OptimizerRun(request, listener);
  } catch (error) {
    listener.onFailed(error);
    return undefined;
  }
}

/** Asks the run under way to wait. @throws IsocenterError USAGE without one. */
export function pauseRun(): void {
  underWay().pause();
  change((run) => (run.state === 'paused' ? run : { ...run, pausing: true }));
}

/** @throws IsocenterError USAGE without a run under way. */
export function resumeRun(): void {
  underWay().resume();
  change((run) => ({ ...run, pausing: false }));
}

/** Ends the phase of the run under way where it is; what follows begins. @throws IsocenterError USAGE without one. */
export function proceedRun(): void {
  const optimizer = underWay();
  const phase = useOptimization.getState().run?.phase;
  if (phase !== undefined) optimizer.proceed(phase);
}

/** Ends the run under way at once, if there is one; what it reached stays on show and for a warm start. */
export function endRun(): void {
  if (shown?.optimizer === undefined) return;
  shown.optimizer.stop();
  ended({ state: 'stopped' });
}

/** What the run in the store was started on. */
export const basisOfRun = (): RunBasis | undefined => shown?.basis;

/** Bixel weights that the last run came to, where plan, structures and bixels are those of now. */
export function warmStartFor({ document, plan }: RunBasis): Float64Array | undefined {
  const { run, settings } = useOptimization.getState();
  if (shown === undefined || run?.settings.bixel !== settings.bixel) return undefined;
  const { basis, weights } = shown;
  const isSame =
    basis.document.patientKey === document.patientKey &&
    basis.document.planIndex === document.planIndex &&
    basis.document.primary === document.primary &&
    basis.document.structures === document.structures &&
    directionsOf(basis.plan) === directionsOf(plan);
  return isSame ? weights : undefined;
}

/** From where a plan's beams come: their shapes are what is optimised. */
const directionsOf = ({ beams }: Plan): string =>
  JSON.stringify(
    beams
      .filter(({ deliveryType }) => deliveryType === 'TREATMENT')
      .map(({ machine, controlPoints: [{ gantry, collimator, couch, isocenter }] }) => [
        machine,
        gantry,
        collimator,
        couch,
        isocenter,
      ]),
  );

function underWay(): OptimizerRun {
  if (shown?.optimizer === undefined) throw new IsocenterError('USAGE', 'no optimisation is under way');
  return shown.optimizer;
}

function reported(run: OptimizationRun, { iterations, dvhs, weights }: OptimizationReport): OptimizationRun {
  if (shown === undefined) return run;
  const given = shown.objectives;
  if (weights !== undefined) shown.weights = weights;
  const more = iterations.map((one) => ({ ...one, objectives: given[one.objectives] }));
  const seconds = iterations.at(-1)?.seconds ?? run.seconds;
  return { ...run, iterations: [...run.iterations, ...more], dvhs, seconds };
}

/** The document changed: what that means for the run that is shown. */
function follow(document: ClinicalDocument | null): void {
  if (shown === undefined) return;
  const { basis, optimizer, objectives: given } = shown;
  const { patientKey, planIndex } = basis.document;
  const record = document?.patientKey === patientKey ? planOfIndex(document, planIndex) : undefined;
  if (record === undefined) {
    optimizer?.stop();
    shown.stopFollowing();
    shown = undefined;
    showOptimizationRun(null);
    return;
  }
  followAcceptance(record.plan, basis.plan);
  const { objectives } = record.plan;
  // Without any objective there is nothing to minimise: the run goes on with the last ones.
  if (optimizer === undefined || objectives === undefined || objectives === given.at(-1)) return;
  given.push(objectives);
  optimizer.changeObjectives(objectives);
  change((run) => ({ ...run, objectives }));
}

/** Accepting is an edit: Undo and Redo lead past it. */
function followAcceptance(now: Plan, then: Plan): void {
  const { run } = useOptimization.getState();
  const made = run?.result?.delivered?.plan.beams ?? [];
  const holds = ({ beams }: Pick<Plan, 'beams'>): boolean => now.beams.some((beam) => beams.includes(beam));
  if (run === null || made.length === 0) return;
  const accepted = holds({ beams: made }) || (run.accepted && !holds(then));
  if (accepted !== run.accepted) showOptimizationRun({ ...run, accepted });
}

function ended(outcome: Pick<OptimizationRun, 'state'> & Partial<OptimizationRun>): void {
  if (shown !== undefined) shown.optimizer = undefined;
  change((run) => ({ ...run, pausing: false, ...outcome }));
}

function change(how: (run: OptimizationRun) => OptimizationRun): void {
  const { run } = useOptimization.getState();
  if (run !== null) showOptimizationRun(how(run));
}

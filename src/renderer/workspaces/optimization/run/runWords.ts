import type { OptimizationPhase } from '#shared/optimization/plan/run.ts';
import type { OptimizationRun } from '#renderer/stores/optimizationStore.ts';

const PHASES: Readonly<Record<OptimizationPhase, string>> = {
  preparing: 'Preparing: density, structures, bixels',
  fluence: 'Optimising fluence',
  sequencing: 'Sequencing leaves',
  apertures: 'Optimising apertures',
  'final dose': 'Final dose, collapsed cone',
  corrections: 'Correcting for the final dose',
};

/** Where a run is, in a few words. */
export function stateWords(run: OptimizationRun | undefined): string {
  if (run === undefined) return 'Not optimised yet';
  const { state, phase } = run;
  if (state === 'done') {
    if (run.result?.delivered === undefined) return 'Done: a fluence, no beams to accept';
    return run.accepted === true ? 'Done, accepted as the plan' : 'Done: not the plan until it is accepted';
  }
  if (state === 'failed') return 'Failed';
  if (state === 'paused' || state === 'stopped')
    return `${state === 'paused' ? 'Paused' : 'Stopped'}: ${PHASES[phase]}`;
  return run.pausing ? 'Pausing after this step…' : PHASES[state];
}

/** `7.4 s`, `2 min 05 s` */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

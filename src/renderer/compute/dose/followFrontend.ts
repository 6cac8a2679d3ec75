import type { Plan } from '#shared/model/plan.ts';
import { JobClient } from '../jobs/frontend.ts';
import type { FollowJobs, PatientDoseRequest } from './base.ts';

const start = (): Worker => new Worker(new URL('./followBackend.ts', import.meta.url), { type: 'module' });

/**
 * The pencil-beam dose of one plan after the other, in a worker that keeps what they share. The newest counts: asking for another ends the
 * one before, whose promise rejects with CANCELLED.
 */
export class FollowedDose {
  readonly #client = new JobClient<FollowJobs>(start);
  #patient: PatientDoseRequest | undefined;
  #running: AbortController | undefined;

  /** @throws IsocenterError as dosimetry/planDose computePlanDose. */
  compute(
    patient: PatientDoseRequest,
    plan: Plan,
    weights: Readonly<Record<number, number>>,
  ): Promise<FollowJobs['plan']['output']> {
    const older = this.#running;
    const running = new AbortController();
    this.#running = running;
    if (this.#patient === undefined || !samePatient(patient, this.#patient)) {
      this.#patient = patient;
      // What goes wrong with it is told with the plan.
      this.#client.call('patient', patient).catch(() => undefined);
    }
    const answer = this.#client.call('plan', { plan, weights }, { signal: running.signal });
    // After the newer call: a worker with nothing to do is ended, and this one's memory is wanted.
    older?.abort();
    const done = (): void => {
      if (this.#running === running) this.#running = undefined;
    };
    answer.then(done, done);
    return answer;
  }

  /** Ends the worker and frees what it keeps. */
  dispose(): void {
    this.#client.dispose();
    this.#patient = undefined;
    this.#running = undefined;
  }
}

/** Records are immutable: the same ones mean the same patient. */
function samePatient(a: PatientDoseRequest, b: PatientDoseRequest): boolean {
  return (
    a.ct === b.ct &&
    a.gridSpacing === b.gridSpacing &&
    a.calibration === b.calibration &&
    a.around?.roi === b.around?.roi &&
    a.around?.margin === b.around?.margin &&
    a.structures.rois.length === b.structures.rois.length &&
    a.structures.rois.every((roi, n) => roi === b.structures.rois[n])
  );
}

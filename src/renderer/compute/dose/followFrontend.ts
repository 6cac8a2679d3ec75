import { IsocenterError } from '#shared/contract/errors.ts';
import { ownMachines } from '#shared/dosimetry/machine/machines.ts';
import { type CallOptions, JobClient } from '../jobs/frontend.ts';
import type { FastDoseRequest, FollowJobs, PatientDoseRequest } from './base.ts';
import { doseMeans } from './frontend.ts';

const start = (): Worker => new Worker(new URL('./followBackend.ts', import.meta.url), { type: 'module' });

/** A worker that knows a patient. */
class Seat {
  readonly #client = new JobClient<FollowJobs>(start, { keep: true });
  #patient: FollowJobs['patient']['input'] | undefined;

  async call<Name extends 'fast' | 'full'>(
    name: Name,
    patient: PatientDoseRequest,
    request: FollowJobs[Name]['input'],
    options: CallOptions,
  ): Promise<FollowJobs[Name]['output']> {
    const now = { ...patient, machines: ownMachines() };
    if (this.#patient === undefined || !samePatient(now, this.#patient)) {
      this.#patient = now;
      // What goes wrong with it is told with the plan.
      this.#client.call('patient', now).catch(() => undefined);
    }
    try {
      return await this.#client.call(name, request, options);
    } catch (error) {
      // A worker that broke down knows nothing any more.
      if (!(error instanceof IsocenterError) || error.code === 'INTERNAL') this.#patient = undefined;
      throw error;
    }
  }

  dispose(): void {
    this.#client.dispose();
    this.#patient = undefined;
  }
}

/**
 * Doses of one plan after the other, in workers that keep what they share: patient, lattices, beams that were not edited. The
 * pencil beam's is there at once; the collapsed cone's takes its time in another worker, so that the first never waits for it.
 */
export class FollowedDose {
  readonly #fast = new Seat();
  readonly #full = new Seat();
  #running: AbortController | undefined;

  /**
   * The pencil beam's dose. The newest counts: asking for another ends the one before, whose promise rejects with CANCELLED.
   * @throws IsocenterError as dosimetry/planDose computePlanDose.
   */
  async fast(patient: PatientDoseRequest, request: FastDoseRequest): Promise<FollowJobs['fast']['output']> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    return await this.#fast.call('fast', patient, request, { signal: running.signal });
  }

  /** The collapsed cone's dose, as dosimetry/planDose computePlanDose gives it. @throws as that; CANCELLED by the signal. */
  async full(
    patient: PatientDoseRequest,
    request: Omit<FollowJobs['full']['input'], 'workers' | 'softwareGpu'>,
    options: CallOptions,
  ): Promise<FollowJobs['full']['output']> {
    return await this.#full.call('full', patient, { ...request, ...doseMeans() }, options);
  }

  /** Ends the workers and frees what they keep. */
  dispose(): void {
    this.#fast.dispose();
    this.#full.dispose();
    this.#running = undefined;
  }
}

/** Records are immutable: the same ones mean the same patient. */
function samePatient(a: FollowJobs['patient']['input'], b: FollowJobs['patient']['input']): boolean {
  return (
    a.ct === b.ct &&
    a.gridSpacing === b.gridSpacing &&
    a.calibration === b.calibration &&
    a.around?.roi === b.around?.roi &&
    a.around?.margin === b.around?.margin &&
    sameItems(a.structures.rois, b.structures.rois) &&
    sameItems(a.machines, b.machines)
  );
}

const sameItems = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((item, n) => item === b[n]);

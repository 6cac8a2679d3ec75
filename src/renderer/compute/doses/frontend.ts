import { type CallOptions, JobClient } from '#renderer/compute/jobs/frontend.ts';
import type { DoseJobs } from './base.ts';

const worker = (): Worker => new Worker(new URL('./backend.ts', import.meta.url), { type: 'module', name: 'doses' });

/** Gamma takes its time: what is looked at meanwhile has a worker of its own. */
const looking = new JobClient<DoseJobs>(worker);
const judging = new JobClient<DoseJobs>(worker);

type Input<Name extends keyof DoseJobs> = DoseJobs[Name]['input'];
type Output<Name extends keyof DoseJobs> = Promise<DoseJobs[Name]['output']>;

/** As shared/evaluation/doses sumDoses, in a worker. */
export const sumInWorker = (input: Input<'sum'>, options: CallOptions): Output<'sum'> =>
  looking.call('sum', input, options);

/** As shared/evaluation/doses subtractDoses, in a worker. */
export const differenceInWorker = (input: Input<'difference'>, options: CallOptions): Output<'difference'> =>
  looking.call('difference', input, options);

/** As shared/evaluation/gamma computeGamma, in a worker. */
export const gammaInWorker = (input: Input<'gamma'>, options: CallOptions): Output<'gamma'> =>
  judging.call('gamma', input, options);

/** As shared/evaluation/doses findSpots between structures, in a worker. */
export const spotsInWorker = (input: Input<'spots'>, options: CallOptions): Output<'spots'> =>
  looking.call('spots', input, options);

/** A dose as it lies in another frame of reference, on voxels of its own size. */
export const placeInWorker = (input: Input<'place'>, options: CallOptions): Output<'place'> =>
  looking.call('place', input, options);

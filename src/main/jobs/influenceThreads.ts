import { InfluenceCrew } from '#shared/optimization/influence/parallel/crew.ts';
import { threadHost } from './threadHost.ts';

/** Operators of an optimisation in worker threads of Node. The owner must `close` (or `await using`) them. */
export class InfluenceThreads extends InfluenceCrew implements AsyncDisposable {
  constructor(size: number) {
    super(size, threadHost(new URL('./influenceWorker.ts', import.meta.url)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '#main/host/paths.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { EngineName } from '#shared/dosimetry/engines.ts';
import { DoseCrew } from '#shared/dosimetry/parallel/crew.ts';
import { threadHost } from './threadHost.ts';

/** From sources the entry beside this file; from the bundle the entry that electron.vite.config.ts builds for it. */
const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('./doseWorker.ts', import.meta.url)
  : pathToFileURL(join(projectRoot(), 'out', 'main', 'doseWorker.js'));

/**
 * A dose engine in worker threads. The owner must `close` (or `await using`) it, else its threads keep the process alive.
 */
export class BeamWorkers extends DoseCrew implements AsyncDisposable {
  /** @throws IsocenterError USAGE unless `size` is a whole number from 1 to 256. */
  constructor(size: number, engine: EngineName = 'ccc') {
    if (!Number.isInteger(size) || size < 1 || size > 256)
      throw new IsocenterError('USAGE', `${size} is no number of threads (1 to 256)`, { attribute: 'threads' });
    super(engine, size, threadHost(WORKER));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

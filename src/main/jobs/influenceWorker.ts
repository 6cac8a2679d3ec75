import { parentPort } from 'node:worker_threads';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { ToInfluenceWorker } from '#shared/optimization/influence/parallel/messages.ts';
import { influenceWorker } from '#shared/optimization/influence/parallel/worker.ts';

// A worker thread's entry.
const port = parentPort;
if (port === null)
  throw new IsocenterError('INTERNAL', 'influenceWorker.ts is no program: influenceThreads.ts starts it');

const hear = influenceWorker((message) => port.postMessage(message));
port.on('message', (message: ToInfluenceWorker) => hear(message));

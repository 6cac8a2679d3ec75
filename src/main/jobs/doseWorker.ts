import { setImmediate } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { ToWorker } from '#shared/dosimetry/parallel/messages.ts';
import { doseWorker } from '#shared/dosimetry/parallel/worker.ts';

// A worker thread's entry.
const port = parentPort;
if (port === null) throw new IsocenterError('INTERNAL', 'doseWorker.ts is no program: BeamWorkers starts it');

const hear = doseWorker(
  (message, transfer) => port.postMessage(message, transfer),
  () => setImmediate(),
);
port.on('message', (message: ToWorker) => hear(message));

import { parentPort } from 'node:worker_threads';
import { setImmediate } from 'node:timers/promises';
import { IsocenterError } from '#shared/contract/errors.ts';
import { collapsedCone } from '#shared/dosimetry/collapsedCone.ts';
import { type FromWorker, toRecord, type ToWorker } from './messages.ts';

// A worker thread's entry: one beam at a time; a cancel takes effect at the engine's next step.
const port = parentPort;
if (port === null) throw new IsocenterError('INTERNAL', 'doseWorker.ts is no program: BeamWorkers starts it');

let signal = { aborted: false };

port.on('message', (message: ToWorker) => {
  if (message.kind === 'cancel') signal.aborted = true;
  else void run(message.input);
});

async function run(input: Extract<ToWorker, { kind: 'run' }>['input']): Promise<void> {
  signal = { aborted: false };
  const answer = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port?.postMessage(message, transfer);
  try {
    const result = await collapsedCone.computeBeam(input, {
      signal,
      onProgress: (fraction) => answer({ kind: 'progress', fraction }),
      yieldNow: () => setImmediate(),
    });
    const { buffer } = result.dose;
    answer({ kind: 'done', result }, buffer instanceof ArrayBuffer ? [buffer] : []);
  } catch (error) {
    answer({ kind: 'failed', error: toRecord(error) });
  }
}

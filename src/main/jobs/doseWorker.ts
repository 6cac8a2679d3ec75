import { parentPort } from 'node:worker_threads';
import { setImmediate } from 'node:timers/promises';
import { IsocenterError } from '#shared/contract/errors.ts';
import { collapsedCone } from '#shared/dosimetry/collapsedCone.ts';
import type { PreparedDose } from '#shared/dosimetry/engine.ts';
import type { Machine } from '#shared/dosimetry/machine.ts';
import type { Beam } from '#shared/model/plan.ts';
import { type FromWorker, toRecord, type ToWorker } from './messages.ts';

// A worker thread's entry: one beam at a time; a cancel takes effect at the engine's next step.
const port = parentPort;
if (port === null) throw new IsocenterError('INTERNAL', 'doseWorker.ts is no program: BeamWorkers starts it');

let signal = { aborted: false };
let prepared: Promise<PreparedDose> | undefined;

port.on('message', (message: ToWorker) => {
  if (message.kind === 'cancel') signal.aborted = true;
  else if (message.kind === 'compute') void run(message.beam, message.machine);
  else {
    prepared = collapsedCone.prepare(message.problem);
    // A refusal is told with the beams.
    prepared.catch(() => undefined);
  }
});

async function run(beam: Beam, machine: Machine): Promise<void> {
  signal = { aborted: false };
  const answer = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port?.postMessage(message, transfer);
  try {
    if (prepared === undefined) throw new IsocenterError('INTERNAL', 'a beam came before its patient');
    const engine = await prepared;
    const result = await engine.compute(beam, machine, {
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

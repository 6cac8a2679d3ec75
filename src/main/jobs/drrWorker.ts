import { parentPort } from 'node:worker_threads';
import { IsocenterError } from '#shared/contract/errors.ts';
import { DrrSource } from '#shared/drr/computeDrr.ts';
import type { FromDrrThread, ToDrrThread } from './drrThreads.ts';

// A worker thread's entry.
const port = parentPort;
if (port === null) throw new IsocenterError('INTERNAL', 'drrWorker.ts is no program: DrrThreads starts it');

let source: DrrSource | undefined;

function answer({ slab, view, settings }: ToDrrThread): FromDrrThread {
  if (slab !== undefined) source = new DrrSource(slab);
  if (source === undefined)
    return { kind: 'error', code: 'INTERNAL', message: 'a picture was asked for before its CT' };
  try {
    return { kind: 'picture', data: source.cast(view, settings) };
  } catch (error) {
    return {
      kind: 'error',
      code: error instanceof IsocenterError ? error.code : 'INTERNAL',
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

port.on('message', (message: ToDrrThread) => {
  const reply = answer(message);
  port.postMessage(reply, reply.kind === 'picture' ? [reply.data.buffer as ArrayBuffer] : []);
});

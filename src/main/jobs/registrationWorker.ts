import { parentPort } from 'node:worker_threads';
import { IsocenterError } from '#shared/contract/errors.ts';
import { registerDeformably } from '#shared/registration/deformable.ts';
import { registerRigidly } from '#shared/registration/rigid.ts';
import { loadElastix } from './elastix.ts';
import type { FromRegistration, ToRegistration } from './registration.ts';

// A worker thread's entry.
const port = parentPort;
if (port === null)
  throw new IsocenterError('INTERNAL', 'registrationWorker.ts is no program: registration.ts starts it');
const say = (message: FromRegistration): void => port.postMessage(message);

port.on('message', (task: ToRegistration) => {
  const { fixed, moving } = task;
  const onProgress = (fraction: number): void => say({ kind: 'progress', fraction });
  const work =
    task.method === 'rigid'
      ? registerRigidly(loadElastix, fixed, moving, { ...task.options, onProgress })
      : registerDeformably(loadElastix, fixed, moving, { ...task.options, onProgress });
  work.then(
    (result) => say({ kind: 'result', result }),
    (error: unknown) =>
      say({
        kind: 'error',
        code: error instanceof IsocenterError ? error.code : 'INTERNAL',
        message: error instanceof Error ? error.message : String(error),
        object: error instanceof IsocenterError ? error.object : undefined,
      }),
  );
});

import { Worker } from 'node:worker_threads';
import { type ErrorCode, IsocenterError } from '#shared/contract/errors.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { RigidOptions, RigidResult } from '#shared/registration/rigid.ts';

type Settings = Omit<RigidOptions, 'signal' | 'onProgress'>;

export interface ToRegistration {
  readonly fixed: ImageVolume;
  readonly moving: ImageVolume;
  readonly options: Settings;
}

export type FromRegistration =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'result'; readonly result: RigidResult }
  | { readonly kind: 'error'; readonly code: ErrorCode; readonly message: string; readonly object: string | undefined };

/**
 * `registerRigidly` in a thread of its own, which cancelling ends at once: elastix listens to nobody.
 * @throws as registerRigidly
 */
export async function registerInThread(
  fixed: ImageVolume,
  moving: ImageVolume,
  { signal, onProgress, ...options }: Settings & { signal?: AbortSignal; onProgress?: (fraction: number) => void } = {},
): Promise<RigidResult> {
  const worker = new Worker(new URL('./registrationWorker.ts', import.meta.url));
  try {
    return await new Promise<RigidResult>((resolve, reject) => {
      const cancel = (): void => reject(new IsocenterError('CANCELLED', 'cancelled by the user'));
      if (signal?.aborted) cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      worker.on('error', reject);
      worker.on('exit', (code) =>
        reject(new IsocenterError('INTERNAL', `the registration ended with exit code ${code}`)),
      );
      worker.on('message', (message: FromRegistration) => {
        if (message.kind === 'progress') onProgress?.(message.fraction);
        else if (message.kind === 'result') resolve(message.result);
        else reject(new IsocenterError(message.code, message.message, { object: message.object }));
      });
      worker.postMessage({ fixed, moving, options } satisfies ToRegistration);
    });
  } finally {
    await worker.terminate();
  }
}

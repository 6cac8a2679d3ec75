import { Worker } from 'node:worker_threads';
import { type ErrorCode, IsocenterError } from '#shared/contract/errors.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { DeformableOptions, DeformableResult } from '#shared/registration/deformable.ts';
import type { RigidOptions, RigidResult } from '#shared/registration/rigid.ts';

type Settings<Options> = Omit<Options, 'signal' | 'onProgress'>;

export type ToRegistration = { readonly fixed: ImageVolume; readonly moving: ImageVolume } & (
  | { readonly method: 'rigid'; readonly options: Settings<RigidOptions> }
  | { readonly method: 'bspline'; readonly options: Settings<DeformableOptions> }
);

export type FromRegistration =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'result'; readonly result: RigidResult | DeformableResult }
  | { readonly kind: 'error'; readonly code: ErrorCode; readonly message: string; readonly object: string | undefined };

interface ThreadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}

/**
 * `registerRigidly` in a thread of its own, which cancelling ends at once: elastix listens to nobody.
 * @throws as registerRigidly
 */
export const registerInThread = (
  fixed: ImageVolume,
  moving: ImageVolume,
  { signal, onProgress, ...options }: Settings<RigidOptions> & ThreadOptions = {},
): Promise<RigidResult> => inThread<RigidResult>({ method: 'rigid', fixed, moving, options }, { signal, onProgress });

/** `registerDeformably` likewise. @throws as registerDeformably */
export const deformInThread = (
  fixed: ImageVolume,
  moving: ImageVolume,
  { signal, onProgress, ...options }: Settings<DeformableOptions> & ThreadOptions = {},
): Promise<DeformableResult> =>
  inThread<DeformableResult>({ method: 'bspline', fixed, moving, options }, { signal, onProgress });

async function inThread<Result>(task: ToRegistration, { signal, onProgress }: ThreadOptions): Promise<Result> {
  const worker = new Worker(new URL('./registrationWorker.ts', import.meta.url));
  try {
    return await new Promise<Result>((resolve, reject) => {
      const cancel = (): void => reject(new IsocenterError('CANCELLED', 'cancelled by the user'));
      if (signal?.aborted) cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      worker.on('error', reject);
      worker.on('exit', (code) =>
        reject(new IsocenterError('INTERNAL', `the registration ended with exit code ${code}`)),
      );
      worker.on('message', (message: FromRegistration) => {
        if (message.kind === 'progress') onProgress?.(message.fraction);
        else if (message.kind === 'result') resolve(message.result as Result);
        else reject(new IsocenterError(message.code, message.message, { object: message.object }));
      });
      worker.postMessage(task);
    });
  } finally {
    await worker.terminate();
  }
}

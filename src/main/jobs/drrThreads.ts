import { Worker } from 'node:worker_threads';
import { type AbortSignalLike, type ErrorCode, IsocenterError, throwIfCancelled } from '#shared/contract/errors.ts';
import type { CtVoxels } from '#shared/drr/attenuation.ts';
import { DrrSource, type DrrSettings } from '#shared/drr/computeDrr.ts';
import { addPictures, slabsOf } from '#shared/drr/slabs.ts';
import type { DrrView } from '#shared/drr/view.ts';

export interface ToDrrThread {
  /** Comes with the first picture; the thread keeps it. */
  readonly slab?: CtVoxels;
  readonly view: DrrView;
  readonly settings: DrrSettings;
}

export type FromDrrThread =
  | { readonly kind: 'picture'; readonly data: Float32Array }
  | { readonly kind: 'error'; readonly code: ErrorCode; readonly message: string };

/** Fewer voxels than this are cast in the time that a thread takes to start. */
const SMALL = 6e6;

/**
 * One picture of a CT, as `DrrThreads.cast`, in threads only where there is enough to do for them.
 * @throws IsocenterError CANCELLED, or INTERNAL when a thread broke down.
 */
export async function castOne(
  ct: CtVoxels,
  view: DrrView,
  settings: DrrSettings,
  { threads, signal }: { readonly threads: number; readonly signal?: AbortSignalLike },
): Promise<Float32Array> {
  throwIfCancelled(signal);
  if (threads === 1 || ct.data.length < SMALL) return new DrrSource(ct).cast(view, settings);
  await using crew = new DrrThreads(ct, threads);
  return await crew.cast(view, settings, signal);
}

/** Radiographs of one CT, cast by threads of which each has its slices. The owner must `close` (or `await using`) it. */
export class DrrThreads implements AsyncDisposable {
  readonly #threads: { readonly worker: Worker; slab: CtVoxels | undefined }[];

  /** @param size threads at most, a whole number from 1 on. */
  constructor(ct: CtVoxels, size: number) {
    this.#threads = slabsOf(ct, size).map((slab) => ({
      worker: new Worker(new URL('./drrWorker.ts', import.meta.url)),
      slab,
    }));
  }

  /**
   * Attenuation along each pixel's ray in mm of water, rows of the image one after the other. One picture at a time.
   * @throws IsocenterError CANCELLED, or INTERNAL when a thread broke down.
   */
  async cast(view: DrrView, settings: DrrSettings, signal?: AbortSignalLike): Promise<Float32Array> {
    const parts = await Promise.all(
      this.#threads.map((thread) => {
        const { slab } = thread;
        thread.slab = undefined;
        return ask(thread.worker, { view, settings, ...(slab === undefined ? {} : { slab }) });
      }),
    );
    throwIfCancelled(signal);
    return addPictures(parts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }
}

function ask(worker: Worker, message: ToDrrThread): Promise<Float32Array> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      worker.off('message', heard);
      reject(new IsocenterError('INTERNAL', `a thread broke down: ${error.message}`, { cause: error }));
    };
    const heard = (answer: FromDrrThread): void => {
      worker.off('error', failed);
      if (answer.kind === 'picture') resolve(answer.data);
      else reject(new IsocenterError(answer.code, answer.message));
    };
    worker.once('message', heard);
    worker.once('error', failed);
    worker.postMessage(message, message.slab === undefined ? [] : [message.slab.data.buffer as ArrayBuffer]);
  });
}

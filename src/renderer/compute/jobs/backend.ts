import type { AbortSignalLike } from '#shared/contract/errors.ts';
import { type JobMap, type JobRequest, type JobResponse, packError } from './base.ts';

interface JobContext {
  /** Turns aborted when the caller cancelled; only seen between awaits. */
  readonly signal: AbortSignalLike;
  /** 0..1. */
  readonly onProgress: (fraction: number) => void;
}

export type JobHandlers<Jobs extends JobMap<Jobs>> = {
  readonly [Name in keyof Jobs]: (
    input: Jobs[Name]['input'],
    context: JobContext,
  ) => Jobs[Name]['output'] | Promise<Jobs[Name]['output']>;
};

/** The part of a worker's global scope that jobs use (the page's types have no DedicatedWorkerGlobalScope). */
export interface JobScope {
  onmessage: ((event: { readonly data: JobRequest }) => void) | null;
  postMessage(message: JobResponse, transfer: Transferable[]): void;
}

/**
 * Answers calls in a worker. What a handler returns is given away: the buffers of its typed arrays are transferred, so a handler
 * must not keep them.
 */
export function serveJobs<Jobs extends JobMap<Jobs>>(
  handlers: JobHandlers<Jobs>,
  scope: JobScope = globalThis as unknown as JobScope,
): void {
  const running = new Map<number, { aborted: boolean }>();
  const answer = async (id: number, name: string, input: unknown): Promise<void> => {
    const signal = { aborted: false };
    running.set(id, signal);
    const onProgress = (fraction: number): void => scope.postMessage({ kind: 'progress', id, fraction }, []);
    try {
      if (!Object.hasOwn(handlers, name)) throw new Error(`no job named ${name}`);
      const handler = handlers[name as keyof Jobs];
      const value: unknown = await handler(input as Jobs[keyof Jobs]['input'], { signal, onProgress });
      scope.postMessage({ kind: 'result', id, value }, buffersOf(value));
    } catch (error) {
      scope.postMessage({ kind: 'error', id, error: packError(error) }, []);
    } finally {
      running.delete(id);
    }
  };
  scope.onmessage = ({ data }) => {
    if (data.kind === 'call') void answer(data.id, data.name, data.input);
    else {
      const signal = running.get(data.id);
      if (signal !== undefined) signal.aborted = true;
    }
  };
}

/** The distinct buffers behind all typed arrays of a plain value. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (Array.isArray(value)) for (const item of value) buffersOf(item, found);
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) buffersOf(item, found);
  return [...found];
}

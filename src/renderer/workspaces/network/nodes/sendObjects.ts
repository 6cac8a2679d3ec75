import { rpc } from '#renderer/client/rpc.ts';
import type { SendEvent } from '#shared/contract/rpc/nodes.ts';

type SendResult = Extract<SendEvent, { event: 'result' }>;

export interface SendProgress {
  readonly done: number;
  readonly total: number;
  readonly results: readonly SendResult[];
}

/**
 * Sends instances of a patient to a node over one association and reports after every event. Resolves with the results of all objects; an
 * object without a result was not sent, and the caller must say so.
 */
export async function sendObjects(
  nodeId: string,
  patientKey: string,
  sopInstanceUids: readonly string[],
  onProgress: (progress: SendProgress) => void,
  signal?: AbortSignal,
): Promise<SendProgress> {
  let progress: SendProgress = { done: 0, total: sopInstanceUids.length, results: [] };
  const events = await rpc.nodes.send({ id: nodeId, patientKey, sopInstanceUids: [...sopInstanceUids] }, { signal });
  for await (const event of events) {
    progress =
      event.event === 'progress'
        ? { ...progress, done: event.done, total: event.total }
        : { ...progress, results: [...progress.results, event] };
    onProgress(progress);
  }
  return progress;
}

import { rpc } from '#renderer/client/rpc.ts';
import type { SendEvent } from '#shared/contract/rpc/nodes.ts';
import type { Transfer } from '#shared/contract/rpc/transfers.ts';

type SendResult = Extract<SendEvent, { event: 'result' }>;

export interface SendProgress {
  readonly done: number;
  readonly total: number;
  readonly results: readonly SendResult[];
  /** As it stands in the send queue; absent until something was queued. */
  readonly transfer?: Transfer;
}

/**
 * Queues instances of a patient for a node and follows the transfer to its end, telling after every event. Going away with `signal`
 * stops only the following. An object without a result at the end was not sent, and the caller must say so.
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
    progress = after(progress, event);
    onProgress(progress);
  }
  return progress;
}

function after(progress: SendProgress, event: SendEvent): SendProgress {
  switch (event.event) {
    case 'progress':
      return { ...progress, done: event.done, total: event.total };
    case 'result':
      return { ...progress, results: [...progress.results, event] };
    case 'transfer':
      return { ...progress, transfer: event.transfer };
  }
}

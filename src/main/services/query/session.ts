import { IsocenterError } from '#shared/contract/errors.ts';
import type { Association } from '#main/network/association.ts';
import type { DimseResponse } from '#main/network/service.ts';
import { isPending, STATUS, statusCategory } from '#main/network/status.ts';
import type { Peer } from '../peer.ts';
import { queryStatusText } from './status.ts';

/** How long a peer may take to stop after C-CANCEL before the association is aborted, ms. */
const PATIENCE_AFTER_CANCEL = 5_000;

interface Cancellation {
  /** For `invoke`. */
  readonly signal: AbortSignal;
  stop(): void;
  dispose(): void;
}

/**
 * A signal for `invoke` that asks the peer to stop (C-CANCEL) when `signal` fires or `stop` is called, and aborts the
 * association when the peer does not. `dispose` when the operation is over.
 */
export function cancellation(association: Association, signal: AbortSignal | undefined): Cancellation {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (controller.signal.aborted) return;
    controller.abort();
    timer = setTimeout(
      () => association.abort(new IsocenterError('CANCELLED', 'cancelled; the peer did not stop when asked')),
      PATIENCE_AFTER_CANCEL,
    );
  };
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  return {
    signal: controller.signal,
    stop,
    dispose: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    },
  };
}

/** The final status; what is absent counts as a failure. */
export const finalStatus = ({ status }: DimseResponse): number =>
  status === undefined || isPending(status) ? STATUS.processingFailure : status;

/** A final response that is neither success, warning nor cancel as an error in words, with the peer's comment. */
export function refusalOf(response: DimseResponse, peer: Peer): IsocenterError | undefined {
  const status = finalStatus(response);
  if (statusCategory(status) !== 'failure') return undefined;
  const comment =
    response.errorComment === undefined || response.errorComment === '' ? '' : `: ${response.errorComment}`;
  return new IsocenterError('DIMSE_STATUS', queryStatusText(status) + comment, { object: peer.aeTitle });
}

/** @throws NETWORK */
export function contextOf(association: Association, sopClassUid: string, what: string, peer: Peer) {
  const context = association.contextFor(sopClassUid);
  if (context === undefined) {
    throw new IsocenterError('NETWORK', `the peer does not offer ${what}`, { object: peer.aeTitle });
  }
  return context;
}

import { Button } from '#renderer/kit/Button.tsx';
import type { Transfer } from '#shared/contract/rpc/transfers.ts';
import { bytesText, speedText, stateText, whyText } from './words.ts';

interface ActiveTransfersProps {
  readonly transfers: readonly Transfer[];
  readonly onCancel: (transfer: Transfer) => void;
  readonly onRetry: (transfer: Transfer) => void;
  readonly onOpen: (transfer: Transfer) => void;
}

/** What is being sent or waits to be, with how far it is and why it waits. */
export function ActiveTransfers({ transfers, onCancel, onRetry, onOpen }: ActiveTransfersProps) {
  if (transfers.length === 0) return <p className="hint">Nothing is being sent.</p>;
  return (
    <ul className="transfers">
      {transfers.map((transfer) => {
        const { id, total, sent, failed, state } = transfer;
        return (
          <li key={id} data-testid={`transfer-${id}`} data-state={state}>
            <div className="transfer-what">
              <strong>{transfer.patient}</strong>
              <span>
                {transfer.content} → <strong>{transfer.nodeName}</strong>
              </span>
              <span className="hint">
                {whyText(transfer)}
                {transfer.priority === 'normal' ? '' : ` · ${transfer.priority} priority`}
              </span>
              <span className="transfer-actions">
                {(state === 'retrying' || state === 'waiting') && (
                  <Button data-testid={`retry-${id}`} onClick={() => onRetry(transfer)}>
                    Send now
                  </Button>
                )}
                <Button kind="quiet" onClick={() => onOpen(transfer)}>
                  Objects
                </Button>
                <Button kind="quiet" data-testid={`cancel-${id}`} onClick={() => onCancel(transfer)}>
                  Cancel
                </Button>
              </span>
            </div>
            <div
              className="progress-track"
              role="progressbar"
              aria-label={`${transfer.content} to ${transfer.nodeName}`}
              aria-valuemin={0}
              aria-valuemax={total}
              aria-valuenow={sent}
            >
              <div className="progress-fill" style={{ width: `${(100 * sent) / Math.max(total, 1)}%` }} />
            </div>
            <div className="transfer-state">
              <span className="numeric">
                {sent} of {total} objects · {bytesText(transfer.bytesSent)} of {bytesText(transfer.bytes)}
              </span>
              {failed > 0 && <span className="error-text">{failed} failed</span>}
              {state === 'running' && <span className="numeric">{speedText(transfer)}</span>}
              <span className={state === 'retrying' ? 'warning-text' : 'hint'}>
                {stateText(transfer)}
                {transfer.attempts > 1 ? ` (attempt ${transfer.attempts})` : ''}
              </span>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

import { Button } from '#renderer/kit/Button.tsx';
import { type Column, Table } from '#renderer/kit/Table.tsx';
import type { Transfer } from '#shared/contract/rpc/transfers.ts';
import { speedText, stateText, timeText, whyText } from './words.ts';

interface TransferHistoryProps {
  readonly transfers: readonly Transfer[];
  readonly searching: boolean;
  readonly onRetry: (transfer: Transfer) => void;
  readonly onOpen: (transfer: Transfer) => void;
}

const classOf = ({ state }: Transfer): string =>
  state === 'failed' ? 'error-text' : state === 'cancelled' ? 'warning-text' : '';

/** What has ended, newest first. */
export function TransferHistory({ transfers, searching, onRetry, onOpen }: TransferHistoryProps) {
  const columns: readonly Column<Transfer>[] = [
    { key: 'time', title: 'Ended', render: ({ finished }) => <span className="nowrap">{timeText(finished)}</span> },
    { key: 'patient', title: 'Patient', render: ({ patient }) => <strong>{patient}</strong> },
    { key: 'content', title: 'Content', render: ({ content }) => content || '–' },
    { key: 'node', title: 'To', render: ({ nodeName }) => nodeName },
    { key: 'why', title: 'Why', render: whyText },
    {
      key: 'count',
      title: 'Sent',
      numeric: true,
      render: ({ sent, total }) => <span className="nowrap">{`${sent} of ${total}`}</span>,
    },
    { key: 'speed', title: 'Speed', numeric: true, render: (one) => <span className="nowrap">{speedText(one)}</span> },
    { key: 'result', title: 'Result', render: (one) => <span className={classOf(one)}>{stateText(one)}</span> },
    {
      key: 'actions',
      title: '',
      render: (one) => (
        <span className="node-actions">
          {one.state !== 'done' && (
            <Button data-testid={`again-${one.id}`} onClick={() => onRetry(one)}>
              Send rest again
            </Button>
          )}
          <Button kind="quiet" data-testid={`objects-${one.id}`} onClick={() => onOpen(one)}>
            Objects
          </Button>
        </span>
      ),
    },
  ];
  return (
    <Table
      data-testid="transfer-history"
      columns={columns}
      rows={transfers}
      rowKey={({ id }) => String(id)}
      empty={searching ? 'Nothing that was sent matches.' : 'Nothing has been sent yet.'}
    />
  );
}

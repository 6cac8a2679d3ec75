import { useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { isFinished, type Transfer } from '#shared/contract/rpc/transfers.ts';
import { ActiveTransfers } from './ActiveTransfers.tsx';
import { ObjectsDialog } from './ObjectsDialog.tsx';
import { TransferHistory } from './TransferHistory.tsx';
import { useTransfers } from './useTransfers.ts';
import './transfers.css';

const say = (error: unknown): void => toast(errorWords(error), 'error');

/** What we send to others: under way and waiting above, what has ended below. */
export default function TransfersSection() {
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<number | null>(null);
  const transfers = useTransfers(search);
  if (transfers === undefined) return <p className="hint">Loading…</p>;
  const active = transfers.filter((transfer) => !isFinished(transfer));
  const ended = transfers.filter(isFinished);
  const shown = transfers.find(({ id }) => id === open);
  const retry = ({ id }: Transfer): void => void rpc.transfers.retry({ id }).catch(say);
  const cancel = (transfer: Transfer): void => {
    const { id, content, nodeName, sent, total } = transfer;
    if (window.confirm(`Stop sending ${content} to ${nodeName}? ${sent} of ${total} objects are already there.`))
      void rpc.transfers.cancel({ id }).catch(say);
  };
  const nodes = new Map(active.map(({ node, nodeName }) => [node, nodeName]));
  const cancelNode = (node: string, name: string): void => {
    if (window.confirm(`Cancel everything that is not yet at ${name}?`))
      void rpc.transfers.cancelNode({ node }).catch(say);
  };
  return (
    <>
      <section className="network-section" aria-label="being sent">
        <header>
          <h2>Being sent</h2>
          <span className="node-actions">
            {active.length > 1 &&
              [...nodes].map(([node, name]) => (
                <Button key={node} kind="quiet" onClick={() => cancelNode(node, name)}>
                  Cancel all to {name}
                </Button>
              ))}
          </span>
        </header>
        <ActiveTransfers transfers={active} onCancel={cancel} onRetry={retry} onOpen={({ id }) => setOpen(id)} />
      </section>
      <section className="network-section" aria-label="history">
        <header>
          <h2>History</h2>
          <input
            type="search"
            className="transfer-search"
            data-testid="transfer-search"
            placeholder="Patient, node, rule, reason or UID"
            aria-label="search transfers"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </header>
        <TransferHistory transfers={ended} searching={search !== ''} onRetry={retry} onOpen={({ id }) => setOpen(id)} />
      </section>
      {shown !== undefined && <ObjectsDialog transfer={shown} onClose={() => setOpen(null)} />}
    </>
  );
}

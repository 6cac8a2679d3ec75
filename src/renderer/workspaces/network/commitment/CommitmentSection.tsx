import { useCallback, useEffect, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { type Column, Table } from '#renderer/kit/Table.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { Commitment } from '#shared/contract/rpc/commitment.ts';
import { timeText } from '../transfers/words.ts';
import { useNodes } from '../worklist/useNodes.ts';
import { RequestPanel } from './RequestPanel.tsx';
import { commitmentText, contentText, failureTexts, patientTexts } from './words.ts';
import '../worklist/worklist.css';

const say = (error: unknown): void => toast(errorWords(error), 'error');
/** Reports come whenever the archive has looked; nobody tells the page. */
const LOOK_MS = 2000;

const isWhole = ({ objects }: Commitment): boolean => objects.every(({ outcome }) => outcome === 'committed');

/** Which archives are answerable for what we sent them. */
export default function CommitmentSection() {
  const nodes = useNodes('archive');
  const document = useDocument((state) => state.document);
  const [all, setAll] = useState<readonly Commitment[] | undefined>();
  const reload = useCallback((): void => {
    rpc.commitment.list().then(setAll).catch(say);
  }, []);
  useEffect(() => {
    reload();
    const timer = setInterval(reload, LOOK_MS);
    return () => clearInterval(timer);
  }, [reload]);
  if (nodes === undefined || all === undefined) return <p className="hint">Loading…</p>;
  const columns: readonly Column<Commitment>[] = [
    { key: 'node', title: 'Archive', render: ({ node }) => <strong>{node}</strong> },
    { key: 'requested', title: 'Asked', render: ({ requested }) => timeText(requested) },
    {
      key: 'patient',
      title: 'Patient',
      render: (one) => patientTexts(one).map((text) => <div key={text}>{text}</div>),
    },
    {
      key: 'objects',
      title: 'Objects',
      render: (one) => (
        <>
          {one.objects.length}
          <div className="hint">{contentText(one)}</div>
        </>
      ),
    },
    { key: 'reported', title: 'Reported', render: ({ reported }) => timeText(reported) },
    {
      key: 'outcome',
      title: 'Outcome',
      render: (one) => (
        <span data-testid="commit-outcome" className={outcomeClass(one)}>
          {commitmentText(one)}
          {failureTexts(one).map((text) => (
            <div key={text} className="error-text">
              {text}
            </div>
          ))}
        </span>
      ),
    },
    {
      key: 'actions',
      title: '',
      render: (one) => (
        <span className="node-actions">
          {one.nodeId !== '' && !isWhole(one) && (
            <Button onClick={() => void rpc.commitment.retry(one).then(reload).catch(say)}>Ask again</Button>
          )}
          <Button kind="quiet" onClick={() => void rpc.commitment.forget(one).then(reload).catch(say)}>
            Forget
          </Button>
        </span>
      ),
    },
  ];
  return (
    <>
      <section className="network-section" aria-label="storage commitment">
        <header>
          <h2>Ask an archive to be answerable</h2>
        </header>
        {nodes.length === 0 && <p className="hint">Add the archive under “Nodes and sending” first.</p>}
        {nodes.length > 0 && document === null && <p className="hint">Open a patient to ask for its series.</p>}
        {nodes.length > 0 && document !== null && <RequestPanel nodes={nodes} document={document} onAsked={reload} />}
      </section>
      <section className="network-section" aria-label="commitments">
        <header>
          <h2>Asked so far</h2>
        </header>
        <Table
          data-testid="commit-table"
          columns={columns}
          rows={all}
          rowKey={({ transactionUid }) => transactionUid}
          empty="Nothing asked yet. Nodes can also be asked after every transfer (Nodes and sending)."
        />
      </section>
    </>
  );
}

function outcomeClass(one: Commitment): string {
  if (one.state === 'failed') return 'error-text';
  if (one.state !== 'reported') return 'hint';
  return isWhole(one) ? 'state-done' : 'warning-text';
}

import { useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { type Column, Table } from '#renderer/kit/Table.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { EchoAnswer, NetworkNode } from '#shared/contract/rpc/nodes.ts';
import { NodeDialog } from './NodeDialog.tsx';
import './nodes.css';

interface NodesPanelProps {
  readonly nodes: readonly NetworkNode[];
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
  readonly onChanged: () => void;
}

interface Echo {
  readonly ok: boolean;
  readonly text: string;
  readonly details: readonly string[];
}

const newNode = (): NetworkNode => ({ id: crypto.randomUUID(), name: '', aeTitle: '', host: '127.0.0.1', port: 104 });

/** What the node said about itself, for people. */
function details({ implementationVersionName, implementationClassUid, maxPduLength, tls, userAccepted }: EchoAnswer) {
  const lines = [
    implementationVersionName || implementationClassUid,
    maxPduLength === 0 ? 'PDUs of any length' : `PDUs up to ${Math.round(maxPduLength / 1024)} KiB`,
  ];
  if (tls !== undefined) lines.push(`${tls.protocol} ${tls.cipher}, certificate ${tls.subject}`);
  if (userAccepted !== undefined)
    lines.push(userAccepted ? 'user confirmed' : 'user not confirmed: it may not check users');
  return lines;
}

const security = ({ tls, user }: NetworkNode): string =>
  [tls === true ? 'TLS' : 'not encrypted', ...(user === undefined ? [] : [`user ${user.name}`])].join(', ');

/** The DICOM nodes we exchange with: add, edit, remove, and ask whether they answer (C-ECHO). */
export function NodesPanel({ nodes, selected, onSelect, onChanged }: NodesPanelProps) {
  const [editing, setEditing] = useState<NetworkNode | null>(null);
  const [echoes, setEchoes] = useState<ReadonlyMap<string, Echo>>(new Map());
  const note = (id: string, answer: Echo): void => setEchoes((old) => new Map(old).set(id, answer));
  const echo = async ({ id }: NetworkNode): Promise<void> => {
    note(id, { ok: true, text: '…', details: [] });
    try {
      const answer = await rpc.nodes.echo({ id });
      const ok = /^0*$/.test(answer.status);
      const text = `${ok ? 'answers' : `answers with status ${answer.status}`} · ${answer.ms.toFixed(0)} ms`;
      note(id, { ok, text, details: details(answer) });
    } catch (error) {
      note(id, { ok: false, text: errorWords(error), details: [] });
    }
  };
  const remove = async ({ id, name }: NetworkNode): Promise<void> => {
    const rules = (await rpc.routing.list().catch(() => [])).filter((rule) => rule.node === id);
    const lost = rules.map((rule) => `"${rule.name}"`).join(', ');
    const warning = lost === '' ? '' : ` Routing rules that send to it will fail: ${lost}.`;
    if (!window.confirm(`Remove the node "${name}"?${warning}`)) return;
    await rpc.nodes.remove({ id }).catch((error: unknown) => toast(errorWords(error), 'error'));
    onChanged();
  };
  const columns: readonly Column<NetworkNode>[] = [
    { key: 'name', title: 'Name', render: (node) => <strong>{node.name}</strong> },
    { key: 'ae', title: 'AE title', render: (node) => node.aeTitle },
    { key: 'address', title: 'Address', render: (node) => `${node.host}:${node.port}` },
    { key: 'security', title: 'Security', render: security },
    {
      key: 'echo',
      title: 'Answer',
      render: (node) => {
        const answer = echoes.get(node.id);
        return (
          <span data-testid={`echo-result-${node.name}`} className={answer?.ok === false ? 'error-text' : ''}>
            {answer?.text ?? ''}
            {answer?.details.map((line) => (
              <small key={line} className="echo-detail">
                {line}
              </small>
            ))}
          </span>
        );
      },
    },
    {
      key: 'actions',
      title: '',
      render: (node) => (
        <span className="node-actions">
          <Button data-testid={`echo-${node.name}`} onClick={() => void echo(node)}>
            Echo
          </Button>
          <Button kind="quiet" data-testid={`edit-${node.name}`} onClick={() => setEditing(node)}>
            Edit
          </Button>
          <Button kind="quiet" onClick={() => void remove(node)}>
            Remove
          </Button>
        </span>
      ),
    },
  ];
  return (
    <section className="network-section" aria-label="nodes">
      <header>
        <h2>DICOM nodes</h2>
        <Button data-testid="add-node" onClick={() => setEditing(newNode())}>
          Add node
        </Button>
      </header>
      <Table
        data-testid="node-table"
        columns={columns}
        rows={nodes}
        rowKey={({ id }) => id}
        selected={selected}
        onSelect={({ id }) => onSelect(id)}
        empty="No nodes yet. Add the archive, treatment console or workstation you exchange with."
      />
      {editing !== null && (
        <NodeDialog
          node={editing}
          onClose={() => setEditing(null)}
          onSaved={(saved) => {
            setEditing(null);
            onSelect(saved.id);
            onChanged();
          }}
        />
      )}
    </section>
  );
}

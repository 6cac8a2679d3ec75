import { useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { type Column, Table } from '#renderer/kit/Table.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { describeError } from '#shared/contract/errors.ts';
import type { NetworkNode } from '#shared/contract/rpc/nodes.ts';
import { NodeDialog } from './NodeDialog.tsx';

interface NodesPanelProps {
  readonly nodes: readonly NetworkNode[];
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
  readonly onChanged: () => void;
}

const newNode = (): NetworkNode => ({ id: crypto.randomUUID(), name: '', aeTitle: '', host: '127.0.0.1', port: 104 });

/** The DICOM nodes we may send to: add, edit, remove, and ask whether they answer (C-ECHO). */
export function NodesPanel({ nodes, selected, onSelect, onChanged }: NodesPanelProps) {
  const [editing, setEditing] = useState<NetworkNode | null>(null);
  const [echoes, setEchoes] = useState<ReadonlyMap<string, { ok: boolean; text: string }>>(new Map());
  const note = (id: string, ok: boolean, text: string): void => setEchoes((old) => new Map(old).set(id, { ok, text }));
  const echo = async ({ id }: NetworkNode): Promise<void> => {
    note(id, true, '…');
    try {
      const { status, ms } = await rpc.nodes.echo({ id });
      note(id, /^0*$/.test(status) || /success/i.test(status), `${status} · ${ms.toFixed(0)} ms`);
    } catch (error) {
      note(id, false, describeError(error));
    }
  };
  const remove = async ({ id, name }: NetworkNode): Promise<void> => {
    if (!window.confirm(`Remove the node "${name}"?`)) return;
    await rpc.nodes.remove({ id }).catch((error: unknown) => toast(describeError(error), 'error'));
    onChanged();
  };
  const columns: readonly Column<NetworkNode>[] = [
    { key: 'name', title: 'Name', render: (node) => <strong>{node.name}</strong> },
    { key: 'ae', title: 'AE title', render: (node) => node.aeTitle },
    { key: 'address', title: 'Address', render: (node) => `${node.host}:${node.port}` },
    {
      key: 'echo',
      title: 'Answer',
      render: (node) => {
        const answer = echoes.get(node.id);
        return (
          <span data-testid={`echo-result-${node.name}`} className={answer?.ok === false ? 'error-text' : ''}>
            {answer?.text ?? ''}
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
          <Button kind="quiet" onClick={() => setEditing(node)}>
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
        empty="No nodes yet. Add the archive, treatment console or workstation you send to."
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

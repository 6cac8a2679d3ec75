import { useEffect, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { type Column, Table } from '#renderer/kit/Table.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { NetworkNode } from '#shared/contract/rpc/nodes.ts';
import type { Route } from '#shared/contract/rpc/routing.ts';
import { conditionText, newRoute } from './draft.ts';
import { RouteDialog } from './RouteDialog.tsx';

const say = (error: unknown): void => toast(errorWords(error), 'error');

/** The rules by which what arrives goes on to other nodes. */
export default function RoutingSection() {
  const [routes, setRoutes] = useState<readonly Route[] | undefined>();
  const [nodes, setNodes] = useState<readonly NetworkNode[]>([]);
  const [editing, setEditing] = useState<Route | null>(null);
  const reload = (): void => {
    rpc.routing.list().then(setRoutes).catch(say);
  };
  useEffect(() => {
    reload();
    rpc.nodes.list().then(setNodes).catch(say);
  }, []);
  const remove = async ({ id, name }: Route): Promise<void> => {
    if (!window.confirm(`Remove the rule "${name}"?`)) return;
    await rpc.routing.remove({ id }).catch(say);
    reload();
  };
  const switchTo = async (route: Route, enabled: boolean): Promise<void> => {
    await rpc.routing.save({ ...route, enabled }).catch(say);
    reload();
  };
  const columns: readonly Column<Route>[] = [
    {
      key: 'enabled',
      title: 'In force',
      render: (route) => (
        <Checkbox
          aria-label={`rule ${route.name} in force`}
          checked={route.enabled}
          onChange={(enabled) => void switchTo(route, enabled)}
        />
      ),
    },
    { key: 'name', title: 'Rule', render: ({ name }) => <strong>{name}</strong> },
    { key: 'what', title: 'Takes', render: conditionText },
    {
      key: 'node',
      title: 'To',
      render: ({ node }) => {
        const found = nodes.find(({ id }) => id === node);
        return found?.name ?? <span className="error-text">node removed: sends nothing</span>;
      },
    },
    {
      key: 'when',
      title: 'When',
      render: ({ quietSeconds }) =>
        quietSeconds === 0 ? 'as it comes' : `${quietSeconds} s after the last of a series`,
    },
    { key: 'priority', title: 'Priority', render: ({ priority }) => priority },
    {
      key: 'actions',
      title: '',
      render: (route) => (
        <span className="node-actions">
          <Button kind="quiet" onClick={() => setEditing(route)}>
            Edit
          </Button>
          <Button kind="quiet" onClick={() => void remove(route)}>
            Remove
          </Button>
        </span>
      ),
    },
  ];
  return (
    <section className="network-section" aria-label="routing rules">
      <header>
        <h2>Routing rules</h2>
        <Button
          data-testid="add-route"
          disabled={nodes.length === 0}
          title={nodes.length === 0 ? 'Add a node first' : undefined}
          onClick={() => setEditing(newRoute(crypto.randomUUID(), nodes[0].id))}
        >
          Add rule
        </Button>
      </header>
      <p className="hint">
        What arrives goes on by every rule that fits it, never to the node it came from. What a rule has sent, or could
        not send, is listed under Transfers.
      </p>
      {routes !== undefined && (
        <Table
          data-testid="route-table"
          columns={columns}
          rows={routes}
          rowKey={({ id }) => id}
          empty={
            nodes.length === 0
              ? 'No rules: nothing goes on by itself. Add a node under “Nodes and sending” first.'
              : 'No rules: nothing goes on by itself.'
          }
        />
      )}
      {editing !== null && (
        <RouteDialog
          route={editing}
          nodes={nodes}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            reload();
          }}
        />
      )}
    </section>
  );
}

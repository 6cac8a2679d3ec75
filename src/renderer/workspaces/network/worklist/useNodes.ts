import { useEffect, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { NetworkNode, NodeRole } from '#shared/contract/rpc/nodes.ts';

/** Configured nodes, those that have one of these roles first; undefined until they were read. */
export function useNodes(...roles: readonly NodeRole[]): readonly NetworkNode[] | undefined {
  const [nodes, setNodes] = useState<readonly NetworkNode[] | undefined>();
  useEffect(() => {
    rpc.nodes
      .list()
      .then(setNodes)
      .catch((error: unknown) => toast(errorWords(error), 'error'));
  }, []);
  const fits = (node: NetworkNode): number => (node.roles?.some((role) => roles.includes(role)) === true ? 0 : 1);
  return nodes?.toSorted((a, b) => fits(a) - fits(b));
}

/** Options of a list of nodes. */
export const nodeOptions = (nodes: readonly NetworkNode[]) =>
  nodes.map(({ id, name, aeTitle }) => ({ value: id, label: `${name} (${aeTitle})` }));

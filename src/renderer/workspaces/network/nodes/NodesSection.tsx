import { useEffect, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { NetworkNode } from '#shared/contract/rpc/nodes.ts';
import { NodesPanel } from './NodesPanel.tsx';
import { SendPanel } from './SendPanel.tsx';

/** The nodes we know, and sending with a result for every object. */
export default function NodesSection() {
  const [nodes, setNodes] = useState<readonly NetworkNode[]>([]);
  const [selected, setSelected] = useState<string | undefined>();
  const reload = (): void => {
    rpc.nodes
      .list()
      .then(setNodes)
      .catch((error: unknown) => toast(errorWords(error), 'error'));
  };
  useEffect(reload, []);
  const node = nodes.find(({ id }) => id === selected) ?? nodes[0];
  return (
    <>
      <NodesPanel nodes={nodes} selected={node?.id} onSelect={setSelected} onChanged={reload} />
      <SendPanel node={node} />
    </>
  );
}

import { useEffect, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { toast } from '#renderer/kit/toast.ts';
import { describeError } from '#shared/contract/errors.ts';
import type { NetworkNode } from '#shared/contract/rpc/nodes.ts';
import type { SystemInfo } from '#shared/contract/rpc/system.ts';
import { NodesPanel } from './NodesPanel.tsx';
import { SendPanel } from './SendPanel.tsx';
import './network.css';

/** DICOM nodes, our own address, and sending with a result for every object. */
export default function NetworkWorkspace() {
  const [nodes, setNodes] = useState<readonly NetworkNode[]>([]);
  const [selected, setSelected] = useState<string | undefined>();
  const [info, setInfo] = useState<SystemInfo | null>(null);
  const reload = (): void => {
    rpc.nodes
      .list()
      .then(setNodes)
      .catch((error: unknown) => toast(describeError(error), 'error'));
  };
  useEffect(() => {
    reload();
    rpc.system
      .info()
      .then(setInfo)
      .catch((error: unknown) => toast(describeError(error), 'error'));
  }, []);
  const node = nodes.find(({ id }) => id === selected) ?? nodes[0];
  return (
    <div className="network">
      {info !== null && (
        <p className="own-address">
          Others send to us at AE title <strong>{info.aeTitle}</strong>, {info.dicomBind}, port{' '}
          <strong>{info.dicomPort}</strong>. The archive holds {info.instances} objects.
        </p>
      )}
      <NodesPanel nodes={nodes} selected={node?.id} onSelect={setSelected} onChanged={reload} />
      <SendPanel node={node} />
    </div>
  );
}

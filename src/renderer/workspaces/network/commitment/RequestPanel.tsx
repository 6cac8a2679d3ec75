import { useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { NetworkNode } from '#shared/contract/rpc/nodes.ts';
import { SeriesChoice } from '../worklist/SeriesChoice.tsx';
import { nodeOptions } from '../worklist/useNodes.ts';

interface RequestPanelProps {
  readonly nodes: readonly NetworkNode[];
  readonly document: ClinicalDocument;
  readonly onAsked: () => void;
}

/** Asks an archive whether it will keep series of the open patient that it was sent. */
export function RequestPanel({ nodes, document, onAsked }: RequestPanelProps) {
  const [nodeId, setNodeId] = useState(nodes[0].id);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAsking, setAsking] = useState(false);
  const ask = async (): Promise<void> => {
    setAsking(true);
    try {
      const { state, problem } = await rpc.commitment.request({
        nodeId,
        patientKey: document.patientKey,
        seriesInstanceUids: [...chosen],
      });
      if (state === 'failed') toast(problem ?? 'The node did not accept the request', 'error');
      onAsked();
    } catch (error) {
      toast(errorWords(error), 'error');
    } finally {
      setAsking(false);
    }
  };
  return (
    <>
      <div className="worklist-form">
        <Field label="Archive">
          <Select data-testid="commit-node" value={nodeId} options={nodeOptions(nodes)} onChange={setNodeId} />
        </Field>
        <div className="worklist-buttons">
          <Button
            kind="primary"
            data-testid="commit-ask"
            disabled={chosen.size === 0 || isAsking}
            onClick={() => void ask()}
          >
            {isAsking ? 'Asking…' : `Ask for ${chosen.size} series of ${document.patient.patientId}`}
          </Button>
        </div>
      </div>
      <SeriesChoice tree={document.tree} chosen={chosen} onChange={setChosen} />
    </>
  );
}

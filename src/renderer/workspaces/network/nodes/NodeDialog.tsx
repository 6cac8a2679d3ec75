import { useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Dialog } from '#renderer/kit/Dialog.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { describeError } from '#shared/contract/errors.ts';
import { type NetworkNode, node as nodeSchema } from '#shared/contract/rpc/nodes.ts';

interface NodeDialogProps {
  readonly node: NetworkNode;
  readonly onClose: () => void;
  readonly onSaved: (node: NetworkNode) => void;
}

/** Name and address of one node; refuses what the contract refuses, at the field concerned. */
export function NodeDialog({ node, onClose, onSaved }: NodeDialogProps) {
  const [draft, setDraft] = useState({ ...node, port: String(node.port) });
  const [failure, setFailure] = useState<string | undefined>();
  const parsed = nodeSchema.safeParse({ ...draft, port: Number(draft.port) });
  const problem = (field: string): string | undefined =>
    parsed.error?.issues.find((issue) => issue.path[0] === field)?.message;
  const save = async (): Promise<void> => {
    if (!parsed.success) return;
    try {
      onSaved(await rpc.nodes.save(parsed.data));
    } catch (error) {
      setFailure(describeError(error));
    }
  };
  const text = (field: 'name' | 'aeTitle' | 'host' | 'port', label: string) => (
    <Field label={label} error={draft[field] === '' ? undefined : problem(field)}>
      <input
        type="text"
        data-testid={`node-${field}`}
        value={draft[field]}
        onChange={(event) => setDraft({ ...draft, [field]: event.target.value })}
      />
    </Field>
  );
  return (
    <Dialog
      open
      title={node.name === '' ? 'New DICOM node' : node.name}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" data-testid="save-node" disabled={!parsed.success} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      {text('name', 'Name')}
      {text('aeTitle', 'AE title')}
      {text('host', 'Host')}
      {text('port', 'Port')}
      {failure !== undefined && <p className="error-text">{failure}</p>}
    </Dialog>
  );
}

import { useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Dialog } from '#renderer/kit/Dialog.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { errorWords } from '#shared/contract/errors.ts';
import { type NetworkNode, NODE_ROLES, type NodeRole, nodeEdit } from '#shared/contract/rpc/nodes.ts';

interface NodeDialogProps {
  readonly node: NetworkNode;
  readonly onClose: () => void;
  readonly onSaved: (node: NetworkNode) => void;
}

const ROLE_NAMES: Record<NodeRole, string> = {
  archive: 'archive (PACS)',
  worklist: 'worklist (RIS)',
  printer: 'film printer',
  treatment: 'treatment console',
  workstation: 'workstation',
};

/** What is typed: texts, so that a half-typed port is no number yet. */
interface Draft {
  readonly name: string;
  readonly aeTitle: string;
  readonly host: string;
  readonly port: string;
  readonly webUrl: string;
  readonly characterSet: string;
  readonly userName: string;
  /** Undefined leaves the stored one. */
  readonly passcode: string | undefined;
  readonly tls: boolean;
  readonly commit: boolean;
  readonly roles: readonly NodeRole[];
}

const draftOf = (node: NetworkNode): Draft => ({
  name: node.name,
  aeTitle: node.aeTitle,
  host: node.host,
  port: String(node.port),
  webUrl: node.webUrl ?? '',
  characterSet: node.characterSet ?? '',
  userName: node.user?.name ?? '',
  passcode: undefined,
  tls: node.tls ?? false,
  commit: node.commit ?? false,
  roles: node.roles ?? [],
});

const absentWhenEmpty = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());

const editOf = (id: string, draft: Draft) => {
  const { webUrl, characterSet, userName, passcode, port, ...rest } = draft;
  return nodeEdit.safeParse({
    ...rest,
    id,
    port: Number(port),
    webUrl: absentWhenEmpty(webUrl),
    characterSet: absentWhenEmpty(characterSet),
    user: absentWhenEmpty(userName) === undefined ? undefined : { name: userName.trim(), passcode },
  });
};

/** Address of one node and how it wants to be called; refuses what the contract refuses, at the field concerned. */
export function NodeDialog({ node, onClose, onSaved }: NodeDialogProps) {
  const [draft, setDraft] = useState(() => draftOf(node));
  const [failure, setFailure] = useState<{ field: string | undefined; text: string } | undefined>();
  const set = (change: Partial<Draft>): void => {
    setFailure(undefined);
    setDraft({ ...draft, ...change });
  };
  const parsed = editOf(node.id, draft);
  const problem = (field: string): string | undefined =>
    parsed.error?.issues.find((issue) => issue.path.join('.') === field)?.message;
  const save = async (): Promise<void> => {
    if (!parsed.success) return;
    try {
      onSaved(await rpc.nodes.save(parsed.data));
    } catch (error) {
      const field = (error as { attribute?: string }).attribute;
      setFailure({ field, text: error instanceof Error && field !== undefined ? error.message : errorWords(error) });
    }
  };
  const text = (field: 'name' | 'aeTitle' | 'host' | 'port' | 'webUrl' | 'characterSet', label: string, hint = '') => (
    <Field label={label} hint={hint === '' ? undefined : hint} error={draft[field] === '' ? undefined : problem(field)}>
      <input
        type="text"
        data-testid={`node-${field}`}
        value={draft[field]}
        onChange={(event) => set({ [field]: event.target.value })}
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
      <fieldset className="node-roles">
        <legend>What it is for us</legend>
        {NODE_ROLES.map((role) => (
          <Checkbox
            key={role}
            data-testid={`node-role-${role}`}
            checked={draft.roles.includes(role)}
            onChange={(on) =>
              set({ roles: NODE_ROLES.filter((each) => (each === role ? on : draft.roles.includes(each))) })
            }
          >
            {ROLE_NAMES[role]}
          </Checkbox>
        ))}
      </fieldset>
      <Field label="Security" hint={draft.tls ? 'With the certificate of “This node and security”.' : undefined}>
        <Checkbox data-testid="node-tls" checked={draft.tls} onChange={(tls) => set({ tls })}>
          only over TLS
        </Checkbox>
      </Field>
      <Field label="User" hint="Told to the node when an association opens; leave empty if it asks for none.">
        <input
          type="text"
          data-testid="node-user"
          autoComplete="off"
          value={draft.userName}
          onChange={(event) => set({ userName: event.target.value })}
        />
      </Field>
      {draft.userName.trim() !== '' && (
        <Field label="Passcode" error={failure?.field === 'user.passcode' ? failure.text : undefined}>
          <input
            type="password"
            data-testid="node-passcode"
            autoComplete="new-password"
            placeholder={node.user?.hasPasscode === true ? 'stored; type to replace it' : 'none'}
            value={draft.passcode ?? ''}
            onChange={(event) => set({ passcode: event.target.value })}
          />
        </Field>
      )}
      <Field label="After sending">
        <Checkbox data-testid="node-commit" checked={draft.commit} onChange={(commit) => set({ commit })}>
          ask for storage commitment
        </Checkbox>
      </Field>
      {text('webUrl', 'DICOMweb', 'Root of its DICOMweb service, if it has one.')}
      {text('characterSet', 'Character set', 'Of our queries to it; ISO_IR 192 (UTF-8) when empty.')}
      {failure !== undefined && failure.field !== 'user.passcode' && <p className="error-text">{failure.text}</p>}
    </Dialog>
  );
}

import { useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Dialog } from '#renderer/kit/Dialog.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { toast } from '#renderer/kit/toast.ts';
import type { SecurityState } from '#shared/contract/rpc/security.ts';
import type { Refusal, Security } from './useSecurity.ts';

interface UsersPanelProps {
  readonly state: SecurityState;
  readonly change: Security['change'];
}

/** Names and passcodes that peers may give when they associate with us. */
export function UsersPanel({ state, change }: UsersPanelProps) {
  const [editing, setEditing] = useState<string | null>(null);
  const remove = async (name: string): Promise<void> => {
    if (!window.confirm(`Remove the user "${name}"?`)) return;
    const refused = await change(() => rpc.security.removeUser({ name }));
    if (refused !== undefined) toast(refused.text, 'error');
  };
  const isFixed = state.fixed.includes('userMode');
  return (
    <section className="network-section" aria-label="users">
      <header>
        <h2>Users of other nodes</h2>
        <Button data-testid="add-user" disabled={isFixed} onClick={() => setEditing('')}>
          Add user
        </Button>
      </header>
      <p className="hint">
        {isFixed
          ? 'Decided on the command line for this run.'
          : 'Whom peers may name when they open an association (DICOM user identity). Only a hash of each passcode is kept.'}
      </p>
      {state.users.length === 0 && <p className="hint">No users.</p>}
      {state.users.map((name) => (
        <div key={name} className="user-row" data-testid="security-user">
          <span>{name}</span>
          <Button kind="quiet" disabled={isFixed} onClick={() => setEditing(name)}>
            New passcode
          </Button>
          <Button kind="quiet" disabled={isFixed} onClick={() => void remove(name)}>
            Remove
          </Button>
        </div>
      ))}
      {editing !== null && <UserDialog name={editing} change={change} onClose={() => setEditing(null)} />}
    </section>
  );
}

interface UserDialogProps {
  /** Empty for a new one. */
  readonly name: string;
  readonly change: Security['change'];
  readonly onClose: () => void;
}

function UserDialog({ name: given, change, onClose }: UserDialogProps) {
  const [name, setName] = useState(given);
  const [passcode, setPasscode] = useState('');
  const [refusal, setRefusal] = useState<Refusal | undefined>();
  const save = async (): Promise<void> => {
    const refused = await change(() => rpc.security.saveUser({ name: name.trim(), passcode }));
    setRefusal(refused);
    if (refused === undefined) onClose();
  };
  return (
    <Dialog
      open
      title={given === '' ? 'New user' : `New passcode of ${given}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            data-testid="save-user"
            disabled={name.trim() === '' || passcode.length < 8}
            onClick={() => void save()}
          >
            Save
          </Button>
        </>
      }
    >
      <Field label="Name">
        <input
          type="text"
          data-testid="user-name"
          value={name}
          disabled={given !== ''}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <Field label="Passcode" hint="At least 8 characters.">
        <input
          type="password"
          data-testid="user-passcode"
          autoComplete="new-password"
          value={passcode}
          onChange={(event) => setPasscode(event.target.value)}
        />
      </Field>
      {refusal !== undefined && <p className="error-text">{refusal.text}</p>}
    </Dialog>
  );
}

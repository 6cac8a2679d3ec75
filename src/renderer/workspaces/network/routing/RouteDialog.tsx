import { type ReactNode, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Dialog } from '#renderer/kit/Dialog.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { errorWords } from '#shared/contract/errors.ts';
import type { NetworkNode } from '#shared/contract/rpc/nodes.ts';
import { type Route, ROUTE_ATTRIBUTES } from '#shared/contract/rpc/routing.ts';
import { PRIORITIES } from '#shared/contract/rpc/transfers.ts';
import { attributeText, draftOf, parseDraft, type RouteDraft } from './draft.ts';

interface RouteDialogProps {
  readonly route: Route;
  readonly nodes: readonly NetworkNode[];
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** One rule: what it takes, where it goes and when; refuses what the contract refuses, at the field concerned. */
export function RouteDialog({ route, nodes, onClose, onSaved }: RouteDialogProps) {
  const [draft, setDraft] = useState(() => draftOf(route));
  const [failure, setFailure] = useState('');
  const parsed = parseDraft(draft);
  const problem = (...path: (string | number)[]): string | undefined =>
    parsed.error?.issues.find((issue) => path.every((part, at) => issue.path[at] === part))?.message;
  const change = (changes: Partial<RouteDraft>): void => setDraft({ ...draft, ...changes });
  const save = async (): Promise<void> => {
    if (!parsed.success) return;
    try {
      await rpc.routing.save(parsed.data);
      onSaved();
    } catch (error) {
      setFailure(errorWords(error));
    }
  };
  type TextField = 'name' | 'from' | 'patientId' | 'modalities' | 'sopClasses' | 'quietSeconds';
  const text = (field: TextField, label: string, hint?: string, unit?: ReactNode) => (
    <Field label={label} hint={hint} error={problem(field)}>
      <input
        type="text"
        data-testid={`route-${field}`}
        value={draft[field]}
        onChange={(event) => change({ [field]: event.target.value })}
      />
      {unit}
    </Field>
  );
  return (
    <Dialog
      open
      title={route.name}
      description="What arrives from now on and fits goes on to the node. * stands for any characters, ? for one."
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" data-testid="save-route" disabled={!parsed.success} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      {text('name', 'Name')}
      <Field label="">
        <Checkbox checked={draft.enabled} onChange={(enabled) => change({ enabled })}>
          in force
        </Checkbox>
      </Field>
      {text('from', 'From AE title', '* is any DICOM node; “import” and “STOW-RS” (saved here) have to be named')}
      {text('modalities', 'Modalities', 'CT, MR, RTPLAN… · empty for all')}
      {text('sopClasses', 'SOP classes', 'UIDs · empty for all')}
      {text('patientId', 'Patient ID')}
      {draft.attributes.map(({ keyword, pattern }, at) => (
        <Field key={keyword} label={attributeText(keyword)} error={problem('attributes', at)}>
          <input
            type="text"
            data-testid={`route-${keyword}`}
            value={pattern}
            onChange={(event) =>
              change({ attributes: draft.attributes.with(at, { keyword, pattern: event.target.value }) })
            }
          />
          <Button
            kind="quiet"
            onClick={() => change({ attributes: draft.attributes.filter((other) => other.keyword !== keyword) })}
          >
            Remove
          </Button>
        </Field>
      ))}
      <Field label="Also ask for">
        <Select
          value=""
          data-testid="route-add-attribute"
          options={[
            { value: '', label: 'another attribute…' },
            ...ROUTE_ATTRIBUTES.filter((each) => draft.attributes.every(({ keyword }) => keyword !== each)).map(
              (value) => ({ value, label: attributeText(value) }),
            ),
          ]}
          onChange={(chosen) => {
            const keyword = ROUTE_ATTRIBUTES.find((each) => each === chosen);
            if (keyword !== undefined) change({ attributes: [...draft.attributes, { keyword, pattern: '' }] });
          }}
        />
      </Field>
      <Field label="To" error={problem('node')}>
        <Select
          value={draft.node}
          data-testid="route-node"
          options={[
            ...(nodes.some(({ id }) => id === draft.node)
              ? []
              : [{ value: draft.node, label: draft.node === '' ? 'choose a node' : '(removed node)', disabled: true }]),
            ...nodes.map(({ id, name, aeTitle }) => ({ value: id, label: `${name} (${aeTitle})` })),
          ]}
          onChange={(node) => change({ node })}
        />
      </Field>
      <Field label="Priority">
        <Select
          value={draft.priority}
          options={PRIORITIES.map((value) => ({ value, label: value }))}
          onChange={(priority) => change({ priority })}
        />
      </Field>
      {text(
        'quietSeconds',
        'Wait until quiet',
        'seconds without another object of the series; 0 sends as it comes',
        <span className="hint">s</span>,
      )}
      {failure !== '' && <p className="error-text">{failure}</p>}
    </Dialog>
  );
}

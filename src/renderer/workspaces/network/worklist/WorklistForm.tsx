import { type FormEvent, useState } from 'react';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import type { NetworkNode } from '#shared/contract/rpc/nodes.ts';
import { type WorklistFilter, worklistFilter } from '#shared/contract/rpc/worklist.ts';
import { dicomDateOf } from '../query/dates.ts';
import { nodeOptions } from './useNodes.ts';
import { dateAndTime, today } from './words.ts';

interface WorklistFormProps {
  readonly nodes: readonly NetworkNode[];
  readonly isRunning: boolean;
  /** @param tellId whom to tell of what is performed */
  readonly onSearch: (nodeId: string, tellId: string, filter: WorklistFilter) => void;
  /** Another is to be told; undefined: the node that the list is from. */
  readonly onTell: (tellId: string | undefined) => void;
}

const FIELDS: readonly { readonly key: keyof WorklistFilter; readonly label: string; readonly hint: string }[] = [
  { key: 'date', label: 'Day', hint: 'YYYY-MM-DD, or empty' },
  { key: 'modality', label: 'Modality', hint: 'CT, MR, RTIMAGE…' },
  { key: 'stationAeTitle', label: 'Station', hint: 'AE title' },
  { key: 'patientName', label: 'Patient name', hint: 'Family^Given, * ?' },
  { key: 'patientId', label: 'Patient ID', hint: '' },
  { key: 'accessionNumber', label: 'Accession no.', hint: '' },
];

/** Departments may have one program for the worklist and another for performed steps. */
const SAME = 'same';

/** Which RIS to ask, and for what; today unless another day is typed. */
export function WorklistForm({ nodes, isRunning, onSearch, onTell }: WorklistFormProps) {
  const [nodeId, setNodeId] = useState(nodes[0].id);
  const [tellId, setTellId] = useState(SAME);
  const [typed, setTyped] = useState({ ...worklistFilter.parse({}), date: dateAndTime(today()) });
  const date = dicomDateOf(typed.date);
  const parsed = worklistFilter.safeParse({
    ...typed,
    date: date ?? 'no date',
    modality: typed.modality.toUpperCase(),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (parsed.success) onSearch(nodeId, tellId === SAME ? nodeId : tellId, parsed.data);
  };
  return (
    <form className="worklist-form" onSubmit={submit}>
      <Field label="RIS">
        <Select data-testid="worklist-node" value={nodeId} options={nodeOptions(nodes)} onChange={setNodeId} />
      </Field>
      <Field label="Tell">
        <Select
          aria-label="whom to tell of what is performed"
          data-testid="worklist-tell"
          value={tellId}
          disabled={isRunning}
          options={[{ value: SAME, label: 'the same node' }, ...nodeOptions(nodes)]}
          onChange={(next) => {
            setTellId(next);
            onTell(next === SAME ? undefined : next);
          }}
        />
      </Field>
      {FIELDS.map(({ key, label, hint }) => (
        <Field
          key={key}
          label={label}
          error={key === 'date' && date === undefined ? 'a date as YYYY-MM-DD' : undefined}
        >
          <input
            type="text"
            placeholder={hint}
            data-testid={`worklist-${key}`}
            value={typed[key]}
            onChange={(event) => setTyped({ ...typed, [key]: event.target.value })}
          />
        </Field>
      ))}
      <div className="worklist-buttons">
        <Button kind="primary" type="submit" data-testid="worklist-search" disabled={!parsed.success || isRunning}>
          {isRunning ? 'Asking…' : 'Ask'}
        </Button>
      </div>
    </form>
  );
}

import { useState } from 'react';
import { personName } from '#shared/dicom/personName.ts';
import { rpc } from '#renderer/client/rpc.ts';
import { allSeries } from '#renderer/document/choose.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Dialog } from '#renderer/kit/Dialog.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { errorWords } from '#shared/contract/errors.ts';
import { newTask, TASK_PRIORITIES, type TaskKind } from '#shared/contract/rpc/tasks.ts';
import { timeText } from '../transfers/words.ts';
import { deliveryWarning } from './words.ts';

interface NewTaskDialogProps {
  readonly document: ClinicalDocument;
  readonly onClose: () => void;
  readonly onCreated: () => void;
}

const KINDS = [
  { value: 'planning', label: 'Treatment planning' },
  { value: 'delivery', label: 'Treatment delivery' },
] as const;
const MODALITY: Readonly<Record<TaskKind, string>> = { planning: 'RTSTRUCT', delivery: 'RTPLAN' };
const LABEL: Readonly<Record<TaskKind, string>> = { planning: 'Plan the treatment', delivery: 'Deliver a fraction' };
const PRIORITIES = TASK_PRIORITIES.map((value) => ({ value, label: value.toLowerCase() }));

/** A task for the open patient: to plan on a structure set, or to deliver a plan. */
export function NewTaskDialog({ document, onClose, onCreated }: NewTaskDialogProps) {
  // A delivery is never suggested: it is somebody's decision about an approved plan.
  const [kind, setKind] = useState<TaskKind>('planning');
  const [typed, setTyped] = useState({ label: '', worklist: '', station: '', start: '', comments: '' });
  const [priority, setPriority] = useState<(typeof TASK_PRIORITIES)[number]>('MEDIUM');
  const [chosen, setChosen] = useState('');
  const [failure, setFailure] = useState('');
  const objects = allSeries(document.tree)
    .filter(({ series }) => series.modality === MODALITY[kind])
    .flatMap(({ series }) => series.objects)
    .toSorted((a, b) => b.received.localeCompare(a.received));
  const uid =
    objects.find(({ sopInstanceUid }) => sopInstanceUid === chosen)?.sopInstanceUid ?? objects[0]?.sopInstanceUid;
  const plan = document.plan?.sopInstanceUid === uid ? document.plan : undefined;
  const planLabel = objects.find(({ sopInstanceUid }) => sopInstanceUid === uid)?.label || '(no label)';
  const warning = kind === 'delivery' && uid !== undefined ? deliveryWarning(planLabel, plan?.approval) : '';
  const parsed = newTask.safeParse({
    kind,
    patientKey: document.patientKey,
    sopInstanceUids: uid === undefined ? [] : [uid],
    ...typed,
    label: typed.label === '' ? LABEL[kind] : typed.label,
    start: typed.start.replaceAll(/[-: T]/g, ''),
    priority,
  });
  const problem = (key: string): string | undefined =>
    parsed.error?.issues.find((issue) => issue.path[0] === key)?.message;
  const create = async (): Promise<void> => {
    if (!parsed.success) return;
    try {
      await rpc.tasks.create(parsed.data);
      onCreated();
    } catch (error) {
      setFailure(errorWords(error));
    }
  };
  const text = (key: keyof typeof typed, label: string, placeholder = '') => (
    <Field label={label} error={problem(key)}>
      <input
        type="text"
        data-testid={`new-task-${key}`}
        placeholder={placeholder}
        value={typed[key]}
        onChange={(event) => setTyped({ ...typed, [key]: event.target.value })}
      />
    </Field>
  );
  return (
    <Dialog
      open
      title={`New task for ${personName(document.patient.patientName)} (${document.patient.patientId})`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" data-testid="create-task" disabled={!parsed.success} onClick={() => void create()}>
            Create
          </Button>
        </>
      }
    >
      <Field label="Task">
        <Select data-testid="new-task-kind" value={kind} options={KINDS} onChange={setKind} />
      </Field>
      {uid === undefined ? (
        <p className="warning-text">
          The patient has no {kind === 'delivery' ? 'plan' : 'structure set'} in the archive yet.
        </p>
      ) : (
        <Field label={kind === 'delivery' ? 'Plan' : 'Structures'}>
          <Select
            data-testid="new-task-object"
            value={uid}
            options={objects.map(({ sopInstanceUid, label, received }) => ({
              value: sopInstanceUid,
              label: `${label || '(no label)'} · ${timeText(received)}`,
            }))}
            onChange={setChosen}
          />
        </Field>
      )}
      {warning !== '' && (
        <p className="warning-text" data-testid="delivery-warning">
          {warning}
        </p>
      )}
      {text('label', 'Label', LABEL[kind])}
      {text('station', 'Station', 'any')}
      {text('start', 'Start', 'YYYY-MM-DD HH:MM, now if empty')}
      <Field label="Priority">
        <Select value={priority} options={PRIORITIES} onChange={setPriority} />
      </Field>
      {text('worklist', 'Worklist', 'RADIOTHERAPY')}
      {text('comments', 'Comments')}
      {failure !== '' && <p className="error-text">{failure}</p>}
    </Dialog>
  );
}

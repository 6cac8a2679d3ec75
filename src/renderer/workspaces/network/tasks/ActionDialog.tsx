import { useState } from 'react';
import { allSeries } from '#renderer/document/choose.ts';
import { useDocument } from '#renderer/document/store.ts';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Dialog } from '#renderer/kit/Dialog.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { errorWords } from '#shared/contract/errors.ts';
import type { Task } from '#shared/contract/rpc/tasks.ts';

interface ActionDialogProps {
  readonly task: Task;
  readonly action: 'progress' | 'complete' | 'cancel';
  readonly nodeId: string | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const TITLES = { progress: 'Progress of', complete: 'Complete', cancel: 'Cancel' } as const;

/** What is to be said with a change of a task: how far it is, what it made, why it ends. */
export function ActionDialog({ task, action, nodeId, onClose, onDone }: ActionDialogProps) {
  const document = useDocument((state) => state.document);
  const [percent, setPercent] = useState(String(task.progress ?? 0));
  const [text, setText] = useState(action === 'progress' ? task.progressText : '');
  const [outputs, setOutputs] = useState<ReadonlySet<string>>(new Set());
  const [isWarned, setWarned] = useState(false);
  const [failure, setFailure] = useState('');
  const number = percent.trim() === '' ? Number.NaN : Number(percent);
  const isReady = action !== 'progress' || (number >= 0 && number <= 100);
  const isPatient = document !== null && document.tree.patientId === task.patientId;
  const objects = isPatient ? allSeries(document.tree).flatMap(({ series }) => series.objects) : [];
  const which = { nodeId, sopInstanceUid: task.sopInstanceUid };
  const isEmpty = action === 'complete' && outputs.size === 0;
  const act = async (): Promise<void> => {
    if (isEmpty && !isWarned) return setWarned(true);
    try {
      if (action === 'progress') await rpc.tasks.progress({ ...which, percent: number, text });
      else if (action === 'cancel') await rpc.tasks.cancel({ ...which, reason: text });
      else await rpc.tasks.complete({ ...which, patientKey: document?.patientKey, outputs: [...outputs] });
      onDone();
    } catch (error) {
      setFailure(errorWords(error));
    }
  };
  const completeOrCancel =
    action === 'cancel' ? 'Cancel the task' : isEmpty && isWarned ? 'Complete with nothing named' : 'Complete';
  const toggle = (uid: string, on: boolean): void => {
    const next = new Set(outputs);
    if (on) next.add(uid);
    else next.delete(uid);
    setOutputs(next);
  };
  return (
    <Dialog
      open
      title={`${TITLES[action]} “${task.label}” of ${task.patientId}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button
            kind={action === 'cancel' ? 'danger' : 'primary'}
            data-testid="task-dialog-ok"
            disabled={!isReady}
            onClick={() => void act()}
          >
            {action === 'progress' ? 'Tell' : completeOrCancel}
          </Button>
        </>
      }
    >
      {action === 'progress' && (
        <Field label="Done (%)" error={isReady ? undefined : 'a number from 0 to 100'}>
          <input
            type="text"
            data-testid="task-percent"
            value={percent}
            onChange={(event) => setPercent(event.target.value)}
          />
        </Field>
      )}
      {action !== 'complete' && (
        <Field label={action === 'cancel' ? 'Reason' : 'Remark'}>
          <input type="text" data-testid="task-text" value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
      )}
      {action === 'cancel' && !task.claimed && task.state === 'IN PROGRESS' && (
        <p className="hint">Somebody else has claimed it: whoever performs it decides.</p>
      )}
      {action === 'complete' && !isPatient && (
        <p className="hint">Open patient {task.patientId} first to name what was made; it can be completed without.</p>
      )}
      {action === 'complete' && isPatient && (
        <>
          <p className="hint">What was made in it:</p>
          <div className="series-choice">
            {objects.map(({ sopInstanceUid, label }) => (
              <Checkbox
                key={sopInstanceUid}
                checked={outputs.has(sopInstanceUid)}
                onChange={(on) => toggle(sopInstanceUid, on)}
              >
                {label || sopInstanceUid}
              </Checkbox>
            ))}
          </div>
        </>
      )}
      {isEmpty && isWarned && (
        <p className="warning-text" data-testid="task-nothing-made">
          Nothing is named as made in this task, and a completed task cannot be changed. Complete it all the same?
        </p>
      )}
      {failure !== '' && <p className="error-text">{failure}</p>}
    </Dialog>
  );
}

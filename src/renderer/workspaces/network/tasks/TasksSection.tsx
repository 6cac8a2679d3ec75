import { useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { type Task, TASK_STATES, type TaskState } from '#shared/contract/rpc/tasks.ts';
import { nodeOptions, useNodes } from '../worklist/useNodes.ts';
import { ActionDialog } from './ActionDialog.tsx';
import { NewTaskDialog } from './NewTaskDialog.tsx';
import { type TaskAction, TaskTable } from './TaskTable.tsx';
import { useTasks } from './useTasks.ts';
import { STATE_WORDS } from './words.ts';
import '../worklist/worklist.css';

const say = (error: unknown): void => toast(errorWords(error), 'error');
const STATES: readonly { readonly value: TaskState | ''; readonly label: string }[] = [
  { value: '', label: 'every state' },
  ...TASK_STATES.map((value) => ({ value, label: STATE_WORDS[value] })),
];
const OURS = 'ours';

/** Planning and treatment tasks (unified procedure steps): ours, and those of the department's task managers. */
export default function TasksSection() {
  const nodes = useNodes('worklist', 'treatment');
  const [source, setSource] = useState(OURS);
  const [state, setState] = useState<TaskState | ''>('');
  const [open, setOpen] = useState<{ task: Task; action: Exclude<TaskAction, 'claim'> } | null>(null);
  const [isCreating, setCreating] = useState(false);
  const document = useDocument((current) => current.document);
  const nodeId = source === OURS ? undefined : source;
  const { tasks, failure, reload } = useTasks(nodeId, state);
  const act = (task: Task, action: TaskAction): void => {
    if (action !== 'claim') return setOpen({ task, action });
    rpc.tasks.claim({ nodeId, sopInstanceUid: task.sopInstanceUid }).then(reload).catch(say);
  };
  const subscribe = (id: string): void =>
    void rpc.tasks
      .subscribe({ nodeId: id, subscribe: true })
      .then(() => toast('The manager tells us of every change from now on', 'success'))
      .catch(say);
  return (
    <section className="network-section" aria-label="tasks">
      <header>
        <h2>Tasks</h2>
        <span className="node-actions">
          {nodeId !== undefined && (
            <Button kind="quiet" onClick={() => subscribe(nodeId)}>
              Follow its changes
            </Button>
          )}
          <Button data-testid="reload-tasks" onClick={reload}>
            Read again
          </Button>
          {nodeId === undefined && (
            <Button
              kind="primary"
              data-testid="new-task"
              disabled={document === null}
              title={document === null ? 'Open a patient first' : undefined}
              onClick={() => setCreating(true)}
            >
              New task
            </Button>
          )}
        </span>
      </header>
      <div className="worklist-form">
        <Field label="Tasks of">
          <Select
            data-testid="task-source"
            value={source}
            options={[{ value: OURS, label: 'this workstation' }, ...nodeOptions(nodes ?? [])]}
            onChange={setSource}
          />
        </Field>
        <Field label="State">
          <Select data-testid="task-filter" value={state} options={STATES} onChange={setState} />
        </Field>
      </div>
      {failure !== '' && (
        <p className="error-text" data-testid="task-failure">
          {failure}
        </p>
      )}
      {tasks === undefined ? (
        <p className="hint">Asking…</p>
      ) : (
        failure === '' && (
          <TaskTable
            tasks={tasks}
            empty={
              nodeId === undefined
                ? 'No tasks. Open a patient and make one for its plan.'
                : 'The manager has no such tasks.'
            }
            onAction={act}
          />
        )
      )}
      {open !== null && (
        <ActionDialog
          {...open}
          nodeId={nodeId}
          onClose={() => setOpen(null)}
          onDone={() => {
            setOpen(null);
            reload();
          }}
        />
      )}
      {isCreating && document !== null && (
        <NewTaskDialog
          document={document}
          onClose={() => setCreating(false)}
          onCreated={() => {
            setCreating(false);
            reload();
          }}
        />
      )}
    </section>
  );
}

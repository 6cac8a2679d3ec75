import { Button } from '#renderer/kit/Button.tsx';
import { type Column, Table } from '#renderer/kit/Table.tsx';
import type { Task } from '#shared/contract/rpc/tasks.ts';
import { PatientCell } from '../worklist/PatientCell.tsx';
import { dateAndTime } from '../worklist/words.ts';
import { objectsText, STATE_WORDS } from './words.ts';

export type TaskAction = 'claim' | 'progress' | 'complete' | 'cancel';

interface TaskTableProps {
  readonly tasks: readonly Task[];
  readonly empty: string;
  readonly onAction: (task: Task, action: TaskAction) => void;
}

/** Tasks with whose they are, how they stand, and what can be done with them from here. */
export function TaskTable({ tasks, empty, onAction }: TaskTableProps) {
  const columns: readonly Column<Task>[] = [
    {
      key: 'task',
      title: 'Task',
      render: (task) => (
        <>
          <strong>{task.label || task.workitem?.meaning || '(no label)'}</strong>
          <div className="hint">
            {[task.workitem?.meaning ?? '', task.worklist]
              .filter((text) => text !== '' && text !== task.label)
              .join(' · ')}
          </div>
          {task.comments !== '' && <div className="hint">{task.comments}</div>}
        </>
      ),
    },
    { key: 'patient', title: 'Patient', render: (task) => <PatientCell patient={task} /> },
    {
      key: 'start',
      title: 'Start',
      render: ({ start, station }) => (
        <>
          {dateAndTime(start)}
          {station !== '' && <div className="hint">{station}</div>}
        </>
      ),
    },
    { key: 'priority', title: 'Priority', render: ({ priority }) => priority.toLowerCase() },
    {
      key: 'objects',
      title: 'Works on',
      render: ({ inputs, outputs }) => (
        <>
          {objectsText(inputs)}
          {outputs.length > 0 && <div className="hint">made {objectsText(outputs)}</div>}
        </>
      ),
    },
    { key: 'state', title: 'State', render: (task) => <TaskStateCell task={task} /> },
    {
      key: 'actions',
      title: '',
      render: (task) => (
        <span className="node-actions">
          {task.state === 'SCHEDULED' && (
            <Button data-testid="claim-task" onClick={() => onAction(task, 'claim')}>
              Claim
            </Button>
          )}
          {task.claimed && (
            <>
              <Button data-testid="progress-task" onClick={() => onAction(task, 'progress')}>
                Progress…
              </Button>
              <Button data-testid="complete-task" onClick={() => onAction(task, 'complete')}>
                Complete…
              </Button>
            </>
          )}
          {(task.state === 'SCHEDULED' || task.state === 'IN PROGRESS') && (
            <Button kind="quiet" data-testid="cancel-task" onClick={() => onAction(task, 'cancel')}>
              {task.state === 'IN PROGRESS' && !task.claimed ? 'Ask to cancel…' : 'Cancel…'}
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <Table
      data-testid="task-table"
      columns={columns}
      rows={tasks}
      rowKey={({ sopInstanceUid }) => sopInstanceUid}
      empty={empty}
    />
  );
}

function TaskStateCell({ task }: { readonly task: Task }) {
  const { state, claimed, performer, progress, progressText, cancellation, cancelRequest } = task;
  const by = claimed ? 'claimed from here' : performer === undefined ? '' : `by ${performer}`;
  const done = progress === undefined ? '' : `${progress} %`;
  return (
    <span data-testid="task-state" className={state === 'COMPLETED' ? 'state-done' : ''}>
      {STATE_WORDS[state]}
      <div className="hint">{[by, done, progressText, cancellation].filter((text) => text !== '').join(' · ')}</div>
      {cancelRequest !== undefined && state === 'IN PROGRESS' && (
        <div className="warning-text">
          {cancelRequest.by} asks to cancel it{cancelRequest.reason !== '' && `: ${cancelRequest.reason}`}
        </div>
      )}
    </span>
  );
}

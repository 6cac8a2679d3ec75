import { Button } from '#renderer/kit/Button.tsx';
import { type Column, Table } from '#renderer/kit/Table.tsx';
import { isUntold, type ProcedureStep } from '#shared/contract/rpc/worklist.ts';
import { timeText } from '../transfers/words.ts';
import { PatientCell } from './PatientCell.tsx';
import { isPending, STEP_WORDS } from './words.ts';

interface StepsTableProps {
  readonly steps: readonly ProcedureStep[];
  readonly onFinish: (step: ProcedureStep, outcome: 'completed' | 'discontinued') => void;
  readonly onRetry: (step: ProcedureStep) => void;
  readonly onForget: (step: ProcedureStep) => void;
}

/** Procedure steps begun here, and whether the RIS knows how they stand. */
export function StepsTable({ steps, onFinish, onRetry, onForget }: StepsTableProps) {
  const columns: readonly Column<ProcedureStep>[] = [
    { key: 'patient', title: 'Patient', render: ({ item }) => <PatientCell patient={item} /> },
    { key: 'procedure', title: 'Procedure', render: ({ item }) => item.step || item.requestedProcedure },
    { key: 'began', title: 'Began', render: ({ started }) => timeText(started) },
    { key: 'ended', title: 'Ended', render: ({ ended }) => timeText(ended) },
    {
      key: 'state',
      title: 'State',
      render: ({ state, problem, reason, node }) => (
        <span data-testid="step-state" className={state === 'completed' ? 'state-done' : ''}>
          {STEP_WORDS[state]}
          {reason !== undefined && `: ${reason.meaning}`}
          {problem !== undefined && <div className="error-text">{problem}</div>}
          {problem === undefined && !isPending(state) && <div className="hint">{node} has been told</div>}
        </span>
      ),
    },
    {
      key: 'actions',
      title: '',
      render: (step) => (
        <span className="node-actions">
          {(step.state === 'in progress' || step.state === 'creating') && (
            <>
              <Button data-testid="complete-step" onClick={() => onFinish(step, 'completed')}>
                Complete…
              </Button>
              <Button kind="quiet" data-testid="discontinue-step" onClick={() => onFinish(step, 'discontinued')}>
                Discontinue…
              </Button>
            </>
          )}
          {(step.problem !== undefined || isPending(step.state)) && (
            <Button onClick={() => onRetry(step)}>Tell again</Button>
          )}
          {isUntold(step) && (
            <Button kind="quiet" data-testid="forget-step" onClick={() => onForget(step)}>
              Forget…
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <Table
      data-testid="steps-table"
      columns={columns}
      rows={steps}
      rowKey={({ sopInstanceUid }) => sopInstanceUid}
      empty="Nothing begun yet. Start a scheduled step above."
    />
  );
}

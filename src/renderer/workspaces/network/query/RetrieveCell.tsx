import { Button } from '#renderer/kit/Button.tsx';
import { Progress } from '#renderer/kit/Progress.tsx';
import type { StudyAnswer } from '#shared/contract/rpc/query.ts';
import { endText, type Retrieval } from './retrievals.ts';

interface HeldTextProps {
  readonly held: StudyAnswer['held'];
  /** Objects that the node says there are. */
  readonly instances: number | undefined;
}

/** What the archive holds of a study or series of the node. */
export function HeldText({ held, instances }: HeldTextProps) {
  if (held === undefined) return <span className="hint">not here</span>;
  if (held.patient === 'other') {
    return <span className="error-text">held for another patient: {held.otherPatient}</span>;
  }
  if (instances === undefined) return <span>{held.instances} here</span>;
  const isWhole = held.instances >= instances;
  return (
    <span className={isWhole ? 'query-whole' : 'warning-text'}>
      {isWhole ? 'here' : `${held.instances} of ${instances} here`}
    </span>
  );
}

interface RetrieveCellProps {
  readonly what: string;
  readonly retrieval: Retrieval | undefined;
  readonly disabled: boolean;
  readonly onRetrieve: () => void;
  readonly testId: string;
}

/** Retrieve, its progress, and how it ended. */
export function RetrieveCell({ what, retrieval, disabled, onRetrieve, testId }: RetrieveCellProps) {
  const { counts, running, end, failure } = retrieval ?? {};
  if (running) {
    const done = counts ? counts.completed + counts.failed + counts.warning : 0;
    const total = done + (counts?.remaining ?? 0);
    return (
      <Progress
        label={
          total === 0
            ? 'asking…'
            : `${done} of ${total}${counts && counts.failed > 0 ? `, ${counts.failed} failed` : ''}`
        }
        value={total === 0 ? undefined : done / total}
        onCancel={() => running.abort()}
      />
    );
  }
  const hasFault = end !== null && end !== undefined && (end.failed > 0 || end.isCancelled);
  return (
    <span className="query-retrieve">
      <Button data-testid={testId} disabled={disabled} title={`Retrieve this ${what}`} onClick={onRetrieve}>
        Retrieve
      </Button>
      {failure && <span className="error-text">{failure}</span>}
      {end && (
        <span
          data-testid={`${testId}-end`}
          className={hasFault ? 'error-text' : 'hint'}
          title={end.failedInstances.join('\n')}
        >
          {endText(end)}
        </span>
      )}
    </span>
  );
}

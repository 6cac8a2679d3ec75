import { Progress } from '#renderer/kit/Progress.tsx';
import { useRunning } from './runningStore.ts';

interface RunningWorkProps {
  /** Label of work that is shown elsewhere beside it. */
  readonly except?: string;
}

/** Long work under way with its progress and cancel button; nothing while there is none. */
export function RunningWork({ except }: RunningWorkProps) {
  const work = useRunning((state) => state.work);
  if (work === null || work.label === except) return null;
  return (
    <div className="running-work" data-testid="running-work">
      <Progress label={work.label} value={work.fraction} onCancel={work.cancel} />
    </div>
  );
}

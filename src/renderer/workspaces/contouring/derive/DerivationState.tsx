import { followAgain, unlinkRoi } from '#renderer/commands/contouring/derive/deriveRoi.ts';
import { useDerivations } from '#renderer/commands/contouring/derive/derivationStore.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Button } from '#renderer/kit/Button.tsx';
import type { Roi } from '#shared/model/structures.ts';
import { DerivationBadge } from './DerivationBadge.tsx';
import { useDerivationStatuses } from './derivationStatuses.ts';

const WORDS = {
  current: 'up to date with its sources',
  stale: 'stale: its sources changed',
  overridden: 'overridden: edited by hand since',
} as const;

/** The selected structure's recipe, whether it holds, and what can be done about it. */
export function DerivationState({ roi }: { readonly roi: Roi }) {
  const status = useDerivationStatuses().get(roi.number);
  const problem = useDerivations((state) => state.problems.get(roi.number));
  if (status === undefined || roi.derivation === undefined) return null;
  const said = status.obstacle ?? (status.state === 'stale' ? problem : undefined);
  return (
    <div className="derivation-state" data-testid="derivation-state" data-state={status.state}>
      <p>
        <DerivationBadge number={roi.number} /> <strong>{roi.name}</strong> = <code>{roi.derivation.recipe}</code>
      </p>
      <p className={status.state === 'current' ? 'hint' : 'warning-text'}>
        {WORDS[status.state]}
        {said !== undefined && ` (${said})`}
      </p>
      <div className="button-row">
        {status.state !== 'current' && (
          <Button
            data-testid="follow-again"
            title="Replaces its contours by what the recipe gives now"
            disabled={status.state === 'stale' && status.obstacle !== undefined}
            onClick={() => void run(followAgain, roi.number)}
          >
            {status.state === 'stale' ? 'Update' : 'Follow again'}
          </Button>
        )}
        <Button
          data-testid="unlink"
          title="Keeps the contours and forgets the recipe"
          onClick={() => void run(unlinkRoi, roi.number)}
        >
          Unlink
        </Button>
      </div>
    </div>
  );
}

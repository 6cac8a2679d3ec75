import { useDerivations } from '#renderer/commands/contouring/derive/derivationStore.ts';
import { useDerivationStatuses } from './derivationStatuses.ts';

const SIGNS = { current: '✓', stale: '⟳', overridden: '✎' } as const;
const WORDS = {
  current: 'Live: up to date with its sources',
  stale: 'Live: stale, its sources changed',
  overridden: 'Live: overridden, edited by hand since it was derived',
} as const;

/** Whether a derived structure holds: ✓ up to date, ⟳ stale or being made, ✎ overridden; nothing for one that is not derived. */
export function DerivationBadge({ number }: { readonly number: number }) {
  const status = useDerivationStatuses().get(number);
  const making = useDerivations((state) => state.making.has(number));
  if (status === undefined) return null;
  const words = `${WORDS[status.state]}${status.obstacle === undefined ? '' : ` (${status.obstacle})`}`;
  return (
    <span
      className={`derivation-badge ${status.state} ${making ? 'making' : ''}`}
      role="img"
      aria-label={words}
      title={making ? 'Live: being made anew…' : words}
      data-testid="derivation-badge"
      data-state={status.state}
    >
      {SIGNS[status.state]}
    </span>
  );
}

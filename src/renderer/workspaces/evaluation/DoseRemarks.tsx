import { useDocument } from '#renderer/document/store.ts';
import type { ShownDose } from '#renderer/document/shownDoses.ts';
import { doseRemarks } from '#shared/dosimetry/standing/doseStanding.ts';

interface DoseRemarksProps {
  readonly brief?: boolean;
  /** The dose meant; absent for the active plan's. */
  readonly of?: Pick<ShownDose, 'dose' | 'stale'>;
}

/** What must be said beside every number and line of a dose: stale, approximate, of unknown origin. */
export function DoseRemarks({ brief = false, of }: DoseRemarksProps) {
  const active = useDocument((state) => state.document?.dose);
  const activeStale = useDocument((state) => state.document?.doseStale);
  const { dose, stale } = of ?? { dose: active, stale: activeStale };
  if (dose === undefined) return null;
  return doseRemarks(dose, stale).map(({ kind, title, reason }) => (
    <p key={kind} className={`dose-remark ${kind}`} role="alert" title={reason} data-testid={`dose-${kind}`}>
      <strong>{title}</strong>
      {!brief && `: ${reason}`}
    </p>
  ));
}

import { useDocument } from '#renderer/document/store.ts';
import { doseRemarks } from '#shared/dosimetry/standing/doseStanding.ts';

/** What must be said beside every number and line of the dose on screen: stale, approximate, of unknown origin. */
export function DoseRemarks({ brief = false }: { readonly brief?: boolean }) {
  const dose = useDocument((state) => state.document?.dose);
  const stale = useDocument((state) => state.document?.doseStale);
  if (dose === undefined) return null;
  return doseRemarks(dose, stale).map(({ kind, title, reason }) => (
    <p key={kind} className={`dose-remark ${kind}`} role="alert" title={reason} data-testid={`dose-${kind}`}>
      <strong>{title}</strong>
      {!brief && `: ${reason}`}
    </p>
  ));
}

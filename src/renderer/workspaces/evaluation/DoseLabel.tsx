import { useDocument } from '#renderer/document/store.ts';
import { NOT_CLINICAL, provenanceText } from '#renderer/viewports/painters/doseText.ts';

/** What the dose on screen is, and whether it still belongs to plan and structures. */
export function DoseLabel() {
  const dose = useDocument((state) => state.document?.dose);
  const stale = useDocument((state) => state.document?.doseStale);
  if (dose === undefined) return <p className="dose-label hint">No dose.</p>;
  return (
    <div className="dose-label" data-testid="dose-label">
      {stale !== undefined && (
        <p className="dose-stale" role="alert" data-testid="dose-stale">
          <strong>Stale dose:</strong> {stale}
        </p>
      )}
      <p>{provenanceText(dose)}</p>
      <p className="warning-text">{NOT_CLINICAL}</p>
      {dose.warnings.length > 0 && (
        <ul>
          {dose.warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

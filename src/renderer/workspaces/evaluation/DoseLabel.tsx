import { useDocument } from '#renderer/document/store.ts';
import { NOT_CLINICAL, provenanceText } from '#renderer/viewports/painters/doseText.ts';
import { DoseRemarks } from './DoseRemarks.tsx';

/** What the dose on screen is, and whether it still belongs to plan and structures. */
export function DoseLabel() {
  const dose = useDocument((state) => state.document?.dose);
  if (dose === undefined) return <p className="dose-label hint">No dose.</p>;
  return (
    <div className="dose-label" data-testid="dose-label">
      <DoseRemarks />
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

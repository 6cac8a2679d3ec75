import { useDocument } from '#renderer/document/store.ts';
import { firstDose, useComparedDoses } from '#renderer/viewports/painters/dose/comparedDoses.ts';
import { NOT_CLINICAL, provenanceText } from '#renderer/viewports/painters/dose/doseText.ts';
import { DoseRemarks } from './DoseRemarks.tsx';

/** What the dose on the planes is, and whether it still belongs to plan and structures. */
export function DoseLabel() {
  const document = useDocument((state) => state.document);
  // Which dose that is may be chosen in the evaluation.
  useComparedDoses();
  const first = document === null ? undefined : firstDose(document);
  if (first === undefined) return <p className="dose-label hint">No dose.</p>;
  const { name, dose, notes } = first;
  return (
    <div className="dose-label" data-testid="dose-label">
      <p>
        <strong>{name}</strong>
      </p>
      <DoseRemarks of={first} />
      <p>{provenanceText(dose)}</p>
      <p className="warning-text">{NOT_CLINICAL}</p>
      {dose.warnings.length + notes.length > 0 && (
        <ul>
          {[...new Set([...notes, ...dose.warnings])].map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

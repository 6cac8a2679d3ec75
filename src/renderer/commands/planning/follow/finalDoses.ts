import type { ClinicalDocument } from '#renderer/document/records.ts';
import { staleReason } from '#renderer/document/stale.ts';

/** A dose with what it was computed from. */
type ShownDose = Pick<ClinicalDocument, 'dose' | 'beamDoses' | 'doseBasis'>;

interface Known extends ShownDose {
  readonly patientKey: string;
  readonly planIndex: number;
}

/** Doses kept; each has grids of all its beams. */
const KEPT = 3;

/**
 * The last doses that could stand for their plans. Approximate doses take their places without being edits: where Undo leads back to the
 * plan of one of them, it is shown again.
 */
export class FinalDoses {
  #known: readonly Known[] = [];

  /** Keeps the document's dose if it is final and belongs to the plan. */
  note({ dose, beamDoses, doseBasis, doseStale, patientKey, planIndex }: ClinicalDocument): void {
    if (dose?.provenance?.approximate !== false || doseBasis === undefined || doseStale !== undefined) return;
    if (this.#known[0]?.dose === dose && this.#known[0].doseBasis === doseBasis) return;
    const others = this.#known.filter((known) => known.dose !== dose && known.patientKey === patientKey);
    this.#known = [{ patientKey, planIndex, dose, beamDoses, doseBasis }, ...others].slice(0, KEPT);
  }

  /** The dose that belongs to the document as it is now. */
  of(document: ClinicalDocument): ShownDose | undefined {
    const known = this.#known.find(
      ({ patientKey, planIndex, doseBasis, ...shown }) =>
        patientKey === document.patientKey &&
        planIndex === document.planIndex &&
        doseBasis?.plan.sopInstanceUid === document.plan?.sopInstanceUid &&
        staleReason({ ...document, ...shown, doseBasis }) === undefined,
    );
    if (known === undefined) return undefined;
    const { dose, beamDoses, doseBasis } = known;
    return { dose, beamDoses, doseBasis };
  }
}

import { derivationText } from '../../model/derivationText.ts';
import type { DoseVolume } from '../../model/dose.ts';
import type { Plan } from '../../model/plan.ts';

/** What must be said wherever a dose is shown. */
export interface DoseRemark {
  /** `stale` and `approximate` may not stand for the plan's dose; of the others it is not known whether they do. */
  readonly kind: 'stale' | 'approximate' | 'unchecked' | 'foreign' | 'derived';
  /** Short, for a badge: "STALE DOSE". */
  readonly title: string;
  readonly reason: string;
}

type DoseOrigin = Pick<DoseVolume, 'provenance' | 'maker' | 'derivation'>;

/**
 * All that speaks against taking a dose for the plan's, worst first; none for a dose of ours that belongs to what it is shown with.
 * `stale` is why it does not belong to it, as doseBasis.ts or the session found out.
 */
export function doseRemarks({ provenance, maker, derivation }: DoseOrigin, stale?: string): readonly DoseRemark[] {
  const remarks: DoseRemark[] = [];
  if (stale !== undefined) remarks.push({ kind: 'stale', title: 'STALE DOSE', reason: stale });
  if (derivation !== undefined) {
    if (derivation.reasons.length > 0)
      remarks.push({ kind: 'approximate', title: 'APPROXIMATE DOSE', reason: derivation.reasons.join('; ') });
    if (derivation.foreign.length > 0)
      remarks.push({
        kind: 'foreign',
        title: 'DOSE OF UNKNOWN ORIGIN',
        reason: `imported: ${derivation.foreign.join(', ')}`,
      });
    remarks.push({ kind: 'derived', title: 'SUM OF DOSES', reason: derivationText(derivation) });
    return remarks;
  }
  if (provenance === undefined)
    remarks.push({
      kind: 'foreign',
      title: 'DOSE OF UNKNOWN ORIGIN',
      reason: `imported${maker === undefined ? '' : ` from ${maker}`}: how it was made, and for which contents of the plan, it does not say`,
    });
  else if (provenance.approximate)
    remarks.push({ kind: 'approximate', title: 'APPROXIMATE DOSE', reason: provenance.reasons.join('; ') });
  if (provenance !== undefined && provenance.basis === undefined)
    remarks.push({
      kind: 'unchecked',
      title: 'UNCHECKED DOSE',
      reason: 'made by an early version, which did not record what it was made for',
    });
  return remarks;
}

/** Why a dose must not leave as the dose of its plan; undefined when it may. */
export function unfitReason(dose: DoseOrigin, stale?: string): string | undefined {
  return worst(doseRemarks(dose, stale).filter(({ kind }) => kind === 'stale' || kind === 'approximate'));
}

/** Why a dose must not be written anew beside a plan: as `unfitReason`, and because it would pass for one that this program made. */
export const unsavableReason = (dose: DoseOrigin, stale?: string): string | undefined =>
  worst(doseRemarks(dose, stale));

const worst = ([first]: readonly DoseRemark[]): string | undefined =>
  first === undefined ? undefined : `${first.title.toLowerCase()}: ${first.reason}`;

const APPROXIMATE_UNITS = 'MONITOR UNITS FROM AN APPROXIMATE DOSE. ';

/** The plan, saying in its description whether its monitor units come from an approximate dose. */
export function withUnitsRemark(plan: Plan, dose: DoseOrigin | undefined): Plan {
  const plain = plan.description?.replace(APPROXIMATE_UNITS, '');
  const approximate = dose?.provenance?.approximate === true && plan.beams.some((beam) => beam.meterset !== undefined);
  const description = approximate ? APPROXIMATE_UNITS + (plain ?? '') : plain;
  return description === plan.description ? plan : { ...plan, description };
}

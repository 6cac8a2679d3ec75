import { IsocenterError } from '#shared/contract/errors.ts';
import { textFault } from '#shared/dicom/codec/text.ts';
import type { Plan } from '#shared/model/plan.ts';
import { allPlans, planOfIndex, withPlanChanged } from '#renderer/document/plans.ts';
import type { ClinicalDocument, PlanRecord } from '#renderer/document/records.ts';
import { editDocument } from '#renderer/document/store.ts';
import { openedDocument } from '../../longWork.ts';

/** An open plan, active or not. @throws IsocenterError NOT_FOUND. */
export function openedRecord(index: number, document: ClinicalDocument = openedDocument()): PlanRecord {
  const record = planOfIndex(document, index);
  if (record === undefined) throw new IsocenterError('NOT_FOUND', 'this plan is not open');
  return record;
}

/** One undoable edit of what only names an open plan: its dose stays its. It comes out unapproved; the plan itself for "no change". */
export function editRecord(name: string, index: number, change: (record: PlanRecord) => Plan): void {
  editDocument(name, (document) => {
    const record = openedRecord(index, document);
    const plan = change(record);
    if (plan === record.plan) return null;
    return withPlanChanged(document, index, () => ({ plan: { ...plan, approval: 'UNAPPROVED' } }));
  });
}

/** What was entered, trimmed. @throws IsocenterError INVALID_ATTRIBUTE for what its attribute cannot hold, and for nothing. */
export function planText(text: string, vr: 'SH' | 'LO', attribute: string): string {
  const trimmed = text.trim();
  const most = vr === 'SH' ? 16 : 64;
  const fault = trimmed === '' ? `must have 1–${most} characters` : textFault(vr, trimmed);
  if (fault !== undefined) throw new IsocenterError('INVALID_ATTRIBUTE', fault, { object: 'plan', attribute });
  return trimmed;
}

/** A label that no open plan has yet: `base`, else `base_2`, `base_3`…, within the 16 characters of RT Plan Label. */
export function freeLabel(document: ClinicalDocument, base: string): string {
  const taken = new Set(allPlans(document).map(({ plan }) => plan.label));
  const stem = base.replace(/_\d+$/, '') || 'Plan';
  for (let n = 1; ; n++) {
    const end = n === 1 ? '' : `_${n}`;
    const label =
      Array.from(stem)
        .slice(0, 16 - end.length)
        .join('') + end;
    if (!taken.has(label)) return label;
  }
}

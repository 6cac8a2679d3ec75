import type { PlanRecord } from '#renderer/document/records.ts';
import { uncomputableReasons } from '#shared/dosimetry/plan/beamMachine.ts';
import { doseRemarks } from '#shared/dosimetry/standing/doseStanding.ts';

/** What a mark beside a plan says: short, with the reason behind it. */
export interface PlanMark {
  readonly kind: 'approved' | 'rejected' | 'unapproved' | 'dose' | 'doubt' | 'none' | 'unsaved' | 'uncomputable';
  readonly text: string;
  readonly title: string;
}

const APPROVALS: Readonly<Record<PlanRecord['plan']['approval'], PlanMark>> = {
  APPROVED: { kind: 'approved', text: '✔', title: 'approved' },
  REJECTED: { kind: 'rejected', text: '✖', title: 'rejected' },
  UNAPPROVED: { kind: 'unapproved', text: '○', title: 'unapproved' },
};

/** Marks of a plan in the order in which they are shown: approval, dose, what is not saved, what cannot be computed here. */
export function planMarks(record: PlanRecord, isDoseUnread: boolean): readonly PlanMark[] {
  const { plan, planDirty } = record;
  const marks = [APPROVALS[plan.approval], doseMark(record, isDoseUnread)];
  if (planDirty) marks.push({ kind: 'unsaved', text: '●', title: 'has changes that are not saved' });
  const reasons = uncomputableReasons(plan);
  if (reasons.length > 0)
    marks.push({ kind: 'uncomputable', text: '⊘', title: `Not computable here: ${reasons.join('; ')}` });
  return marks;
}

function doseMark({ dose, doseStale }: PlanRecord, isDoseUnread: boolean): PlanMark {
  if (dose === undefined)
    return isDoseUnread
      ? { kind: 'none', text: 'D…', title: 'its stored dose is not read yet' }
      : { kind: 'none', text: '–', title: 'no dose' };
  const [worst] = doseRemarks(dose, doseStale);
  if (worst === undefined) return { kind: 'dose', text: 'D', title: 'dose computed' };
  const text = { stale: 'D!', derived: 'DΣ', approximate: 'D~', unchecked: 'D?', foreign: 'D?' }[worst.kind];
  return { kind: 'doubt', text, title: `${worst.title}: ${worst.reason}` };
}

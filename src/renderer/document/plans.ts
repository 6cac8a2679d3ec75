import type { Plan } from '#shared/model/plan.ts';
import type { ClinicalDocument, PlanRecord } from './records.ts';

/** What a record has beside its index; of the active plan the document's own fields of these names. */
export type PlanSlot = Pick<ClinicalDocument, 'plan' | 'dose' | 'beamDoses' | 'doseBasis' | 'doseStale'>;
export type PlanFields = PlanSlot & Pick<ClinicalDocument, 'planIndex' | 'planDirty' | 'otherPlans'>;

const EMPTY: PlanSlot = {
  plan: undefined,
  dose: undefined,
  beamDoses: [],
  doseBasis: undefined,
  doseStale: undefined,
};

const known = new WeakMap<PlanFields, readonly PlanRecord[]>();

/** Every open plan with its dose, the active one first, the others by index. The same array for the same document. */
export function allPlans(document: PlanFields): readonly PlanRecord[] {
  let records = known.get(document);
  if (records === undefined) {
    const active = activeRecord(document);
    records = active === undefined ? document.otherPlans : [active, ...document.otherPlans];
    known.set(document, records);
  }
  return records;
}

/** The open plan of that index, active or not; undefined when it is not open. */
export const planOfIndex = (document: PlanFields, index: number): PlanRecord | undefined =>
  allPlans(document).find((record) => record.index === index);

function activeRecord(document: PlanFields): PlanRecord | undefined {
  const { plan, planIndex: index, planDirty, dose, beamDoses, doseBasis, doseStale } = document;
  if (plan === undefined) return undefined;
  return { index, plan, planDirty, dose, beamDoses, doseBasis, doseStale };
}

/** The document's fields with the plan of that index active and the one before put beside it. */
export function withActive(document: PlanFields, index: number): Partial<ClinicalDocument> | null {
  const chosen = document.otherPlans.find((record) => record.index === index);
  if (chosen === undefined) return null;
  const before = activeRecord(document);
  const others = document.otherPlans.filter((record) => record !== chosen);
  return { ...fieldsOf(chosen), otherPlans: byIndex(before === undefined ? others : [...others, before]) };
}

/** The document's fields with a new plan active, without dose, under an index that no plan had (`nextPlanIndex`). */
export function withNewPlan(document: PlanFields, index: number, plan: Plan): Partial<ClinicalDocument> {
  const before = activeRecord(document);
  const otherPlans = before === undefined ? document.otherPlans : byIndex([...document.otherPlans, before]);
  return { ...EMPTY, plan, planIndex: index, otherPlans };
}

/** The document's fields without a plan; where it was the active one the nearest other takes its place. */
export function withoutPlan(document: PlanFields, index: number): Partial<ClinicalDocument> | null {
  const { otherPlans, planIndex, plan } = document;
  if (index !== planIndex) {
    const left = otherPlans.filter((record) => record.index !== index);
    return left.length === otherPlans.length ? null : { otherPlans: left };
  }
  if (plan === undefined) return null;
  const next = otherPlans.findLast((record) => record.index < index) ?? otherPlans[0];
  if (next === undefined) return EMPTY;
  return { ...fieldsOf(next), otherPlans: otherPlans.filter((record) => record !== next) };
}

/** The document's fields with parts of one plan's record replaced, active or not; null when that plan is no longer open. */
export function withPlanChanged(
  document: PlanFields,
  index: number,
  change: (record: PlanRecord) => Partial<PlanSlot>,
): Partial<ClinicalDocument> | null {
  const record = planOfIndex(document, index);
  if (record === undefined) return null;
  const changes = change(record);
  if (index === document.planIndex) return changes;
  const { plan = record.plan } = changes;
  return { otherPlans: document.otherPlans.map((one) => (one === record ? { ...one, ...changes, plan } : one)) };
}

const fieldsOf = ({
  index,
  plan,
  dose,
  beamDoses,
  doseBasis,
  doseStale,
}: PlanRecord): PlanSlot & { planIndex: number } => ({
  plan,
  planIndex: index,
  dose,
  beamDoses,
  doseBasis,
  doseStale,
});

const byIndex = (records: readonly PlanRecord[]): PlanRecord[] => [...records].sort((a, b) => a.index - b.index);

/** The document's fields that no plan has a share in, and every plan's own, by index: what edits are recorded in. */
export interface SplitDocument {
  readonly fields: Omit<ClinicalDocument, keyof PlanSlot | 'planDirty' | 'otherPlans'>;
  readonly slots: ReadonlyMap<number, PlanSlot>;
}

/** Takes a document apart so that an edit of one plan says nothing of the others, nor of which is active. */
export function splitDocument(document: ClinicalDocument): SplitDocument {
  const { plan, planDirty: _dirty, dose, beamDoses, doseBasis, doseStale, otherPlans, ...fields } = document;
  const active: PlanSlot = { plan, dose, beamDoses, doseBasis, doseStale };
  const slots = new Map<number, PlanSlot>([[fields.planIndex, active]]);
  for (const record of otherPlans) slots.set(record.index, record);
  return { fields, slots };
}

/** Puts it together again; `planDirty` is for the store to derive. */
export function joinDocument({ fields, slots }: SplitDocument): ClinicalDocument {
  const { plan, dose, beamDoses, doseBasis, doseStale } = slots.get(fields.planIndex) ?? EMPTY;
  const otherPlans: PlanRecord[] = [];
  for (const [index, slot] of slots)
    if (index !== fields.planIndex && slot.plan !== undefined)
      otherPlans.push(isRecord(slot) ? slot : { ...slot, plan: slot.plan, index, planDirty: false });
  const active = { plan, dose, beamDoses, doseBasis, doseStale, planDirty: false };
  return { ...fields, ...active, otherPlans: byIndex(otherPlans) };
}

const isRecord = (slot: PlanSlot): slot is PlanRecord => 'index' in slot;

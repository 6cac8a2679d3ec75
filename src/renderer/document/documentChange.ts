import { joinDocument, type PlanSlot, type SplitDocument, splitDocument } from './plans.ts';
import type { ClinicalDocument } from './records.ts';

/**
 * What an edit replaces: top-level fields, and fields of single plans by index (null for a plan that is not there); everything below them
 * is shared, not copied. Of a plan that it does not touch it says nothing, so that what was loaded or saved of others meanwhile stays.
 */
export interface DocumentChange {
  readonly fields: Partial<SplitDocument['fields']>;
  readonly slots: ReadonlyMap<number, Partial<PlanSlot> | null>;
}

const SLOT_KEYS = ['plan', 'dose', 'beamDoses', 'doseBasis', 'doseStale'] as const;

/** What must be put on `from` to make `to` of it. */
export function changeBetween(from: ClinicalDocument, to: ClinicalDocument): DocumentChange {
  const [old, now] = [splitDocument(from), splitDocument(to)];
  const slots = new Map<number, Partial<PlanSlot> | null>();
  for (const index of new Set([...old.slots.keys(), ...now.slots.keys()])) {
    const [before, after] = [old.slots.get(index), now.slots.get(index)];
    if (after === undefined) slots.set(index, null);
    else if (before === undefined) slots.set(index, pick(after, SLOT_KEYS));
    else {
      const keys = SLOT_KEYS.filter((key) => after[key] !== before[key]);
      if (keys.length > 0) slots.set(index, pick(after, keys));
    }
  }
  const names = [
    ...new Set([...Object.keys(old.fields), ...Object.keys(now.fields)]),
  ] as (keyof SplitDocument['fields'])[];
  const changed = names.filter((key) => now.fields[key] !== old.fields[key]);
  return { fields: pick(now.fields, changed), slots };
}

const pick = <T extends object>(from: T, keys: readonly (keyof T)[]): Partial<T> =>
  Object.fromEntries(keys.map((key) => [key, from[key]])) as Partial<T>;

export const isNoChange = ({ fields, slots }: DocumentChange): boolean =>
  Object.keys(fields).length === 0 && slots.size === 0;

export function applyChange(document: ClinicalDocument, change: DocumentChange): ClinicalDocument {
  const { fields, slots: old } = splitDocument(document);
  const slots = new Map(old);
  for (const [index, slot] of change.slots) {
    if (slot === null) slots.delete(index);
    else slots.set(index, { ...(slots.get(index) ?? { beamDoses: [] }), ...slot });
  }
  return joinDocument({ fields: { ...fields, ...change.fields }, slots });
}

/** One change that does what `first` and then `second` would do. */
export function mergeChanges(first: DocumentChange, second: DocumentChange): DocumentChange {
  const slots = new Map(first.slots);
  for (const [index, slot] of second.slots) {
    const before = slots.get(index);
    slots.set(index, slot === null || before === null || before === undefined ? slot : { ...before, ...slot });
  }
  return { fields: { ...first.fields, ...second.fields }, slots };
}

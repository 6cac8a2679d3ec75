import { create } from 'zustand';
import type { Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import {
  applyEdit,
  bailTo,
  EMPTY_HISTORY,
  type History,
  joinEdit,
  type Mark,
  redoEdit,
  type Step,
  squashTo,
  undoEdit,
} from './history.ts';
import { operatorName } from '#renderer/stores/operatorStore.ts';
import { refuseProtected, withEditLogged, withFollowersLogged } from './editLog.ts';
import { localIso } from './objectContext.ts';
import { allPlans, type PlanSlot, withPlanChanged } from './plans.ts';
import type { ClinicalDocument, DoseBasis, PlanRecord } from './records.ts';
import { staleReason } from './stale.ts';

interface DocumentState {
  readonly document: ClinicalDocument | null;
  readonly history: History;
  readonly stored: Stored;
}

/** The structure set and plans (by index) as last opened or saved: the document is dirty where it holds others. */
interface Stored {
  readonly structures?: StructureSet;
  readonly plans: ReadonlyMap<number, Plan>;
}

const CLOSED: DocumentState = { document: null, history: EMPTY_HISTORY, stored: { plans: new Map() } };

/** The clinical document and its history. View state (what is shown how) lives elsewhere and is never undone. */
export const useDocument = create<DocumentState>()(() => CLOSED);

/** Shows `document` (or nothing) and forgets the history of the one before. */
export function openDocument(document: ClinicalDocument | null): void {
  if (document === null) {
    useDocument.setState(CLOSED);
    return;
  }
  const clean = allPlans(document).filter(({ planDirty }) => !planDirty);
  const stored = {
    ...(document.structuresDirty ? {} : { structures: document.structures }),
    plans: new Map(clean.map(({ index, plan }) => [index, plan])),
  };
  const { primary, structures } = document;
  const on = { primary, structures };
  const otherPlans = document.otherPlans.map((record) => withBasis(record, on));
  useDocument.setState({ document: withBasis({ ...document, otherPlans }, on), history: EMPTY_HISTORY, stored });
}

/** A dose opened together with the plan and structures it belongs to has them as its basis. */
function withBasis<T extends PlanSlot>(record: T, on: Omit<DoseBasis, 'plan' | 'muCheck'>): T {
  const { dose, doseBasis, doseStale, plan } = record;
  if (dose === undefined || doseBasis !== undefined || doseStale !== undefined || plan === undefined) return record;
  return { ...record, doseBasis: { ...on, plan } };
}

/** Changes what is not the user's edit (loaded images, registrations, the patient tree); it does not enter the history. */
export function patchDocument(partial: Partial<ClinicalDocument>): void {
  const { document, stored } = useDocument.getState();
  if (document !== null) useDocument.setState({ document: derive({ ...document, ...partial }, stored) });
}

/** What an edit changes: the new values of top-level fields, or null for nothing. Pure. */
export type Recipe = (document: ClinicalDocument) => Partial<ClinicalDocument> | null;

/**
 * Makes one undoable edit called `name`. Dirty flags, the staleness of the dose and the structures' history follow by themselves.
 * @throws IsocenterError CONFLICT for a change of an approved structure set or a locked ROI.
 */
export function editDocument(name: string, recipe: Recipe): void {
  step((current) => edited(current, name, recipe));
}

/** As `editDocument`, in the place of everything done since the mark: one step and one update, however often it is made anew. */
export function editSinceMark(since: Mark, name: string, recipe: Recipe): void {
  step((current) => edited(bailTo(current, since), name, recipe));
}

function edited(current: Step, name: string, recipe: Recipe): Step {
  const changes = recipe(current.document);
  if (changes === null) return current;
  const { structures: before } = current.document;
  const { structures: after } = changes;
  if (after === undefined || after === before) return applyEdit(current, name, changes);
  refuseProtected(before, after);
  const entry = { edit: name, at: localIso(new Date()), by: operatorName() };
  return applyEdit(current, name, { ...changes, structures: withEditLogged(before, after, entry) });
}

/** Adds to the newest edit what follows from it by itself, so that one undo takes back both; nothing where there is no edit. */
export function joinNewestEdit(recipe: Recipe): void {
  step((current) => {
    const changes = recipe(current.document);
    if (changes === null) return current;
    const { structures: before } = current.document;
    const { structures = before } = changes;
    return joinEdit(current, { ...changes, structures: withFollowersLogged(before, structures) });
  });
}

export const undo = (): void => step(undoEdit);
export const redo = (): void => step(redoEdit);

/** A place to come back to with `bailToMark` or to merge from with `squashToMark`. */
export const mark = (): Mark => ({ sequence: useDocument.getState().history.sequence });
export const bailToMark = (to: Mark): void => step((current) => bailTo(current, to));
export const squashToMark = (to: Mark, name: string): void => step((current) => squashTo(current, to, name));

/** Replaces `structures` and/or a plan by what was just stored (same contents, new UIDs), which is what "unchanged" means from now on. */
export function markStored(saved: {
  readonly structures?: StructureSet;
  readonly plan?: { readonly index: number; readonly plan: Plan };
}): void {
  const { document, stored } = useDocument.getState();
  if (document === null) return;
  const { structures = stored.structures, plan } = saved;
  const plans = plan === undefined ? stored.plans : new Map(stored.plans).set(plan.index, plan.plan);
  const next = { ...(structures && { structures }), plans };
  const changes = {
    ...(saved.structures && { structures: saved.structures }),
    ...(plan && withPlanChanged(document, plan.index, () => ({ plan: plan.plan }))),
  };
  useDocument.setState({ stored: next, document: derive({ ...document, ...changes }, next) });
}

/** An index that no plan of the document has or had while it was stored. */
export function nextPlanIndex(): number {
  const { document, stored } = useDocument.getState();
  const taken = document === null ? [] : allPlans(document).map(({ index }) => index);
  return Math.max(-1, ...taken, ...stored.plans.keys()) + 1;
}

function step(change: (current: Step) => Step): void {
  const { document, history, stored } = useDocument.getState();
  if (document === null) return;
  const next = change({ document, history });
  if (next.document === document && next.history === history) return;
  useDocument.setState({ document: derive(next.document, stored), history: next.history });
}

/** The fields that follow from the others. Identity is enough: records are immutable and undo brings back the same ones. */
function derive(document: ClinicalDocument, stored: Stored): ClinicalDocument {
  const structuresDirty = document.structures !== stored.structures;
  const planDirty = document.plan !== undefined && document.plan !== stored.plans.get(document.planIndex);
  const otherPlans = deriveOthers(document, stored);
  return { ...document, structuresDirty, planDirty, doseStale: staleReason(document), otherPlans };
}

/** Records in which nothing changed stay the same objects, and so does the list of them. */
function deriveOthers(document: ClinicalDocument, stored: Stored): readonly PlanRecord[] {
  const { primary, structures, otherPlans } = document;
  const next = otherPlans.map((record) => {
    const planDirty = record.plan !== stored.plans.get(record.index);
    const doseStale = staleReason({ ...record, primary, structures });
    return planDirty === record.planDirty && doseStale === record.doseStale
      ? record
      : { ...record, planDirty, doseStale };
  });
  return next.every((record, n) => record === otherPlans[n]) ? otherPlans : next;
}

/** Name of the edit that Undo would take back, or undefined. */
export const useUndoLabel = (): string | undefined => useDocument((state) => state.history.done.at(-1)?.name);
/** Name of the edit that Redo would make again, or undefined. */
export const useRedoLabel = (): string | undefined => useDocument((state) => state.history.undone.at(-1)?.name);

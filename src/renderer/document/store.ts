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
import type { ClinicalDocument } from './records.ts';
import { staleReason } from './stale.ts';

interface DocumentState {
  readonly document: ClinicalDocument | null;
  readonly history: History;
  /** The structure set and plan as last opened or saved: the document is dirty where it holds others. */
  readonly stored: { readonly structures?: StructureSet; readonly plan?: Plan };
}

const CLOSED: DocumentState = { document: null, history: EMPTY_HISTORY, stored: {} };

/** The clinical document and its history. View state (what is shown how) lives elsewhere and is never undone. */
export const useDocument = create<DocumentState>()(() => CLOSED);

/** Shows `document` (or nothing) and forgets the history of the one before. */
export function openDocument(document: ClinicalDocument | null): void {
  if (document === null) {
    useDocument.setState(CLOSED);
    return;
  }
  const stored = {
    ...(document.structuresDirty ? {} : { structures: document.structures }),
    ...(document.planDirty ? {} : { plan: document.plan }),
  };
  useDocument.setState({ document: withBasis(document), history: EMPTY_HISTORY, stored });
}

/** A dose opened together with the plan and structures it belongs to has them as its basis. */
function withBasis(document: ClinicalDocument): ClinicalDocument {
  const { dose, doseBasis, doseStale, plan, structures, primary } = document;
  if (dose === undefined || doseBasis !== undefined || doseStale !== undefined || plan === undefined) return document;
  return { ...document, doseBasis: { primary, structures, plan } };
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

/** Replaces `structures` and/or `plan` by what was just stored (same contents, new UIDs), which is what "unchanged" means from now on. */
export function markStored(saved: { readonly structures?: StructureSet; readonly plan?: Plan }): void {
  const { document, stored } = useDocument.getState();
  if (document === null) return;
  const next = { ...stored, ...saved };
  useDocument.setState({ stored: next, document: derive({ ...document, ...saved }, next) });
}

function step(change: (current: Step) => Step): void {
  const { document, history, stored } = useDocument.getState();
  if (document === null) return;
  const next = change({ document, history });
  if (next.document === document && next.history === history) return;
  useDocument.setState({ document: derive(next.document, stored), history: next.history });
}

/** The fields that follow from the others. Identity is enough: records are immutable and undo brings back the same ones. */
function derive(document: ClinicalDocument, stored: DocumentState['stored']): ClinicalDocument {
  const structuresDirty = document.structures !== stored.structures;
  const planDirty = document.plan !== undefined && document.plan !== stored.plan;
  return { ...document, structuresDirty, planDirty, doseStale: staleReason(document) };
}

/** Name of the edit that Undo would take back, or undefined. */
export const useUndoLabel = (): string | undefined => useDocument((state) => state.history.done.at(-1)?.name);
/** Name of the edit that Redo would make again, or undefined. */
export const useRedoLabel = (): string | undefined => useDocument((state) => state.history.undone.at(-1)?.name);

import { applyChange, changeBetween, type DocumentChange, isNoChange, mergeChanges } from './documentChange.ts';
import type { ClinicalDocument } from './records.ts';

/** One undoable edit: what it replaced, before and after. */
interface Edit {
  readonly name: string;
  readonly before: DocumentChange;
  readonly after: DocumentChange;
}

export interface History {
  readonly done: readonly Edit[];
  readonly undone: readonly Edit[];
  /** Number of edits ever made: marks count in it, so that they survive the trimming of old edits. */
  readonly sequence: number;
}

/** A place in the history to bail out to. */
export interface Mark {
  readonly sequence: number;
  /** What could be redone there, if it is to be so again after bailing out. */
  readonly undone?: History['undone'];
}

export interface Step {
  readonly document: ClinicalDocument;
  readonly history: History;
}

export const EMPTY_HISTORY: History = { done: [], undone: [], sequence: 0 };

/** Edits kept; and, because each holds whole dose grids, how many of them may be dose computations. */
const MAXIMUM_EDITS = 200;
const MAXIMUM_DOSE_EDITS = 4;

/** Computing, deleting and closing keep grids; making a plan active does not, since it replaces none. */
const holdsDose = ({ before, after }: Edit): boolean =>
  [before, after].some(({ slots }) => [...slots.values()].some((slot) => slot?.dose !== undefined));

/** The newest edits within the limits; a dose edit over the limit cuts off itself and everything older. */
function trim(done: readonly Edit[]): readonly Edit[] {
  let doses = 0;
  let first = done.length;
  while (first > 0 && done.length - first < MAXIMUM_EDITS) {
    if (holdsDose(done[first - 1])) doses++;
    if (doses > MAXIMUM_DOSE_EDITS) break;
    first--;
  }
  return first === 0 ? done : done.slice(first);
}

/** Applies `changes` as the newest edit; what had been undone can no longer be redone. Fields equal to the old ones are dropped. */
export function applyEdit(step: Step, name: string, changes: Partial<ClinicalDocument>): Step {
  const { document, history } = step;
  const next = { ...document, ...changes };
  const edit: Edit = { name, before: changeBetween(next, document), after: changeBetween(document, next) };
  if (isNoChange(edit.after)) return step;
  return {
    document: next,
    history: { done: trim([...history.done, edit]), undone: [], sequence: history.sequence + 1 },
  };
}

/**
 * Adds to the newest edit what follows from it: one undo takes back both. What had been undone can still be redone. Without an edit
 * nothing changes.
 */
export function joinEdit({ document, history }: Step, changes: Partial<ClinicalDocument>): Step {
  const last = history.done.at(-1);
  if (last === undefined) return { document, history };
  const next = { ...document, ...changes };
  const after = changeBetween(document, next);
  const joined: Edit = {
    ...last,
    before: mergeChanges(changeBetween(next, document), last.before),
    after: mergeChanges(last.after, after),
  };
  // The edit that would be redone next begins where this one ends.
  const redone = history.undone.at(-1);
  const undone =
    redone === undefined
      ? []
      : [...history.undone.slice(0, -1), { ...redone, before: mergeChanges(redone.before, after) }];
  return { document: next, history: { ...history, done: [...history.done.slice(0, -1), joined], undone } };
}

export function undoEdit({ document, history }: Step): Step {
  const edit = history.done.at(-1);
  if (edit === undefined) return { document, history };
  return {
    document: applyChange(document, edit.before),
    history: { done: history.done.slice(0, -1), undone: [...history.undone, edit], sequence: history.sequence - 1 },
  };
}

export function redoEdit({ document, history }: Step): Step {
  const edit = history.undone.at(-1);
  if (edit === undefined) return { document, history };
  return {
    document: applyChange(document, edit.after),
    history: { done: [...history.done, edit], undone: history.undone.slice(0, -1), sequence: history.sequence + 1 },
  };
}

/** Takes back everything done since `mark` as if it had never been: it cannot be redone, but what could be at the mark can, if it says so. */
export function bailTo(step: Step, mark: Mark): Step {
  let current = step;
  while (current.history.sequence > mark.sequence && current.history.done.length > 0) current = undoEdit(current);
  return { document: current.document, history: { ...current.history, undone: mark.undone ?? [] } };
}

/** Makes one edit called `name` of everything done since `mark`. */
export function squashTo({ document, history }: Step, mark: Mark, name: string): Step {
  const count = Math.min(history.sequence - mark.sequence, history.done.length);
  if (count < 1) return { document, history };
  const merged = history.done.slice(-count).reduce((all, edit) => ({
    name,
    before: mergeChanges(edit.before, all.before),
    after: mergeChanges(all.after, edit.after),
  }));
  return {
    document,
    history: {
      done: [...history.done.slice(0, -count), { ...merged, name }],
      undone: history.undone,
      sequence: history.sequence - count + 1,
    },
  };
}

import type { ClinicalDocument } from '#renderer/document/records.ts';
import { bailToMark, editSinceMark, mark, useDocument } from '#renderer/document/store.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { errorWords, IsocenterError } from '#shared/contract/errors.ts';
import type { Plan } from '#shared/model/plan.ts';
import { create } from 'zustand';
import { openedDocument } from '../longWork.ts';
import { editedPlan, openedPlan } from './plans.ts';

/** An edit of the plan while the hand moves: a leaf, an angle, a weight. */
export interface LiveEdit {
  /**
   * The plan as `recipe` makes it of the plan that there was at the beginning, in the place of what the change before made. What the
   * machine cannot do is said in the status bar, and the plan stays as it was.
   */
  readonly change: (recipe: (plan: Plan, document: ClinicalDocument) => Plan) => void;
  /** Leaves one undoable step, or none if the plan is as it was. */
  readonly end: () => void;
  /** Puts the plan back as if nothing had been; so does Escape. */
  readonly cancel: () => void;
}

/** Whether the hand moves, and the plan that it left last. */
export const useHand = create<{ readonly moving: boolean; readonly left: Plan | undefined }>(() => ({
  moving: false,
  left: undefined,
}));

let current: (LiveEdit & { readonly catchUp: () => void; readonly isWaiting: () => boolean }) | undefined;

/** While a dose is on its way the plan under the hand changes at most this often, ms: every change draws the page, on the processor that computes. */
const PACE = 250;
let awaited = false;

/**
 * Tells the hand that a dose of its plan is on its way (true) or has come (false): in between, its changes are gathered to one every 250 ms,
 * and the newest is made when the dose comes.
 */
export function paceHand(isAwaited: boolean): void {
  awaited = isAwaited;
  if (!awaited) current?.catchUp();
}

let heard: (() => void) | undefined;
const tellHeard = (): void => {
  heard?.();
  heard = undefined;
};

/**
 * Until the hand has somewhere else to go, or lets go, at most `most` ms: what has come in the meantime is then drawn together with the next
 * change, in one frame instead of two.
 */
export async function nextMove(most: number): Promise<void> {
  if (current === undefined || current.isWaiting()) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, most);
    heard = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/**
 * Begins an edit under the hand, called `name` in the history; one that was under way ends. It ends by itself where the plan is
 * changed by anything else, closed or saved: what it has made by then stands, and further calls do nothing.
 * @throws IsocenterError USAGE without a patient or plan.
 */
export function beginLiveEdit(name: string): LiveEdit {
  current?.end();
  const document = openedDocument();
  const plan = openedPlan(document);
  const since = { ...mark(), undone: useDocument.getState().history.undone };
  // What this edit left last: if the store holds anything else, somebody else has edited.
  let left = { history: useDocument.getState().history, plan };
  const isOurs = (): boolean => {
    const now = useDocument.getState();
    return current === edit && now.history === left.history && now.document?.plan === left.plan;
  };
  const stop = (): void => {
    if (current !== edit) return;
    current = undefined;
    tellHeard();
    useHand.setState({ moving: false });
    page?.removeEventListener('keydown', onKey, { capture: true });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    edit.cancel();
  };
  let waiting: Parameters<LiveEdit['change']>[0] | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let changedAt = -Infinity;
  const catchUp = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const recipe = waiting;
    waiting = undefined;
    if (recipe !== undefined) make(recipe);
  };
  const make = (recipe: Parameters<LiveEdit['change']>[0]): void => {
    if (!isOurs()) {
      stop();
      return;
    }
    changedAt = performance.now();
    try {
      const made = recipe(plan, document);
      const next = made === plan ? plan : editedPlan(made);
      // Before the document: whoever hears of the plan hears whose it is.
      useHand.setState({ left: next });
      editSinceMark(since, name, () => (next === plan ? null : { plan: next }));
    } catch (error) {
      if (!(error instanceof IsocenterError)) throw error;
      setMessage(errorWords(error), 'warning');
    }
    const now = useDocument.getState();
    left = { history: now.history, plan: now.document?.plan ?? plan };
  };
  const edit = {
    change: (recipe: Parameters<LiveEdit['change']>[0]): void => {
      waiting = recipe;
      tellHeard();
      const wait = awaited ? changedAt + PACE - performance.now() : 0;
      if (wait <= 0) catchUp();
      else timer ??= setTimeout(catchUp, wait);
    },
    catchUp,
    isWaiting: () => waiting !== undefined,
    end: () => {
      catchUp();
      stop();
    },
    cancel: () => {
      waiting = undefined;
      clearTimeout(timer);
      if (isOurs() && left.plan !== plan) bailToMark(since);
      stop();
    },
  };
  current = edit;
  useHand.setState({ moving: true });
  page?.addEventListener('keydown', onKey, { capture: true });
  return edit;
}

/** The window, where there is one. */
const page = (globalThis as { window?: Window }).window;

import { rederiveRois } from '#renderer/compute/structures/frontend.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { joinNewestEdit, useDocument } from '#renderer/document/store.ts';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords, IsocenterError } from '#shared/contract/errors.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';
import { derivationStatuses, dueAfter } from '#shared/structures/derivation/derivation.ts';
import type { Rederived } from '#shared/structures/derivation/rederive.ts';
import { useDerivations } from './derivationStore.ts';

/** Edits closer together than this (ms) are followed once. */
const PAUSE = 250;

type Rederive = typeof rederiveRois;

/**
 * Makes derived ROIs anew when what they are made from was edited, in a worker, and joins them to that edit: one undo takes back both.
 * What was stale when the patient was opened stays so until an edit or the user asks for it; what was edited by hand is left alone,
 * and said to be. Returns what ends it.
 */
export function followSources(compute: Rederive = rederiveRois, pause = PAUSE): () => void {
  let touched = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;

  const stop = (): void => {
    clearTimeout(timer);
    running?.abort();
    running = undefined;
  };

  const follow = async (): Promise<void> => {
    const { document, history } = useDocument.getState();
    if (document === null || history.done.length === 0) return;
    const { structures, primary } = document;
    const due = dueAfter(structures.rois, touched);
    if (due.length === 0) {
      touched = new Set();
      return;
    }
    const abort = new AbortController();
    running = abort;
    useDerivations.setState({ making: new Set(due.map(({ number }) => number)) });
    try {
      const made = await compute(due, structures, primary, { signal: abort.signal });
      if (abort.signal.aborted) return;
      // The newest wins: what was made for another state of the set is nobody's.
      if (useDocument.getState().document?.structures !== structures) {
        timer = setTimeout(() => void follow(), pause);
        return;
      }
      touched = new Set();
      adopt(made, structures);
    } catch (error) {
      if (error instanceof IsocenterError && error.code === 'CANCELLED') return;
      touched = new Set();
      toast(`Derived structures are stale: ${errorWords(error)}`, 'error');
    } finally {
      if (running === abort) {
        running = undefined;
        useDerivations.setState({ making: new Set() });
      }
    }
  };

  const consider = (document: ClinicalDocument, before: StructureSet): void => {
    const changed = changedNames(before.rois, document.structures.rois);
    if (changed.length === 0) return;
    for (const name of changed) touched.add(name);
    stop();
    useDerivations.setState({ making: new Set() });
    timer = setTimeout(() => void follow(), pause);
  };

  const unsubscribe = useDocument.subscribe(({ document, history }, { document: before, history: past }) => {
    if (document === null || before === null || document.patientKey !== before.patientKey) {
      stop();
      touched = new Set();
      useDerivations.setState({ making: new Set(), problems: new Map() });
      return;
    }
    if (document.structures === before.structures) return;
    consider(document, before.structures);
    if (history.sequence > past.sequence) sayOverridden(before.structures, document.structures);
  });
  return () => {
    stop();
    unsubscribe();
  };
}

/** Names of the ROIs that others may be made from and that are not what they were. */
function changedNames(before: readonly Roi[], now: readonly Roi[]): string[] {
  const old = new Map(before.map((roi) => [roi.number, roi]));
  const same = (roi: Roi, other: Roi | undefined): boolean =>
    other !== undefined &&
    roi.contours === other.contours &&
    roi.name === other.name &&
    roi.derivation?.recipe === other.derivation?.recipe &&
    (roi.derivation?.sources !== '' || other.derivation?.sources === '');
  return now.filter((roi) => roi !== old.get(roi.number) && !same(roi, old.get(roi.number))).map(({ name }) => name);
}

function adopt(made: readonly Rederived[], computedFrom: StructureSet): void {
  const changes = new Map(made.map((one) => [one.number, one.changes]));
  const problems = new Map(useDerivations.getState().problems);
  for (const { number, problem } of made)
    if (problem === undefined) problems.delete(number);
    else problems.set(number, problem);
  useDerivations.setState({ problems });
  joinNewestEdit(({ structures }) => {
    if (structures !== computedFrom || [...changes.values()].every((one) => one === undefined)) return null;
    const renewed = (roi: Roi): Roi => {
      const change = changes.get(roi.number);
      return change === undefined ? roi : { ...roi, ...change };
    };
    return { structures: { ...structures, rois: structures.rois.map(renewed) } };
  });
  const nameOf = (number: number): string => computedFrom.rois.find((roi) => roi.number === number)?.name ?? '';
  for (const { number, changes: done, problem } of made)
    if (problem !== undefined) toast(`${nameOf(number)} could not be made anew: ${problem}`, 'error');
    else if (done?.contours.length === 0)
      toast(`${nameOf(number)}: its recipe leaves nothing, it has no contours`, 'warning');
}

/** An edit by hand takes a derived ROI out of its recipe's care: that must not happen unsaid. */
function sayOverridden(before: StructureSet, now: StructureSet): void {
  const old = derivationStatuses(before.rois);
  const states = derivationStatuses(now.rois);
  for (const { number, name, derivation } of now.rois)
    if (states.get(number)?.state === 'overridden' && old.get(number)?.state !== 'overridden' && old.has(number))
      toast(
        `${name} was edited by hand: it no longer follows ${derivation?.recipe ?? ''} (Derive: Follow again)`,
        'warning',
      );
}

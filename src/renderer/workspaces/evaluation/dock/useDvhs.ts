import { useEffect, useMemo, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { computeDvhs, knownDvh } from '#renderer/compute/structures/frontend.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { Dvh } from '#shared/evaluation/dvh.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Roi } from '#shared/model/structures.ts';
import { isClosed } from '#shared/structures/contours/stack.ts';
import { type DoseSubject, doseSubjects } from './doseSubjects.ts';

/** A plan with the DVHs of its dose as far as they are computed; none while the dose is stale. */
export interface SubjectDvhs {
  readonly subject: DoseSubject;
  readonly dvhs: ReadonlyMap<number, Dvh>;
}

export interface DvhState {
  /** Those with an interior. */
  readonly rois: readonly Roi[];
  readonly plans: readonly SubjectDvhs[];
  /** 0..1 while histograms are computed. */
  readonly progress?: number;
  readonly error?: string;
}

const NO_SUBJECTS: readonly DoseSubject[] = [];

/**
 * DVHs of all structures with an interior in the doses of all open plans, computed in a worker as they are needed. They are looked up by
 * contours and dose, so that one of other contours or another dose can never be read as theirs.
 */
export function useDvhs(): DvhState {
  const subjects = useDocument(({ document }) => (document === null ? NO_SUBJECTS : doseSubjects(document)));
  // Edits that leave the doses as they are must not begin the work anew.
  const valid = useDocument(useShallow(({ document }) => (document === null ? [] : validDoses(document))));
  const all = useDocument((state) => state.document?.structures.rois);
  const rois = useMemo(() => (all ?? []).filter((roi) => roi.contours.some(isClosed)), [all]);
  const [state, setState] = useState<{ done: number; progress?: number; error?: string }>({ done: 0 });
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const work = async (): Promise<void> => {
      for (const [index, dose] of valid.entries()) {
        if (rois.every((roi) => knownDvh(roi, dose) !== undefined)) continue;
        const onProgress = (part: number): void =>
          setState(({ done }) => ({ done, progress: (index + part) / valid.length }));
        onProgress(0);
        const onSome = (): void => setState((before) => ({ ...before, done: before.done + 1 }));
        await computeDvhs(rois, dose, onSome, { signal, onProgress });
      }
      setState(({ done }) => ({ done }));
    };
    work().catch((error: unknown) => {
      if (!signal.aborted) setState(({ done }) => ({ done, error: errorWords(error) }));
    });
    return () => abort.abort();
  }, [valid, rois]);
  const plans = useMemo(
    () => subjects.map((subject): SubjectDvhs => ({ subject, dvhs: lookUp(rois, subject) })),
    // `done` counts what was computed since.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [subjects, rois, state.done],
  );
  const { progress, error } = state;
  return { rois, plans, ...(progress !== undefined && { progress }), ...(error !== undefined && { error }) };
}

const validDoses = (document: ClinicalDocument): DoseVolume[] =>
  doseSubjects(document).flatMap(({ dose, stale }) => (dose === undefined || stale !== undefined ? [] : [dose]));

function lookUp(rois: readonly Roi[], { dose, stale }: DoseSubject): ReadonlyMap<number, Dvh> {
  const found = new Map<number, Dvh>();
  if (dose === undefined || stale !== undefined) return found;
  for (const roi of rois) {
    const dvh = knownDvh(roi, dose);
    if (dvh !== undefined) found.set(roi.number, dvh);
  }
  return found;
}

import { useEffect, useMemo, useState } from 'react';
import { dvhsOf } from '#renderer/compute/structures/frontend.ts';
import { useDocument } from '#renderer/document/store.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { Dvh } from '#shared/evaluation/dvh.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Roi } from '#shared/model/structures.ts';
import { isClosed } from '#shared/structures/contours/stack.ts';

export interface DvhState {
  readonly rois: readonly Roi[];
  readonly dvhs: ReadonlyMap<number, Dvh>;
  /** 0..1 while histograms are computed. */
  readonly progress?: number;
  readonly error?: string;
}

const NONE: ReadonlyMap<number, Dvh> = new Map();

interface Result {
  readonly dose: DoseVolume;
  readonly dvhs: ReadonlyMap<number, Dvh>;
  readonly progress?: number;
  readonly error?: string;
}

/** DVHs of all structures with an interior in the dose on screen, computed in a worker as they are needed. */
export function useDvhs(): DvhState {
  const dose = useDocument((state) => state.document?.dose);
  const all = useDocument((state) => state.document?.structures.rois);
  const rois = useMemo(() => (all ?? []).filter((roi) => roi.contours.some(isClosed)), [all]);
  const [result, setResult] = useState<Result | null>(null);
  useEffect(() => {
    if (dose === undefined || rois.length === 0) return undefined;
    const abort = new AbortController();
    const onProgress = (progress: number): void =>
      setResult((before) => ({ dose, dvhs: before?.dose === dose ? before.dvhs : NONE, progress }));
    dvhsOf(rois, dose, { signal: abort.signal, onProgress }).then(
      (dvhs) => {
        if (!abort.signal.aborted) setResult({ dose, dvhs });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setResult({ dose, dvhs: NONE, error: errorWords(error) });
      },
    );
    return () => abort.abort();
  }, [dose, rois]);
  // The histograms of another dose must never be read as this one's.
  if (result === null || result.dose !== dose)
    return { rois, dvhs: NONE, progress: dose === undefined ? undefined : 0 };
  const { dvhs, progress, error } = result;
  return { rois, dvhs, progress, error };
}

import { useEffect, useState } from 'react';
import { differenceInWorker } from '#renderer/compute/doses/frontend.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { useComparedDoses } from '#renderer/viewports/painters/dose/comparedDoses.ts';

/** Keeps the difference of two doses in the view while it is looked at; gives progress and what went wrong. */
export function useDifference(first: DoseVolume | undefined, second: DoseVolume | undefined, wanted: boolean) {
  const [state, setState] = useState<{ readonly progress?: number; readonly error?: string }>({});
  useEffect(() => {
    if (!wanted || first === undefined || second === undefined) return undefined;
    const abort = new AbortController();
    const known = useComparedDoses.getState().difference;
    if (known?.of[0] === first && known.of[1] === second) return undefined;
    useComparedDoses.setState({ difference: null });
    const { signal } = abort;
    differenceInWorker({ first, second }, { signal, onProgress: (progress) => setState({ progress }) }).then(
      (difference) => {
        if (signal.aborted) return;
        useComparedDoses.setState({ difference: { ...difference, of: [first, second] } });
        setState({});
      },
      (error: unknown) => {
        if (!signal.aborted) setState({ error: errorWords(error) });
      },
    );
    return () => abort.abort();
  }, [first, second, wanted]);
  return state;
}

import { useEffect, useState } from 'react';
import { isodoseVolumesOf } from '#renderer/compute/structures/frontend.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { IsodoseVolume } from '#shared/evaluation/isodoseVolume.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import { toast } from '#renderer/kit/toast.ts';
import type { SubjectDvhs } from '../dock/useDvhs.ts';

export interface PrescriptionIsodoses {
  /** At the prescription, and at half of it. */
  readonly full: IsodoseVolume;
  readonly half: IsodoseVolume;
}

/** Volumes of the prescription's isodose and of half of it in each plan's dose, as far as they are counted. */
export function useIsodoses(plans: readonly SubjectDvhs[]): ReadonlyMap<DoseVolume, PrescriptionIsodoses> {
  const [found, setFound] = useState<ReadonlyMap<DoseVolume, { dose: number } & PrescriptionIsodoses>>(new Map());
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const work = async (): Promise<void> => {
      const next = new Map<DoseVolume, { dose: number } & PrescriptionIsodoses>();
      for (const { subject } of plans) {
        const { dose: grid, plan, stale } = subject;
        const dose = plan?.prescription?.dose;
        if (grid === undefined || stale !== undefined || dose === undefined) continue;
        const volumes = await isodoseVolumesOf(grid, [dose, dose / 2], { signal });
        const [full, half] = [volumes.get(dose), volumes.get(dose / 2)];
        if (full !== undefined && half !== undefined) next.set(grid, { dose, full, half });
      }
      if (!signal.aborted) setFound(next);
    };
    work().catch((error: unknown) => {
      if (!signal.aborted) toast(errorWords(error), 'error');
    });
    return () => abort.abort();
  }, [plans]);
  return found;
}

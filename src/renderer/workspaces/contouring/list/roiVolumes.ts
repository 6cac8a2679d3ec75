import { useEffect, useState } from 'react';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { Grid } from '#shared/geometry/volume.ts';
import type { Contour, Roi } from '#shared/model/structures.ts';

/** cm³ by contours; NaN where they enclose nothing or cannot be measured. Contours are immutable. */
const known = new WeakMap<readonly Contour[], number>();

/** The page is not held up longer than this at a time. */
const BUDGET_MS = 10;

/** Volumes of ROIs in cm³ by number, measured between frames; a ROI not yet measured is missing. */
export function useRoiVolumes(rois: readonly Roi[], grid: Grid): ReadonlyMap<number, number> {
  const [, setRound] = useState(0);
  useEffect(() => {
    let timer = 0;
    const work = (): void => {
      const began = performance.now();
      let measured = 0;
      for (const roi of rois) {
        if (known.has(roi.contours)) continue;
        known.set(roi.contours, volumeOf(roi, grid));
        measured++;
        if (performance.now() - began > BUDGET_MS) {
          timer = window.setTimeout(work);
          break;
        }
      }
      if (measured > 0) setRound((round) => round + 1);
    };
    timer = window.setTimeout(work);
    return () => window.clearTimeout(timer);
  }, [rois, grid]);
  const volumes = new Map<number, number>();
  for (const { number, contours } of rois) {
    const volume = known.get(contours);
    if (volume !== undefined) volumes.set(number, volume);
  }
  return volumes;
}

function volumeOf(roi: Roi, grid: Grid): number {
  try {
    return measureRoi(roi.contours, grid)?.volume ?? Number.NaN;
  } catch {
    // Why it has no volume is said where it is drawn (painters/contourIndexes contourError).
    return Number.NaN;
  }
}

import { errorWords } from '#shared/contract/errors.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { SurfaceMesh } from '#shared/structures/surfaces/surfaceMesh.ts';
import { isClosed } from '#shared/structures/contours/stack.ts';
import {
  knownIsodoseSurface,
  knownRoiSurface,
  makeIsodoseSurfaces,
  makeRoiSurface,
  noRoiSurface,
} from '#renderer/compute/surfaces/frontend.ts';
import { useDocument } from '#renderer/document/store.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { useContourView } from '../painters/contours/contourView.ts';
import { firstDose, referenceOfFirst } from '../painters/dose/comparedDoses.ts';
import { levelInGray, useIsodoseView } from '../painters/dose/isodoseView.ts';
import { useScene } from './sceneStore.ts';

/** An edit's surface is made when no other edit follows for this long, ms. */
const REST = 150;

/** Targets come first, the body, which takes longest and tells least, last. */
const rank = ({ type }: Roi): number => (['GTV', 'CTV', 'PTV'].includes(type) ? 0 : type === 'EXTERNAL' ? 2 : 1);

/** The ROIs the 3-D view shows: those whose eye is open and that have an inside. */
export function shownRois(): Roi[] {
  const { document } = useDocument.getState();
  const { hidden } = useContourView.getState();
  return (document?.structures.rois ?? []).filter(
    ({ number, contours }) => !hidden.has(number) && contours.some(isClosed),
  );
}

export interface ShownIsodose {
  readonly gray: number;
  readonly color: Roi['color'];
}

/** The dose levels the 3-D view shows as surfaces. */
export function shownIsodoses(): readonly ShownIsodose[] {
  const { document } = useDocument.getState();
  const { isodoses } = useScene.getState();
  const { levels, unit } = useIsodoseView.getState();
  const reference = document === null ? undefined : referenceOfFirst(document);
  if (reference === undefined) return [];
  return levels.flatMap((level, index) => {
    const gray = levelInGray(level, unit, reference.dose);
    return isodoses.has(index) && gray > 0 ? [{ gray, color: level.color }] : [];
  });
}

export interface SurfaceSupply {
  /** The ROI's surface, the one before its last edit while the new one is on its way; null while or where there is none. */
  surfaceOf(roi: Roi): SurfaceMesh | null;
  isodoseOf(dose: DoseVolume, gray: number): SurfaceMesh | null;
  /** How many surfaces are on their way. */
  missing(): number;
  /** Called after anything that may need new surfaces; they are made when nothing followed for a while. */
  request(): void;
  stop(): void;
}

/** Makes what the 3-D view needs in the worker, one after another, and calls `changed` after each. */
export function supplySurfaces(changed: () => void): SurfaceSupply {
  const abort = new AbortController();
  const latest = new Map<number, SurfaceMesh | null>();
  let patient: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;

  const missingRois = (): Roi[] => shownRois().filter((roi) => knownRoiSurface(roi) === undefined);
  const missingLevels = (): number[] => {
    const { document } = useDocument.getState();
    const dose = document === null ? undefined : firstDose(document)?.dose;
    if (dose === undefined) return [];
    const levels = shownIsodoses().map(({ gray }) => gray);
    return levels.filter((gray) => knownIsodoseSurface(dose, gray) === undefined);
  };

  /** Makes the next missing surface; false when there is none. */
  const makeNext = async (): Promise<boolean> => {
    const { document } = useDocument.getState();
    if (document === null) return false;
    const [roi] = missingRois().sort((a, b) => rank(a) - rank(b));
    if (roi !== undefined) {
      try {
        await makeRoiSurface(roi, document.primary, abort.signal);
      } catch (error) {
        if (abort.signal.aborted) throw error;
        noRoiSurface(roi);
        setMessage(`no surface of ${roi.name}: ${errorWords(error)}`, 'warning');
      }
      return true;
    }
    const levels = missingLevels();
    const dose = firstDose(document)?.dose;
    if (levels.length === 0 || dose === undefined) return false;
    await makeIsodoseSurfaces(dose, levels, abort.signal);
    return true;
  };

  const work = async (): Promise<void> => {
    if (running) return;
    running = true;
    try {
      while (!abort.signal.aborted && (await makeNext())) changed();
    } catch (error) {
      if (!abort.signal.aborted) setMessage(`the 3-D view: ${errorWords(error)}`, 'error');
    } finally {
      running = false;
    }
  };

  return {
    surfaceOf(roi) {
      const key = useDocument.getState().document?.patientKey;
      // ROI numbers mean nothing in the next patient.
      if (key !== patient) latest.clear();
      patient = key;
      const known = knownRoiSurface(roi);
      if (known !== undefined) latest.set(roi.number, known);
      return known ?? latest.get(roi.number) ?? null;
    },
    isodoseOf: (dose, gray) => knownIsodoseSurface(dose, gray) ?? null,
    missing: () => missingRois().length + missingLevels().length,
    request() {
      clearTimeout(timer);
      timer = setTimeout(() => void work(), REST);
    },
    stop() {
      clearTimeout(timer);
      abort.abort();
    },
  };
}

import { findBody as findBodyIn } from '#renderer/compute/structures/frontend.ts';
import { toast } from '#renderer/kit/toast.ts';
import type { Command } from '../../command.ts';
import { longWork, openedDocument } from '../../longWork.ts';
import { assertUnlocked, freeName, insertRoi, replaceRoi } from '../rois.ts';

/** The patient's outline on every slice; it replaces the contours of the EXTERNAL structure when there is one. */
export const findBody: Command = {
  name: 'findBody',
  label: 'Find BODY',
  undo: 'Undo takes the BODY away, or gives the old one its contours back.',
  perform: async () => {
    const contours = await longWork('Finding BODY', ({ primary }, control) => findBodyIn(primary, control));
    if (contours === undefined) return;
    replaceOrInsert(contours);
    toast(`BODY found on ${new Set(contours.map((contour) => contour.points[2])).size} slices`, 'success');
  },
};

function replaceOrInsert(contours: Awaited<ReturnType<typeof findBodyIn>>): void {
  const { structures } = openedDocument();
  const old = structures.rois.find((roi) => roi.type === 'EXTERNAL');
  if (old === undefined)
    insertRoi('Find BODY', {
      name: freeName(structures, 'BODY'),
      type: 'EXTERNAL',
      contours,
      algorithm: 'AUTOMATIC',
      color: [120, 220, 120],
      activate: false,
    });
  else {
    assertUnlocked(old);
    replaceRoi(`Find ${old.name}`, old.number, (roi) => ({ ...roi, contours, generationAlgorithm: 'AUTOMATIC' }));
  }
}

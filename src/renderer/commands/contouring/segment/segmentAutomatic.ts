import type { Organ } from '#shared/segmentation/automatic/found.ts';
import { findAutomatically } from '#renderer/compute/segmentation/frontend.ts';
import { showFinds } from '#renderer/tools/segment/automaticStore.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';

/** Looks for organs in the planning CT; what is found waits in the panel, nothing is made. */
export const segmentAutomatic: Command<[organs: readonly Organ[]]> = {
  name: 'segmentAutomatic',
  label: 'Find structures',
  undo: 'Nothing to undo: finds are made into structures by another step.',
  perform: async (organs) => {
    const found = await longWork('Finding structures', ({ primary }, control) =>
      findAutomatically(primary, organs, control),
    );
    if (found !== undefined) showFinds(found);
  },
};

import { IsocenterError } from '#shared/contract/errors.ts';
import { search } from '#renderer/compute/segmentation/frontend.ts';
import { useSegment } from '#renderer/tools/segment/segmentStore.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';
import { searchOf, segmentTarget, setContours } from './segmentTarget.ts';

/** All values in the panel's range, within the panel's structure, into the selected structure. */
export const segmentThreshold: Command = {
  name: 'segmentThreshold',
  label: 'Threshold',
  undo: 'Undo gives the structure its old contours back.',
  perform: async () => {
    const target = segmentTarget();
    const { low, high } = useSegment.getState();
    if (low > high) throw new IsocenterError('USAGE', `the range from ${low} to ${high} holds no value`);
    const contours = await longWork(`Threshold into ${target.name}`, ({ primary }, control) =>
      search('threshold', primary, { ...searchOf(target), range: { low, high } }, control),
    );
    if (contours !== undefined) setContours('Threshold', target, contours);
  },
};

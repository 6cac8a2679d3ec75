import type { Vec3 } from '#shared/geometry/vec.ts';
import { search } from '#renderer/compute/segmentation/frontend.ts';
import { toast } from '#renderer/kit/toast.ts';
import { useSegment } from '#renderer/tools/segment/segmentStore.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';
import { searchOf, segmentTarget, setContours } from './segmentTarget.ts';

/** What is connected to a point (LPS mm) through values in the panel's range, or in one learnt there, into the selected structure. */
export const segmentGrow: Command<[point: Vec3]> = {
  name: 'segmentGrow',
  label: 'Grow',
  undo: 'Undo gives the structure its old contours back.',
  perform: async (seed) => {
    const target = segmentTarget();
    const { low, high, learn } = useSegment.getState();
    const found = await longWork(`Growing ${target.name}`, ({ primary }, control) =>
      search('grow', primary, { ...searchOf(target), seed, range: learn ? 'learn' : { low, high } }, control),
    );
    if (found === undefined) return;
    setContours('Grow', target, found.contours);
    if (learn)
      toast(
        `${target.name} grown through values from ${Math.round(found.range.low)} to ${Math.round(found.range.high)}`,
      );
  },
};

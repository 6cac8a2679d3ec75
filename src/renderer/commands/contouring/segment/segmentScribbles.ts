import { search } from '#renderer/compute/segmentation/frontend.ts';
import { toast } from '#renderer/kit/toast.ts';
import { useSegment } from '#renderer/tools/segment/segmentStore.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';
import { searchOf, segmentTarget, setContours } from './segmentTarget.ts';

/** The object that the scribbles mark, by random walker, into the selected structure; the scribbles stay, to be corrected. */
export const segmentScribbles: Command = {
  name: 'segmentScribbles',
  label: 'Segment from scribbles',
  undo: 'Undo gives the structure its old contours back.',
  perform: async () => {
    const target = segmentTarget();
    const { scribbles, margin } = useSegment.getState();
    const found = await longWork(`Segmenting ${target.name}`, ({ primary }, control) =>
      search('scribbles', primary, { ...searchOf(target), scribbles, margin }, control),
    );
    if (found === undefined) return;
    setContours('Segment', target, found.contours);
    if (found.coarsened > 1)
      toast(
        `The box round the scribbles is large: found on pixels ${found.coarsened} times as wide. A smaller margin is finer.`,
      );
  },
};

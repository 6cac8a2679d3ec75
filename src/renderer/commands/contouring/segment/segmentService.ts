import { IsocenterError } from '#shared/contract/errors.ts';
import { readStructures } from '#shared/structures/sets/structureObject.ts';
import { rpc } from '#renderer/client/rpc.ts';
import { showFinds } from '#renderer/tools/segment/automaticStore.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';

/** Sends the planning image to the configured service; the structures it answers with wait in the panel. */
export const segmentService: Command<[serviceName: string]> = {
  name: 'segmentService',
  label: 'Ask the segmentation service',
  undo: 'Nothing to undo: finds are made into structures by another step. What was sent stays sent.',
  perform: async (serviceName) => {
    const set = await longWork(`Waiting for ${serviceName}`, async ({ patientKey, primary }, { signal }) => {
      const file = await rpc.segmentation.run({ patientKey, seriesInstanceUid: primary.seriesInstanceUid }, { signal });
      const read = readStructures(new Uint8Array(await file.arrayBuffer()), serviceName);
      if (read.frameOfReferenceUid !== primary.frameOfReferenceUid)
        throw new IsocenterError('FRAME_OF_REFERENCE', 'answered with structures of another frame of reference', {
          object: serviceName,
          attribute: 'FrameOfReferenceUID',
        });
      return read;
    });
    if (set === undefined) return;
    showFinds(
      set.rois.map(({ name, type, color, contours }) => ({
        name,
        type,
        color,
        contours,
        reasons: [contours.length === 0 ? `${serviceName} found none` : `found by ${serviceName}`, ...set.warnings],
      })),
    );
  },
};

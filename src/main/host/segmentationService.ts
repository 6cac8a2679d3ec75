import type { Archive } from '#main/archive/types.ts';
import { segmentAtPeer } from '#main/dicomweb/segment.ts';
import type { SegmentationService } from '#main/server/services.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { SettingsFile } from './settings.ts';

/** The segmentation service that the settings name, over series of the archive. */
export function segmentationService(archive: Archive, settings: SettingsFile): SegmentationService {
  return {
    get name() {
      return settings.current.segmentation?.name;
    },
    async run(patientKey, seriesInstanceUid, signal) {
      const { segmentation } = settings.current;
      if (segmentation === undefined)
        throw new IsocenterError('NOT_FOUND', 'no segmentation service is configured (settings.json, segmentation)');
      const objects = await archive.locate({ patientKey, seriesInstanceUid });
      if (objects.length === 0)
        throw new IsocenterError('NOT_FOUND', 'no such series of this patient', { object: seriesInstanceUid });
      await archive.bring(objects);
      const { name, url, token, timeoutSeconds } = segmentation;
      const peer = { name, url, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
      return segmentAtPeer(
        peer,
        objects.map(({ file }) => file),
        { signal, timeoutSeconds },
      );
    },
  };
}

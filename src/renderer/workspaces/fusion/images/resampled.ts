import { storeInstances } from '#renderer/client/dicomweb.ts';
import { longWork } from '#renderer/commands/longWork.ts';
import { warpOnto } from '#renderer/compute/warp/frontend.ts';
import { objectContext } from '#renderer/document/objectContext.ts';
import { usedRegistrations } from '#renderer/document/registrations.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { framePath } from '#shared/registration/frames.ts';

const SERIES_NUMBER = 9500;

/**
 * Stores the second image resampled on the primary's voxels, in its frame of reference, as a derived series that says through which
 * registrations; returns its description, undefined when cancelled. Throws as framePath and writeImageSeries, STORAGE when the archive refuses it.
 */
export const storeResampled = (): Promise<string | undefined> =>
  longWork('Resampling the second image', async (document, control) => {
    const { primary, secondary } = document;
    if (secondary === undefined) throw new IsocenterError('USAGE', 'choose a second image first');
    const { transform, registrations } = framePath(
      usedRegistrations(document),
      primary.frameOfReferenceUid,
      secondary.frameOfReferenceUid,
      { where: primary },
    );
    const warped = await warpOnto(secondary, transform, primary, { ...control, exact: true });
    const name = `${secondary.modality} ${secondary.seriesDescription}`.trim();
    const description = `${secondary.seriesDescription} on ${primary.modality} grid`.slice(0, 64).trim();
    const through = registrations
      .map(({ label }) => `"${label}"`)
      .reverse()
      .join(', then ');
    const context = await objectContext(document, SERIES_NUMBER, description);
    const files = writeImageSeries(
      {
        ...warped,
        frameOfReferenceUid: primary.frameOfReferenceUid,
        patientPosition: primary.patientPosition,
        seriesDescription: description,
        slices: [],
      },
      context,
      {
        type: 'RESAMPLED',
        description: `${name} (${secondary.seriesInstanceUid}) through ${through === '' ? 'the shared frame of reference' : through}`,
      },
    );
    const { failed } = await storeInstances(files);
    if (failed.length > 0)
      throw new IsocenterError('STORAGE', `the archive refused the series: ${failed[0].reason}`, {
        object: description,
      });
    return description;
  });

import { storeInstances } from '#renderer/client/dicomweb.ts';
import { longWork } from '#renderer/commands/longWork.ts';
import { objectContext } from '#renderer/document/objectContext.ts';
import { patchDocument, useDocument } from '#renderer/document/store.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { CT_IMAGE, MR_IMAGE, newUid } from '#shared/dicom/uid.ts';
import type { ImageVolume } from '#shared/model/image.ts';

const SERIES_NUMBER = 9600;

/**
 * Stores the second image once more, as it lies but in a new frame of reference, as a derived series, and shows that instead: what the
 * scanner put into one frame can then be registered although the patient moved in between. Structures keep to the frame they were drawn in.
 * Returns the series' description, undefined when cancelled. @throws as writeImageSeries; STORAGE when the archive refuses the series.
 */
export const copyIntoOwnFrame = (): Promise<string | undefined> =>
  longWork('Copying the second image', async (document) => {
    const { secondary, primary, patientKey } = document;
    if (secondary === undefined) throw new IsocenterError('USAGE', 'choose a second image first');
    const description = `${secondary.seriesDescription} own frame`.slice(0, 64).trim();
    const context = await objectContext(document, SERIES_NUMBER, description);
    const sopClassUid = secondary.modality === 'CT' ? CT_IMAGE : MR_IMAGE;
    const copy: ImageVolume = {
      ...secondary,
      study: primary.study,
      seriesInstanceUid: context.seriesInstanceUid,
      seriesDescription: description,
      frameOfReferenceUid: newUid(),
      slices: Array.from({ length: secondary.dims[2] }, () => ({ sopClassUid, sopInstanceUid: newUid() })),
    };
    const name = `${secondary.modality} ${secondary.seriesDescription}`.trim();
    const { failed } = await storeInstances(
      writeImageSeries(copy, context, {
        type: 'OWN_FRAME',
        description: `${name} (${secondary.seriesInstanceUid}) in a frame of reference of its own`,
      }),
    );
    if (failed.length > 0)
      throw new IsocenterError('STORAGE', `the archive refused the series: ${failed[0].reason}`, {
        object: description,
      });
    const now = useDocument.getState().document;
    if (now?.patientKey === patientKey && now.secondary === secondary) patchDocument({ secondary: copy });
    return description;
  });

import { writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { writeRegistration } from '#shared/dicom/registration/registration.ts';
import { writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { uidFromName } from '#shared/dicom/uid.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { ObjectContext } from '#shared/model/context.ts';
import type { Phantom } from '#shared/phantom/phantom.ts';
import { softwareVersion } from './writing.ts';

/** One DICOM series of a phantom, as files. */
export interface PhantomSeries {
  readonly modality: 'CT' | 'MR' | 'RTSTRUCT' | 'REG';
  readonly seriesInstanceUid: string;
  readonly seriesDescription: string;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** CT, MR, RT Structure Set and Spatial Registration of a phantom; the same phantom always gives the same bytes. */
export function phantomSeries(phantom: Phantom): PhantomSeries[] {
  const { ct, mr, structureSet, registration } = phantom;
  const context = (
    image: ImageVolume,
    seriesInstanceUid: string,
    seriesNumber: number,
    seriesDescription: string,
    sopInstanceUid: string,
  ): ObjectContext => ({
    patient: image.patient,
    study: image.study,
    now: moment(image),
    operator: 'Phantom',
    softwareVersion: softwareVersion(),
    seriesInstanceUid,
    seriesNumber,
    seriesDescription,
    sopInstanceUid,
  });
  const images = (image: ImageVolume, modality: 'CT' | 'MR'): PhantomSeries => {
    const { seriesInstanceUid, seriesDescription } = image;
    const files = writeImageSeries(
      image,
      context(image, seriesInstanceUid, 1, seriesDescription, image.slices[0].sopInstanceUid),
    );
    return {
      modality,
      seriesInstanceUid,
      seriesDescription,
      files: files.map((bytes, k) => ({ name: `${modality}.${String(k + 1).padStart(4, '0')}.dcm`, bytes })),
    };
  };
  const single = (
    modality: 'RTSTRUCT' | 'REG',
    seriesNumber: number,
    seriesDescription: string,
    sopInstanceUid: string,
    write: (context: ObjectContext) => Uint8Array,
  ): PhantomSeries => {
    const seriesInstanceUid = uidFromName(`series of ${sopInstanceUid}`);
    const bytes = write(context(ct, seriesInstanceUid, seriesNumber, seriesDescription, sopInstanceUid));
    return { modality, seriesInstanceUid, seriesDescription, files: [{ name: `${modality}.dcm`, bytes }] };
  };
  return [
    images(ct, 'CT'),
    images(mr, 'MR'),
    single('RTSTRUCT', 2, 'True structures', structureSet.sopInstanceUid, (c) => writeStructureSet(structureSet, c)),
    single('REG', 3, 'True registration MR to CT', registration.sopInstanceUid, (c) =>
      writeRegistration(registration, c, { fixed: seriesOf(ct), moving: seriesOf(mr) }),
    ),
  ];
}

const seriesOf = (image: ImageVolume) => ({
  studyInstanceUid: image.study.studyInstanceUid,
  seriesInstanceUid: image.seriesInstanceUid,
  images: image.slices,
});

/** The study's date and time stand for the moment of writing. */
const moment = ({ study: { studyDate: d, studyTime: t } }: ImageVolume): string =>
  `${d.slice(0, 4)}-${d.slice(4, 6)}-${d.slice(6, 8)}T${t.slice(0, 2)}:${t.slice(2, 4)}:${t.slice(4, 6)}`;

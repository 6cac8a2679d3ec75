import { nameOfUid } from '#shared/dicom/uid.ts';

/** Whether a storage SOP class is of images (PS3.4 table B.5-1), as Referenced Image Sequence wants them. */
export const isImageClass = (sopClassUid: string): boolean => nameOfUid(sopClassUid).endsWith(' Image');

import { open, readFile } from 'node:fs/promises';
import { type DicomFile, readPart10 } from '#shared/dicom/codec/part10.ts';

/** An image object: its header at hand, its pixels on demand. */
export interface ImageFile {
  readonly header: DicomFile;
  load(): Promise<DicomFile>;
}

/** Headers of images are shorter, but for multi-frame objects. Bytes. */
const HEAD = 128 * 1024;
const PIXEL_DATA = 0x7fe00010;

/** An image file of which only the header is read now. @throws what readPart10 throws */
export async function openImage(path: string, name: string): Promise<ImageFile> {
  const load = async (): Promise<DicomFile> => readPart10(await readFile(path), name);
  return { header: (await headerOf(path, name)) ?? (await load()), load };
}

/** The header from the front of a file; undefined when it does not end there, or cannot be read by itself (deflated). */
async function headerOf(path: string, name: string): Promise<DicomFile | undefined> {
  await using file = await open(path);
  const front = new Uint8Array(HEAD);
  const { bytesRead } = await file.read(front, 0, HEAD, 0);
  if (bytesRead < HEAD) return undefined;
  try {
    return readPart10(front, name, { stopBefore: PIXEL_DATA });
  } catch {
    // Longer than that: the whole file tells, or says what is wrong with it.
    return undefined;
  }
}

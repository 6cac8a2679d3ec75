import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writePart10 } from '#shared/dicom/codec/part10.ts';
import { CT_IMAGE } from '#shared/dicom/uid.ts';

export async function scratchFolder(): Promise<{ path: string } & AsyncDisposable> {
  const folder = await mkdtemp(path.join(tmpdir(), 'isocenter-query-'));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Small CT objects with instance UIDs 1.2.3.1, 1.2.3.2… */
export async function writeSmallFiles(folder: string, count: number) {
  const files: { path: string; sopInstanceUid: string }[] = [];
  for (let number = 1; number <= count; number++) {
    const sopInstanceUid = `1.2.3.${number}`;
    const file = path.join(folder, `${number}.dcm`);
    await writeFile(file, writePart10({ SOPClassUID: CT_IMAGE, SOPInstanceUID: sopInstanceUid, PatientID: 'P' }));
    files.push({ path: file, sopInstanceUid });
  }
  return files;
}

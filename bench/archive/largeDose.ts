import { open } from 'node:fs/promises';
import { EXPLICIT_LITTLE_ENDIAN, RT_DOSE } from '#shared/dicom/uid.ts';
import { dataSet, part10 } from '#test/peers/harness/part10.ts';

/** An RT Dose up to its first pixel; `bytes` of pixel data are to follow, an even number below 4 GiB. */
export function doseBeginning(sopInstanceUid: string, bytes: number): Buffer {
  const head = dataSet([
    [0x00080016, 'UI', RT_DOSE],
    [0x00080018, 'UI', sopInstanceUid],
    [0x00080060, 'CS', 'RTDOSE'],
    [0x00100010, 'PN', 'BENCH^LARGE'],
    [0x00100020, 'LO', 'BENCH'],
    [0x0020000d, 'UI', `${sopInstanceUid}.1`],
    [0x0020000e, 'UI', `${sopInstanceUid}.2`],
  ]);
  const pixelHead = Buffer.from('e07f10004f57000000000000', 'hex');
  pixelHead.writeUInt32LE(bytes, 8);
  return part10(Buffer.concat([head, pixelHead]), RT_DOSE, sopInstanceUid, EXPLICIT_LITTLE_ENDIAN);
}

/** Writes such an object in pieces. */
export async function writeLargeDose(file: string, sopInstanceUid: string, bytes: number): Promise<void> {
  await using handle = await open(file, 'w');
  await handle.write(doseBeginning(sopInstanceUid, bytes));
  const piece = Buffer.alloc(1_000_000, 7);
  for (let left = bytes; left > 0; left -= piece.length) await handle.write(piece, 0, Math.min(left, piece.length));
}

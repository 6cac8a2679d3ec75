import { createHash, type Hash } from 'node:crypto';
import { dataSetOffset, findDataSet } from './fileMeta.ts';

/**
 * What makes two objects the same: their data sets, byte for byte, in the same transfer syntax (SHA-256). Preamble and File
 * Meta Information may differ, as every receiver writes its own. To be updated with the data set, then `digest('hex')`.
 */
export const startDigest = (transferSyntaxUid: string): Hash =>
  createHash('sha256').update(transferSyntaxUid).update('\0');

/** The digest (hex) of a Part 10 file as it streams by. */
export async function digestOf(transferSyntaxUid: string, file: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = startDigest(transferSyntaxUid);
  let front: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of file) {
    if (front === undefined) {
      hash.update(chunk);
      continue;
    }
    front = Buffer.concat([front, chunk]);
    const offset = findDataSet(front);
    if (offset === undefined) continue;
    hash.update(front.subarray(offset));
    front = undefined;
  }
  if (front !== undefined) hash.update(front.subarray(dataSetOffset(front)));
  return hash.digest('hex');
}

import { statfs } from 'node:fs/promises';
import { IsocenterError } from '#shared/contract/errors.ts';

/** Kept free for the index, the journal and whatever else lives on the disk, bytes. */
export const RESERVE = 64 * 1024 * 1024;
/** How long an answer of the system is believed, ms. */
const BELIEVED = 500;

/** Bytes free to us on the disk of `folder`; infinitely many where the system does not say. */
export const freeSpace = (folder: string): Promise<number> =>
  statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Number.POSITIVE_INFINITY,
  );

/**
 * Refuses new objects while less than the reserve is free: a disk that is full to the last byte stops more than the archive.
 * The returned function @throws STORAGE.
 */
export function spaceGuard(folder: string, reserve: number): () => Promise<void> {
  let asked = Number.NEGATIVE_INFINITY;
  let free = Number.POSITIVE_INFINITY;
  return async () => {
    if (performance.now() - asked > BELIEVED) {
      asked = performance.now();
      free = await freeSpace(folder);
    }
    if (free < reserve)
      throw new IsocenterError('STORAGE', `no space left in the archive (${Math.floor(free / 1e6)} MB free)`, {
        object: folder,
      });
  };
}

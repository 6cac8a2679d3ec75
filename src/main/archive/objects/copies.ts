import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface CopiesOptions {
  /** Folder of the archive. */
  readonly dir: string;
  /** Bytes that copies may take. */
  readonly limit: number;
  /** A copy younger than this may be in use, ms. */
  readonly minimumAge?: number;
}

const TEN_MINUTES = 600_000;

/**
 * Drops the oldest copies of objects that another archive holds until the rest fit the limit. Copies without a mark (see
 * webStore.ts) are the only ones there are, and stay. Returns the bytes freed.
 */
export async function dropCopies({ dir, limit, minimumAge = TEN_MINUTES }: CopiesOptions): Promise<number> {
  const copies: { path: string; bytes: number; used: number; isDroppable: boolean }[] = [];
  for (const shard of await readdir(join(dir, 'objects')))
    for (const name of await readdir(join(dir, 'objects', shard))) {
      const path = join(dir, 'objects', shard, name);
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) continue;
      const isDroppable = await stat(join(dir, 'elsewhere', shard, name)).then(
        () => true,
        () => false,
      );
      copies.push({ path, bytes: found.size, used: found.mtimeMs, isDroppable });
    }
  let total = copies.reduce((sum, { bytes }) => sum + bytes, 0);
  const before = total;
  const oldest = copies.filter(({ isDroppable }) => isDroppable).sort((a, b) => a.used - b.used);
  for (const { path, bytes, used } of oldest) {
    if (total <= limit || Date.now() - used < minimumAge) break;
    await rm(path, { force: true });
    total -= bytes;
  }
  return before - total;
}

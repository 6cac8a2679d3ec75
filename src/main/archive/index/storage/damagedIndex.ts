import { existsSync, renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Primary result codes of SQLite for a file whose contents it cannot trust: SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED = new Set([11, 26]);

/**
 * Moves an index that SQLite finds damaged out of the way, with its journal, so that a new one can be filled from the stored objects.
 * Returns the name it has now; undefined when the index is sound, absent, or in use in another way that opening it will tell.
 */
export function setDamagedIndexAside(file: string): string | undefined {
  if (!existsSync(file) || !isDamaged(file)) return undefined;
  const aside = `${file}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  return aside;
}

function isDamaged(file: string): boolean {
  let sqlite: DatabaseSync | undefined;
  try {
    sqlite = new DatabaseSync(file);
    sqlite.exec('pragma busy_timeout = 10000;');
    return sqlite.prepare('pragma quick_check(1)').get()?.quick_check !== 'ok';
  } catch (error) {
    const { errcode } = error as { errcode?: number };
    return errcode !== undefined && DAMAGED.has(errcode & 0xff);
  } finally {
    sqlite?.close();
  }
}

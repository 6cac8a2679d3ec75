import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Primary result codes of SQLite for a file whose contents it cannot trust: SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED = new Set([11, 26]);

/** An index up to this size is checked whole at each start (0.1 s); a larger one when damage was met, and its outline always. */
const CHECKED_WHOLE = 32 * 2 ** 20;

const suspicionOf = (file: string): string => `${file}.suspect`;

const isDamage = (error: unknown): boolean => {
  const { errcode } = error as { errcode?: number };
  return errcode !== undefined && DAMAGED.has(errcode & 0xff);
};

/** Remembers that a statement met damage in the index, so that the next start checks all of it. Other errors it lets pass. */
export function noteDamage(file: string, error: unknown): void {
  if (isDamage(error)) writeFileSync(suspicionOf(file), '');
}

/**
 * Moves an index that SQLite finds damaged out of the way, with its journal, so that a new one can be filled from the stored objects.
 * Returns the name it has now; undefined when the index is sound, absent, or in use in another way that opening it will tell.
 */
export function setDamagedIndexAside(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const suspect = existsSync(suspicionOf(file));
  const damaged = isDamaged(file, suspect || statSync(file).size <= CHECKED_WHOLE);
  rmSync(suspicionOf(file), { force: true });
  if (!damaged) return undefined;
  const aside = `${file}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  return aside;
}

function isDamaged(file: string, whole: boolean): boolean {
  let sqlite: DatabaseSync | undefined;
  try {
    sqlite = new DatabaseSync(file);
    sqlite.exec('pragma busy_timeout = 10000;');
    if (whole) return sqlite.prepare('pragma quick_check(1)').get()?.quick_check !== 'ok';
    // Both ends of every table: reads the schema, and each tree from its root down to the first and last leaf.
    const tables = sqlite
      .prepare(`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'`)
      .all();
    for (const { name } of tables) sqlite.prepare(`select min(rowid), max(rowid) from "${String(name)}"`).get();
    return false;
  } catch (error) {
    return isDamage(error);
  } finally {
    sqlite?.close();
  }
}

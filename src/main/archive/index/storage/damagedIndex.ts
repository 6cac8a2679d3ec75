import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { IsocenterError } from '#shared/contract/errors.ts';

/** Primary result codes of SQLite for a file whose contents it cannot trust: SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED = new Set([11, 26]);

/** An index up to this size is checked whole at each start (0.1 s); a larger one when damage was met, and its outline always. */
const CHECKED_WHOLE = 32 * 2 ** 20;

const suspicionOf = (file: string): string => `${file}.suspect`;

const isDamage = (error: unknown): boolean => {
  const { errcode } = error as { errcode?: number };
  return errcode !== undefined && DAMAGED.has(errcode & 0xff);
};

/** The error to tell for one of SQLite's; where it is about damage, that is remembered, so that the next start checks all of the index. */
export function explained(file: string, error: unknown): unknown {
  if (!isDamage(error)) return error;
  writeFileSync(suspicionOf(file), '');
  return new IsocenterError('STORAGE', 'the index is damaged; the next start makes it again from the objects', {
    object: file,
    cause: error,
  });
}

/**
 * Moves an index that SQLite finds damaged out of the way, with its journal, so that a new one can be filled from the stored objects.
 * Returns the name it has now; undefined when the index is sound, absent, or in use in another way that opening it will tell.
 */
export function setDamagedIndexAside(file: string, checkedWhole = CHECKED_WHOLE): string | undefined {
  if (!existsSync(file)) return undefined;
  const suspect = existsSync(suspicionOf(file));
  const damaged = isDamaged(file, suspect || statSync(file).size <= checkedWhole);
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

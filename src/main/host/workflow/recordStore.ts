import { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';
import type { Records } from '#main/services/records.ts';
import { IsocenterError } from '#shared/contract/errors.ts';

/** Kinds of records in one SQLite file, which several processes may have open. */
export interface RecordStore {
  /** @param kind what the records are; kept beside each of them */
  records<T>(kind: string, schema: z.ZodType<T>): Records<T>;
  close(): void;
}

/** Milliseconds to wait for another process that writes. */
const BUSY = 10_000;

/** Opens or makes the file. @throws STORAGE */
export function openRecordStore(file: string): RecordStore {
  const guarded = <T>(use: () => T): T => {
    try {
      return use();
    } catch (error) {
      if (error instanceof IsocenterError) throw error;
      const text = error instanceof Error ? error.message : String(error);
      throw new IsocenterError('STORAGE', text, { object: file, cause: error });
    }
  };
  const db = guarded(() => {
    const opened = new DatabaseSync(file);
    // FULL: a commit is on the disk when it returns. A claimed task or a commitment asked for must not be forgotten.
    opened.exec(`PRAGMA busy_timeout = ${BUSY}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS record (
        number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (kind, id)
      ) STRICT`);
    return opened;
  });
  const transaction = <T>(use: () => T): T => {
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = use();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  };
  const one = db.prepare('SELECT value FROM record WHERE kind = ? AND id = ?');
  const every = db.prepare('SELECT id, value FROM record WHERE kind = ? ORDER BY number');
  const write = db.prepare(
    'INSERT INTO record (kind, id, value) VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value',
  );
  const erase = db.prepare('DELETE FROM record WHERE kind = ? AND id = ?');
  return {
    records<T>(kind: string, schema: z.ZodType<T>): Records<T> {
      const read = (id: string, text: unknown): T => {
        const parsed = schema.safeParse(JSON.parse(String(text)));
        if (parsed.success) return parsed.data;
        const [issue] = parsed.error.issues;
        throw new IsocenterError('STORAGE', `a record of ${file} is damaged: ${issue.message}`, {
          object: `${kind} ${id}`,
          attribute: issue.path.join('.'),
        });
      };
      const get = (id: string): T | undefined => {
        const row = one.get(kind, id);
        return row === undefined ? undefined : read(id, row['value']);
      };
      const put = (id: string, record: T) => void write.run(kind, id, JSON.stringify(record));
      return {
        get: (id) => guarded(() => get(id)),
        all: () => guarded(() => every.all(kind).map((row) => read(String(row['id']), row['value']))),
        put: (id, record) => guarded(() => put(id, record)),
        change: (id, edit) =>
          guarded(() =>
            transaction(() => {
              const before = get(id);
              const after = edit(before);
              if (after !== undefined) put(id, after);
              return after ?? before;
            }),
          ),
        remove: (id) => guarded(() => erase.run(kind, id).changes > 0),
      };
    },
    close: () => db.close(),
  };
}

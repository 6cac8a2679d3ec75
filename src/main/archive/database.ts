import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely';
import { SCHEMA, SCHEMA_VERSION, type Tables } from './schema.ts';

/** The archive's index: one SQLite file that can always be rebuilt from the stored objects. */
export interface ArchiveIndex {
  readonly db: Kysely<Tables>;
  /** True when the file was created now, or belonged to another version and was emptied: the objects have to be read in again. */
  readonly fresh: boolean;
  /** Runs `work` alone and atomically: one writer at a time in this process, and against other processes by SQLite's lock. */
  write<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Empties every table, for a rebuild. */
  clear(): void;
  close(): void;
}

export function openIndex(file: string): ArchiveIndex {
  const sqlite = new DatabaseSync(file);
  // WAL lets a command line read while the app writes. NORMAL may lose the last rows in a power cut, never the objects:
  // they are fsynced on their own, and opening the archive indexes files that the index does not know.
  sqlite.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 10000;');
  sqlite.function('fold', { deterministic: true }, (text) => String(text ?? '').toLocaleUpperCase('en'));
  const fresh = prepareSchema(sqlite);
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: asKyselyDatabase(sqlite) }) });
  let last: Promise<unknown> = Promise.resolve();

  return {
    db,
    fresh,
    write(work) {
      const run = last.then(async () => {
        sqlite.exec('begin immediate');
        try {
          const result = await work(db);
          sqlite.exec('commit');
          return result;
        } catch (error) {
          sqlite.exec('rollback');
          throw error;
        }
      });
      last = run.catch(() => undefined);
      return run;
    },
    clear: () => {
      sqlite.exec(
        'begin immediate; delete from reference; delete from instance; delete from series; delete from study;',
      );
      sqlite.exec('delete from patient; commit');
    },
    close: () => sqlite.close(),
  };
}

/** Creates the tables where they are missing; returns whether the index starts empty. */
function prepareSchema(sqlite: DatabaseSync): boolean {
  sqlite.exec('begin immediate');
  const version = Number(sqlite.prepare('pragma user_version').get()?.user_version ?? 0);
  const stale = version !== SCHEMA_VERSION;
  if (stale) {
    for (const table of ['reference', 'instance', 'series', 'study', 'patient'])
      sqlite.exec(`drop table if exists ${table}`);
    sqlite.exec(SCHEMA);
    sqlite.exec(`pragma user_version = ${SCHEMA_VERSION}`);
  }
  sqlite.exec('commit');
  return stale;
}

/** kysely speaks better-sqlite3; `node:sqlite` differs in how parameters are passed and how a reading statement is recognised. */
function asKyselyDatabase(sqlite: DatabaseSync): SqliteDatabase {
  return {
    close: () => sqlite.close(),
    prepare(sql) {
      const statement = sqlite.prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
        run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
        iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
      };
    },
  };
}

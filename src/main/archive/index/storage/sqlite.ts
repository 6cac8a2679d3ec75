import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely';
import { foldName } from '../write/patients.ts';
import { SCHEMA, SCHEMA_VERSION, type Tables } from './schema.ts';

/** The archive's index: one SQLite file that can always be rebuilt from the stored objects. */
export interface ArchiveIndex {
  readonly db: Kysely<Tables>;
  /** Runs `work` alone and atomically: one writer at a time in this process, and against other processes by SQLite's lock. */
  write<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Empties every table, for a rebuild. */
  clear(): Promise<void>;
  close(): void;
}

export function openIndex(file: string): ArchiveIndex {
  const sqlite = new DatabaseSync(file);
  // WAL lets a command line read while the app writes. NORMAL may lose the last rows in a power cut, never the objects:
  // they are fsynced on their own, and opening the archive indexes files that the index does not know.
  sqlite.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 10000;');
  sqlite.function('fold_case', { deterministic: true }, (text) => String(text ?? '').toLocaleUpperCase('en'));
  sqlite.function('fold_name', { deterministic: true }, (text) => foldName(String(text ?? '')));
  prepareSchema(sqlite);
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: asKyselyDatabase(sqlite) }) });
  let last: Promise<unknown> = Promise.resolve();

  const write: ArchiveIndex['write'] = (work) => {
    const run = last.then(async () => {
      sqlite.exec('begin immediate');
      try {
        const result = await work(db);
        sqlite.exec('commit');
        return result;
      } catch (error) {
        // A full disk ends the transaction by itself.
        if (sqlite.isTransaction) sqlite.exec('rollback');
        throw error;
      }
    });
    last = run.catch(() => undefined);
    return run;
  };
  return {
    db,
    write,
    clear: () =>
      write(async () => {
        for (const table of TABLES) sqlite.exec(`delete from ${table}`);
      }),
    close: () => sqlite.close(),
  };
}

/** Those that refer to others first. */
const TABLES = ['reference', 'instance', 'series', 'study', 'patient'];

/** Creates the tables. An index of another version is thrown away: opening the archive fills it again from the files. */
function prepareSchema(sqlite: DatabaseSync): void {
  sqlite.exec('begin immediate');
  const version = Number(sqlite.prepare('pragma user_version').get()?.user_version ?? 0);
  if (version !== SCHEMA_VERSION) {
    for (const table of TABLES) sqlite.exec(`drop table if exists ${table}`);
    sqlite.exec(SCHEMA);
    sqlite.exec(`pragma user_version = ${SCHEMA_VERSION}`);
  }
  sqlite.exec('commit');
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

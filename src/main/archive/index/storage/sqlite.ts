import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely';
import { createQueue, type IndexDatabase } from './database.ts';
import { explained } from './damagedIndex.ts';
import { SQLITE } from './dialect.ts';
import { SCHEMA_VERSION, schemaFor, TABLES, type Tables } from './schema.ts';

/** How long another process may hold the write lock. */
const BUSY_MS = 20_000;

/**
 * The index as one SQLite file. WAL with two connections: the reader never waits for the writer, in this process or another.
 * `synchronous = normal` may lose the last rows in a power cut, never the objects: they are fsynced on their own, and the
 * archive indexes files that the index does not know.
 */
export function openSqlite(file: string): IndexDatabase {
  const writer = connect(file, 'pragma synchronous = normal; pragma journal_size_limit = 67108864;');
  prepareSchema(writer);
  // The writer waits for other processes in `begin`, without blocking this one's thread.
  writer.exec('pragma busy_timeout = 0;');
  const reader = connect(file, 'pragma cache_size = -32000; pragma query_only = true;');
  const damaged = (error: unknown): never => {
    throw explained(file, error);
  };
  const writing = kyselyOver(writer, damaged);
  const db = kyselyOver(reader, damaged);
  const queue = createQueue();
  return {
    dialect: SQLITE,
    db,
    write: (work) =>
      queue(async () => {
        await begin(writer);
        try {
          const result = await work(writing);
          writer.exec('commit');
          return result;
        } catch (error) {
          // A full disk ends the transaction by itself.
          if (writer.isTransaction) writer.exec('rollback');
          throw error;
        }
      }),
    close: () =>
      queue(async () => {
        reader.close();
        writer.close();
      }),
  };
}

function connect(file: string, pragmas: string): DatabaseSync {
  const connection = new DatabaseSync(file);
  connection.exec(`pragma journal_mode = wal; pragma busy_timeout = ${BUSY_MS}; ${pragmas}`);
  return connection;
}

const SQLITE_BUSY = 5;

async function begin(connection: DatabaseSync): Promise<void> {
  for (let waited = 0; ; waited += 5)
    try {
      connection.exec('begin immediate');
      return;
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== SQLITE_BUSY || waited > BUSY_MS) throw error;
      await sleep(5);
    }
}

/** Creates the tables. An index of another version is thrown away: opening the archive fills it again from the files. */
function prepareSchema(connection: DatabaseSync): void {
  connection.exec('begin immediate');
  const version = Number(connection.prepare('pragma user_version').get()?.user_version ?? 0);
  if (version !== SCHEMA_VERSION) {
    for (const table of TABLES) connection.exec(`drop table if exists ${table}`);
    for (const statement of schemaFor(SQLITE)) connection.exec(statement);
    connection.exec(`pragma user_version = ${SCHEMA_VERSION}`);
  }
  connection.exec('commit');
}

/** Prepared statements kept; those of queries with many different shapes make room for each other. */
const STATEMENTS = 200;

interface Prepared {
  readonly statement: StatementSync;
  readonly reader: boolean;
}

function prepare(connection: DatabaseSync, sql: string): Prepared {
  const statement = connection.prepare(sql);
  return { statement, reader: statement.columns().length > 0 };
}

/** kysely speaks better-sqlite3; `node:sqlite` differs in how parameters are passed and how a reading statement is recognised. */
function kyselyOver(connection: DatabaseSync, damaged: (error: unknown) => never): Kysely<Tables> {
  const kept = new Map<string, Prepared>();
  const prepared = (sql: string): Prepared => {
    const known = kept.get(sql) ?? prepare(connection, sql);
    kept.delete(sql);
    kept.set(sql, known);
    if (kept.size > STATEMENTS) kept.delete(kept.keys().next().value ?? '');
    return known;
  };
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      return damaged(error);
    }
  };
  const database: SqliteDatabase = {
    close: () => connection.close(),
    prepare(sql) {
      const { statement, reader } = guarded(() => prepared(sql));
      return {
        reader,
        all: (parameters) => guarded(() => statement.all(...(parameters as SQLInputValue[]))),
        run: (parameters) => guarded(() => statement.run(...(parameters as SQLInputValue[]))),
        iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
      };
    },
  };
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
}

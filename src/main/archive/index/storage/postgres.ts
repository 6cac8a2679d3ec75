import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely';
import pg from 'pg';
import { IsocenterError } from '#shared/contract/errors.ts';
import { createQueue, type IndexDatabase } from './database.ts';
import { POSTGRESQL } from './dialect.ts';
import { addressOf, configOf, indexError } from './postgresAddress.ts';
import { SCHEMA_VERSION, schemaFor, TABLES, type Tables } from './schema.ts';

/** Statements of one query need no more; a workstation should leave the server some connections. */
const READERS = 6;
/** Another process's transaction that stands in the way of ours may do so this long. */
const ATTEMPTS = 5;

/**
 * An index in PostgreSQL, shared by the workstations of a department. Writers take turns by an advisory lock, so that patient keys
 * and variants come out as with a single writer; unique constraints stand behind it. A lost connection fails the statement
 * it was lost in (NETWORK); the next one gets a new connection. @throws NETWORK, STORAGE naming the server and database
 */
export async function openPostgres(url: string): Promise<IndexDatabase> {
  const where = addressOf(url);
  const pool = new pg.Pool({ ...configOf(url), max: READERS + 1 });
  // An idle connection that the server ends is taken out of the pool; whoever asks next gets a new one.
  pool.on('error', () => undefined);
  // One that is in use fails its query as well; without a listener the event would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: named(pool, where) }) });
  const queue = createQueue();
  const write: IndexDatabase['write'] = (work) => queue(() => retrying(() => locked(db, work)));
  try {
    await prepareSchema(db, where);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return { dialect: POSTGRESQL, db, write, close: () => queue(() => db.destroy()) };
}

/** `work` in a transaction that no other writer of these tables overlaps, and that is durable when it is committed. */
const locked = <T>(db: Kysely<Tables>, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> =>
  db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtext('isocenter index'), hashtext(current_schema())),
      set_config('synchronous_commit', 'on', true)`.execute(transaction);
    return work(transaction);
  });

/** SQLSTATE: unique_violation, serialization_failure, deadlock_detected. */
const TRY_AGAIN = new Set(['23505', '40001', '40P01']);

async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n++)
    try {
      return await attempt();
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as { code?: string };
      if (n === ATTEMPTS || !TRY_AGAIN.has(code ?? '')) throw error;
    }
}

/** The pool with errors in our words. */
function named(pool: pg.Pool, where: string): PostgresPool {
  const fail = (error: unknown): never => {
    throw indexError(error, where);
  };
  return {
    options: pool.options,
    async connect(): Promise<PostgresPoolClient> {
      const client = await pool.connect().catch(fail);
      let lost = false;
      const query = (text: string, parameters: unknown[]) =>
        client.query(text, parameters).catch((error: unknown) => {
          const known = indexError(error, where);
          lost ||= known.code === 'NETWORK';
          throw known;
        });
      return { query: query as unknown as PostgresPoolClient['query'], release: () => client.release(lost) };
    },
    end: () => pool.end(),
  };
}

/**
 * Creates the tables, one process at a time. Those of an older version are thrown away and filled again from the files; an index
 * of a newer one belongs to workstations that are ahead of this one and is left alone. @throws STORAGE
 */
async function prepareSchema(db: Kysely<Tables>, where: string): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(db);
  if (rows[0]?.server_encoding !== 'UTF8')
    throw new IsocenterError(
      'STORAGE',
      `the database is encoded in ${rows[0]?.server_encoding}: the index needs UTF8`,
      {
        object: where,
      },
    );
  await locked(db, async (transaction) => {
    const version = await schemaVersion(transaction);
    if (version > SCHEMA_VERSION)
      throw new IsocenterError(
        'STORAGE',
        `the index is of version ${version}, made by a newer program; this one reads ${SCHEMA_VERSION}`,
        {
          object: where,
        },
      );
    if (version === SCHEMA_VERSION) return;
    for (const table of TABLES) await sql.raw(`drop table if exists ${table}`).execute(transaction);
    for (const statement of schemaFor(POSTGRESQL)) await sql.raw(statement).execute(transaction);
    await transaction
      .insertInto('note')
      .values({ name: VERSION, value: String(SCHEMA_VERSION) })
      .execute();
  });
}

const VERSION = 'schema version';

async function schemaVersion(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ name: string | null }>`select to_regclass('note')::text as name`.execute(db);
  if (rows[0]?.name === null) return 0;
  const note = await db.selectFrom('note').select('value').where('name', '=', VERSION).executeTakeFirst();
  return Number(note?.value ?? 0);
}

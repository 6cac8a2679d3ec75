import type { Kysely } from 'kysely';
import type { SqlDialect } from './dialect.ts';
import type { Tables } from './schema.ts';

/** The tables of the index in one of the two database systems; everything above speaks kysely and the dialect. */
export interface IndexDatabase {
  readonly dialect: SqlDialect;
  /** For reading: sees what is committed, and never waits for who writes. */
  readonly db: Kysely<Tables>;
  /** Runs `work` atomically, and alone: one writer at a time among all processes that use this index. May run it again. */
  write<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** After what is being written. */
  close(): Promise<void>;
}

/** Runs tasks one after the other. */
export function createQueue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const run = last.then(task);
    last = run.catch(() => undefined);
    return run;
  };
}

import { DatabaseSync } from 'node:sqlite';
import { IsocenterError } from '#shared/contract/errors.ts';

const VERSION = 1;

/** Times in ms since 1970, UTC; priority 0 low, 1 normal, 2 high. */
const SCHEMA = `
create table transfer (
  id integer primary key autoincrement, node text not null, node_name text not null, why text not null,
  rule text not null, rule_name text not null, series text not null, priority integer not null,
  patient text not null, content text not null, state text not null, reason text not null,
  created integer not null, since integer not null, started integer, finished integer,
  attempts integer not null, fruitless integer not null, next_attempt integer not null,
  total integer not null, sent integer not null, failed integer not null,
  bytes integer not null, bytes_sent integer not null, busy_ms integer not null);
create index transfer_by_state on transfer (state, node);
create index transfer_by_rule on transfer (rule, series) where rule <> '';
create table object (
  transfer integer not null references transfer on delete cascade, position integer not null,
  patient_key text not null, series text not null, uid text not null, sop_class text not null, variant integer not null,
  identity text not null, modality text not null, label text not null, bytes integer not null,
  state text not null, tries integer not null, status text not null, reason text not null,
  primary key (transfer, position)) without rowid;
create index object_waiting on object (transfer, tries, position) where state = 'waiting';
create index object_by_uid on object (uid);
create table cursor (one integer primary key check (one = 1), position integer not null, received text not null, identity text not null);
create table routed (
  rule text not null, patient_key text not null, uid text not null, at integer not null,
  primary key (rule, patient_key, uid)) without rowid;
create index routed_by_time on routed (at);
create table held (
  rule text not null, patient_key text not null, series text not null, uid text not null, at integer not null,
  patient text not null, object text not null,
  primary key (rule, patient_key, series, uid)) without rowid;
`;

/** The tables of the queue, shared by all processes that have it open. */
export interface TransferDatabase {
  readonly sqlite: DatabaseSync;
  /** All of `work` or nothing; with `durable` it is on the disk when this returns. Calls may be nested. */
  transaction<T>(work: () => T, durable?: boolean): T;
  /** Changes when another process has written. */
  dataVersion(): number;
  close(): void;
}

/** Opens `file`, creating it when needed. @throws STORAGE, also for a file of a later version: a queue is never thrown away */
export function openTransferDatabase(file: string): TransferDatabase {
  let sqlite: DatabaseSync;
  try {
    sqlite = new DatabaseSync(file);
    // NORMAL survives a kill whole; what must survive a power cut asks for it.
    sqlite.exec(
      'pragma busy_timeout = 10000; pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on',
    );
    prepareSchema(sqlite, file);
  } catch (error) {
    if (error instanceof IsocenterError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw new IsocenterError('STORAGE', `the send queue cannot be opened: ${text}`, { object: file, cause: error });
  }
  const version = sqlite.prepare('pragma data_version');
  return {
    sqlite,
    transaction(work, durable = false) {
      if (sqlite.isTransaction) return work();
      if (durable) sqlite.exec('pragma synchronous = full');
      sqlite.exec('begin immediate');
      try {
        const result = work();
        sqlite.exec('commit');
        return result;
      } catch (error) {
        if (sqlite.isTransaction) sqlite.exec('rollback');
        throw error;
      } finally {
        if (durable) sqlite.exec('pragma synchronous = normal');
      }
    },
    dataVersion: () => Number(version.get()?.data_version),
    close: () => sqlite.close(),
  };
}

function prepareSchema(sqlite: DatabaseSync, file: string): void {
  sqlite.exec('begin immediate');
  const version = Number(sqlite.prepare('pragma user_version').get()?.user_version ?? 0);
  if (version === 0) sqlite.exec(`${SCHEMA} pragma user_version = ${VERSION}`);
  sqlite.exec('commit');
  if (version > VERSION)
    throw new IsocenterError('STORAGE', 'the send queue was written by a later version of this program', {
      object: file,
    });
}

import type { Kysely } from 'kysely';
import type { PatientSummary, PatientTree } from '#shared/contract/rpc/patients.ts';
import type { InstanceHeader } from '#shared/dicom/header.ts';
import type { Arrival, ArchiveQuery, QueryRow, ResolvedReferences, Selection, StoredObject } from '../types.ts';
import { queryIndex, queryRows } from './query/query.ts';
import { arrivalsAfter, lastPosition } from './read/arrivals.ts';
import { findHeld, type Held, knownPaths, type StoredRow, storedRows } from './read/held.ts';
import { countConflicts, locateObjects } from './read/locate.ts';
import { listPatients } from './read/patientList.ts';
import { resolveReferences } from './read/references.ts';
import { patientTree } from './read/tree.ts';
import type { IndexDatabase } from './storage/database.ts';
import { isPostgresUrl } from './storage/postgresAddress.ts';
import { openPostgres } from './storage/postgres.ts';
import { TABLES, type Tables } from './storage/schema.ts';
import { openSqlite } from './storage/sqlite.ts';
import { createAdder } from './write/adder.ts';
import { forgetObjects } from './write/forget.ts';
import type { FileFacts, IndexedObject } from './write/indexObject.ts';
import { noteOf, setNote } from './write/notes.ts';

/** What the archive knows about its objects, and can always learn again from them. */
export interface ArchiveIndex {
  /** For reading: sees what is committed, and never waits for who writes. */
  readonly db: Kysely<Tables>;
  /** One writer at a time among all processes; `work` may be run again. */
  write: IndexDatabase['write'];

  /**
   * Enters an object; in the answer's time it is found. Calls made while another is written are written together.
   * @param safe settles soon, when the object's bytes are durable: before that nothing is committed, and nothing at all when it rejects
   */
  add(header: InstanceHeader, file: FileFacts, safe?: Promise<unknown>): Promise<IndexedObject>;
  /** The object with this UID and this digest. */
  held(sopInstanceUid: string, digest: string): Promise<Held | undefined>;
  /** Which of these paths the index knows. */
  known(paths: readonly string[]): Promise<Set<string>>;
  /** All objects after the one with this id, in order of their receipt into the index, page by page: memory does not grow with the archive. */
  stored(after?: number): AsyncIterable<StoredRow>;
  /** Removes the rows of objects whose files are gone (`StoredRow.id`). */
  forget(ids: readonly number[]): Promise<void>;
  /** Small facts about the index itself, undefined until set; they outlive `clear`. */
  note(name: string): Promise<string | undefined>;
  setNote(name: string, value: string): Promise<void>;
  /** Forgets everything, for a rebuild. */
  clear(): Promise<void>;

  query(query: ArchiveQuery): Promise<QueryRow[]>;
  queryRows(query: ArchiveQuery): AsyncIterable<QueryRow>;
  patients(search: string, limit?: number): Promise<PatientSummary[]>;
  tree(patientKey: string): Promise<PatientTree>;
  /** Files as absolute paths under `dir`. */
  locate(dir: string, selection: Selection): Promise<StoredObject[]>;
  references(object: Pick<StoredObject, 'sopInstanceUid' | 'patientKey' | 'variant'>): Promise<ResolvedReferences>;
  conflicts(selection: Selection): Promise<number>;
  count(): Promise<number>;
  /** Files as absolute paths under `dir`. */
  arrivals(dir: string, after: number, limit: number): Promise<Arrival[]>;
  lastPosition(): Promise<number>;
  /** After what is being written. */
  close(): Promise<void>;
}

/**
 * The index at `place`: a file for SQLite, or `postgresql://user@host/database` for one that workstations share.
 * @throws NETWORK, STORAGE, INVALID_ATTRIBUTE
 */
export async function openIndex(place: string): Promise<ArchiveIndex> {
  return indexOver(isPostgresUrl(place) ? await openPostgres(place) : openSqlite(place));
}

function indexOver(database: IndexDatabase): ArchiveIndex {
  const { db, dialect } = database;
  const write: IndexDatabase['write'] = (work) => database.write(work);
  return {
    db,
    write,
    add: createAdder(write),
    held: (sopInstanceUid, digest) => findHeld(db, sopInstanceUid, digest),
    known: (paths) => knownPaths(db, paths),
    stored: (after) => storedRows(db, after),
    forget: (ids) => write((writing) => forgetObjects(writing, ids)),
    note: (name) => noteOf(db, name),
    setNote: (name, value) => write((writing) => setNote(writing, name, value)),
    clear: () =>
      write(async (writing) => {
        for (const table of TABLES) if (table !== 'note') await writing.deleteFrom(table).execute();
      }),
    query: (query) => queryIndex(db, dialect, query),
    queryRows: (query) => queryRows(db, dialect, query),
    patients: (search, limit) => listPatients(db, dialect, search, limit),
    tree: (patientKey) => patientTree(db, patientKey),
    locate: (dir, selection) => locateObjects(db, dir, selection),
    references: (object) => resolveReferences(db, object),
    conflicts: (selection) => countConflicts(db, selection),
    arrivals: (dir, after, limit) => arrivalsAfter(db, dir, after, limit),
    lastPosition: () => lastPosition(db),
    async count() {
      const row = await db
        .selectFrom('patient')
        .select((e) => [
          e.fn.sum<number | null>('instances').as('instances'),
          e.fn.sum<number | null>('conflicts').as('conflicts'),
        ])
        .executeTakeFirstOrThrow();
      return (row.instances ?? 0) + (row.conflicts ?? 0);
    },
    close: () => database.close(),
  };
}

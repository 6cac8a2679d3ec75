import type { Kysely } from 'kysely';
import type { Tables } from '../storage/schema.ts';

/** An object that the index knows, as far as receiving another copy of it needs. */
export interface Held {
  readonly path: string;
  readonly patientKey: string;
  readonly variant: number;
}

/** See `ArchiveIndex.held`. */
export const findHeld = (db: Kysely<Tables>, sopInstanceUid: string, digest: string): Promise<Held | undefined> =>
  db
    .selectFrom('instance')
    .innerJoin('patient', 'patient.id', 'instance.patient')
    .select(['instance.path', 'instance.variant', 'patient.key as patientKey'])
    .where('instance.uid', '=', sopInstanceUid)
    .where('instance.digest', '=', digest)
    .executeTakeFirst();

/** Values in one statement: both systems take far more. */
const AT_ONCE = 500;

/** See `ArchiveIndex.known`. */
export async function knownPaths(db: Kysely<Tables>, paths: readonly string[]): Promise<Set<string>> {
  const known = new Set<string>();
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const rows = await db
      .selectFrom('instance')
      .select('path')
      .where('path', 'in', paths.slice(at, at + AT_ONCE))
      .execute();
    for (const { path } of rows) known.add(path);
  }
  return known;
}

/** What checking a stored file needs. */
export interface StoredRow {
  readonly id: number;
  readonly path: string;
  readonly digest: string;
  readonly transferSyntaxUid: string;
  readonly bytes: number;
}

/** See `ArchiveIndex.stored`. */
export async function* storedRows(db: Kysely<Tables>, after = 0): AsyncGenerator<StoredRow, undefined> {
  for (let last = after; ; ) {
    const rows = await db
      .selectFrom('instance')
      .select(['id', 'path', 'digest', 'transfer_syntax as transferSyntaxUid', 'bytes'])
      .where('id', '>', last)
      .orderBy('id')
      .limit(AT_ONCE)
      .execute();
    yield* rows;
    if (rows.length < AT_ONCE) return;
    last = rows[rows.length - 1].id;
  }
}

import type { Kysely } from 'kysely';
import type { Tables } from '../storage/schema.ts';

/** A small fact about the index itself; undefined where it was never set. */
export async function noteOf(db: Kysely<Tables>, name: string): Promise<string | undefined> {
  return (await db.selectFrom('note').select('value').where('name', '=', name).executeTakeFirst())?.value;
}

/** Sets a note, or replaces it; undefined takes it away. */
export async function setNote(db: Kysely<Tables>, name: string, value: string | undefined): Promise<void> {
  await db.deleteFrom('note').where('name', '=', name).execute();
  if (value !== undefined) await db.insertInto('note').values({ name, value }).execute();
}

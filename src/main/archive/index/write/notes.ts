import type { Kysely } from 'kysely';
import type { Tables } from '../storage/schema.ts';

/** A small fact about the index itself; undefined where it was never set. */
export async function noteOf(db: Kysely<Tables>, name: string): Promise<string | undefined> {
  return (await db.selectFrom('note').select('value').where('name', '=', name).executeTakeFirst())?.value;
}

/** Sets a note, or replaces it. */
export async function setNote(db: Kysely<Tables>, name: string, value: string): Promise<void> {
  await db.deleteFrom('note').where('name', '=', name).execute();
  await db.insertInto('note').values({ name, value }).execute();
}

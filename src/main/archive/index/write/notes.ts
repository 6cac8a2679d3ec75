import type { Kysely } from 'kysely';
import type { Tables } from '../storage/schema.ts';

/** Sets a note, or replaces it. */
export async function setNote(db: Kysely<Tables>, name: string, value: string): Promise<void> {
  await db
    .insertInto('note')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

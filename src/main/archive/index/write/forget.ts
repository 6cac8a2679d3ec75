import { type Kysely, sql } from 'kysely';
import { listOf } from '../storage/lists.ts';
import type { Tables } from '../storage/schema.ts';

/**
 * Removes the rows of objects that are gone. Later variants of the same UID move up, series, studies and patients that hold
 * nothing any more go too, and what is counted is counted anew. Runs inside a write transaction.
 */
export async function forgetObjects(db: Kysely<Tables>, ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    const gone = await db
      .selectFrom('instance')
      .innerJoin('series', 'series.id', 'instance.series')
      .select(['instance.uid', 'instance.patient', 'instance.series', 'series.study'])
      .where('instance.id', '=', id)
      .executeTakeFirst();
    if (!gone) continue;
    await db.deleteFrom('reference').where('instance', '=', id).execute();
    await db.deleteFrom('instance').where('id', '=', id).execute();
    const places = await closeRanks(db, gone.patient, gone.uid);
    for (const { series, study } of [gone, ...places]) await recount(db, series, study, gone.patient);
  }
}

/** Numbers the variants of a UID 0, 1, 2… again; answers where they lie. */
async function closeRanks(db: Kysely<Tables>, patient: number, uid: string) {
  const left = await db
    .selectFrom('instance')
    .innerJoin('series', 'series.id', 'instance.series')
    .select(['instance.id', 'instance.variant', 'instance.series', 'series.study'])
    .where('instance.uid', '=', uid)
    .where('instance.patient', '=', patient)
    .orderBy('instance.variant')
    .execute();
  for (const [variant, row] of left.entries())
    if (row.variant !== variant) await db.updateTable('instance').set({ variant }).where('id', '=', row.id).execute();
  return left;
}

async function recount(db: Kysely<Tables>, series: number, study: number, patient: number): Promise<void> {
  const counted = await db
    .selectFrom('instance')
    .select((e) => [
      e.fn.countAll<number>().as('all'),
      sql<number | null>`sum(case when variant = 0 then 1 else 0 end)`.as('instances'),
      e.fn.max('received').as('received'),
    ])
    .where('series', '=', series)
    .executeTakeFirstOrThrow();
  const instances = counted.instances ?? 0;
  if (counted.all === 0) await db.deleteFrom('series').where('id', '=', series).execute();
  else
    await db
      .updateTable('series')
      .set({ instances, conflicts: counted.all - instances, received: counted.received })
      .where('id', '=', series)
      .execute();
  await recountStudy(db, study);
  await recountPatient(db, patient);
}

interface Part {
  readonly instances: number;
  readonly conflicts: number;
  readonly received: string;
}

const total = (parts: readonly Part[]): Part => ({
  instances: parts.reduce((sum, part) => sum + part.instances, 0),
  conflicts: parts.reduce((sum, part) => sum + part.conflicts, 0),
  received: parts.reduce((last, part) => (part.received > last ? part.received : last), ''),
});

async function recountStudy(db: Kysely<Tables>, id: number): Promise<void> {
  const series = await db.selectFrom('series').selectAll().where('study', '=', id).execute();
  if (series.length === 0) {
    await db.deleteFrom('study').where('id', '=', id).execute();
    return;
  }
  const classes = await db
    .selectFrom('instance')
    .innerJoin('series', 'series.id', 'instance.series')
    .select('instance.sop_class')
    .distinct()
    .where('series.study', '=', id)
    .execute();
  await db
    .updateTable('study')
    .set({
      ...total(series),
      series: series.length,
      modalities: listOf(series.map(({ modality }) => modality)),
      sop_classes: listOf(classes.map((row) => row.sop_class)),
    })
    .where('id', '=', id)
    .execute();
}

async function recountPatient(db: Kysely<Tables>, id: number): Promise<void> {
  const studies = await db.selectFrom('study').selectAll().where('patient', '=', id).execute();
  if (studies.length === 0) {
    await db.deleteFrom('patient').where('id', '=', id).execute();
    return;
  }
  await db
    .updateTable('patient')
    .set({
      ...total(studies),
      studies: studies.length,
      series: studies.reduce((sum, study) => sum + study.series, 0),
      modalities: listOf(studies.map(({ modalities }) => modalities)),
    })
    .where('id', '=', id)
    .execute();
}

import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.ts';
import type { Selection, StoredObject } from './types.ts';

function selected(db: Kysely<Tables>, selection: Selection) {
  return db
    .selectFrom('instance')
    .innerJoin('series', 'series.id', 'instance.series')
    .innerJoin('study', 'study.id', 'series.study')
    .$if(selection.studyInstanceUid !== undefined, (q) => q.where('study.uid', '=', selection.studyInstanceUid ?? ''))
    .$if(selection.seriesInstanceUid !== undefined, (q) =>
      q.where('series.uid', '=', selection.seriesInstanceUid ?? ''),
    )
    .$if(selection.sopInstanceUid !== undefined, (q) => q.where('instance.uid', '=', selection.sopInstanceUid ?? ''));
}

/** See `Archive.locate`. */
export async function locateObjects(db: Kysely<Tables>, dir: string, selection: Selection): Promise<StoredObject[]> {
  const rows = await selected(db, selection)
    .select([
      'study.uid as study',
      'series.uid as series',
      'series.modality',
      'instance.uid',
      'instance.sop_class',
      'instance.transfer_syntax',
      'instance.path',
      'instance.bytes',
      'instance.variant',
      'instance.label',
    ])
    .where('instance.variant', '=', selection.variant ?? 0)
    .orderBy('instance.series')
    .orderBy(sql`cast(instance.number as integer)`)
    .orderBy('instance.id')
    .execute();
  return rows.map((row) => ({
    studyInstanceUid: row.study,
    seriesInstanceUid: row.series,
    sopInstanceUid: row.uid,
    sopClassUid: row.sop_class,
    transferSyntaxUid: row.transfer_syntax,
    file: join(dir, row.path),
    bytes: row.bytes,
    variant: row.variant,
    label: row.label,
    modality: row.modality,
  }));
}

/** See `Archive.conflicts`. */
export async function countConflicts(db: Kysely<Tables>, selection: Selection): Promise<number> {
  const row = await selected(db, selection)
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('instance.variant', '>', 0)
    .executeTakeFirstOrThrow();
  return row.n;
}

import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { Tables } from '../storage/schema.ts';
import type { Selection, StoredObject } from '../../types.ts';

function selected(db: Kysely<Tables>, selection: Selection) {
  return db
    .selectFrom('instance')
    .innerJoin('series', 'series.id', 'instance.series')
    .innerJoin('study', 'study.id', 'series.study')
    .innerJoin('patient', 'patient.id', 'study.patient')
    .$if(selection.patientKey !== undefined, (q) => q.where('patient.key', '=', selection.patientKey ?? ''))
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
      'patient.key',
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
    .orderBy('instance.ordinal')
    .orderBy('instance.id')
    .execute();
  return rows.map((row) => ({
    patientKey: row.key,
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

/** The objects, if they are all of one patient. @throws CONFLICT naming the keys of the patients otherwise */
export function onePatient(objects: readonly StoredObject[], what: string): readonly StoredObject[] {
  const keys = [...new Set(objects.map((object) => object.patientKey))];
  if (keys.length <= 1) return objects;
  throw new IsocenterError('CONFLICT', `belongs to several patients (${keys.join(', ')}): say which one`, {
    object: what,
  });
}

/** The one object among what was located by its UID. @throws NOT_FOUND, and CONFLICT as `onePatient` */
export function foundObject(objects: readonly StoredObject[], sopInstanceUid: string): StoredObject {
  const [object] = onePatient(objects, sopInstanceUid);
  if (!object) throw new IsocenterError('NOT_FOUND', 'not in the archive', { object: sopInstanceUid });
  return object;
}

/** See `Archive.conflicts`. */
export async function countConflicts(db: Kysely<Tables>, selection: Selection): Promise<number> {
  if (selection.sopInstanceUid !== undefined) {
    const rows = await selected(db, selection).select('instance.id').where('instance.variant', '>', 0).execute();
    return rows.length;
  }
  if (selection.studyInstanceUid === undefined && selection.seriesInstanceUid === undefined) {
    const patients = await db
      .selectFrom('patient')
      .$if(selection.patientKey !== undefined, (q) => q.where('key', '=', selection.patientKey ?? ''))
      .select((e) => e.fn.sum<number | null>('conflicts').as('conflicts'))
      .executeTakeFirstOrThrow();
    return patients.conflicts ?? 0;
  }
  const row = await db
    .selectFrom('series')
    .innerJoin('study', 'study.id', 'series.study')
    .innerJoin('patient', 'patient.id', 'study.patient')
    .$if(selection.patientKey !== undefined, (q) => q.where('patient.key', '=', selection.patientKey ?? ''))
    .$if(selection.studyInstanceUid !== undefined, (q) => q.where('study.uid', '=', selection.studyInstanceUid ?? ''))
    .$if(selection.seriesInstanceUid !== undefined, (q) =>
      q.where('series.uid', '=', selection.seriesInstanceUid ?? ''),
    )
    .select((e) => e.fn.sum<number | null>('series.conflicts').as('conflicts'))
    .executeTakeFirstOrThrow();
  return row.conflicts ?? 0;
}

import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Arrival } from '../../types.ts';
import type { Tables } from '../storage/schema.ts';

/** See `Archive.arrivals`: a walk along the primary key of `instance`, whatever the size of the archive. */
export async function arrivalsAfter(db: Kysely<Tables>, dir: string, after: number, limit: number): Promise<Arrival[]> {
  const rows = await db
    .selectFrom('instance')
    .innerJoin('series', 'series.id', 'instance.series')
    .innerJoin('study', 'study.id', 'series.study')
    .innerJoin('patient', 'patient.id', 'study.patient')
    .select([
      'instance.id as position',
      'instance.received',
      'instance.source',
      'patient.name as patientName',
      'patient.patient_id as patientId',
      'patient.key as patientKey',
      'study.uid as studyInstanceUid',
      'series.uid as seriesInstanceUid',
      'series.modality',
      'instance.uid as sopInstanceUid',
      'instance.sop_class as sopClassUid',
      'instance.transfer_syntax as transferSyntaxUid',
      'instance.path',
      'instance.bytes',
      'instance.variant',
      'instance.label',
    ])
    .where('instance.id', '>', after)
    .orderBy('instance.id')
    .limit(limit)
    .execute();
  return rows.map(({ path, ...row }) => ({ ...row, file: join(dir, path) }));
}

/** See `Archive.lastPosition`. */
export async function lastPosition(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('instance')
    .select((e) => e.fn.max<number | null>('id').as('id'))
    .executeTakeFirst();
  return row?.id ?? 0;
}

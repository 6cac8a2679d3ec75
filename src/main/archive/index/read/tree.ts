import type { Kysely } from 'kysely';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { InstanceSummary, PatientTree, SeriesSummary, StudySummary } from '#shared/contract/rpc/patients.ts';
import type { Tables } from '../storage/schema.ts';
import { summaryOf } from './patientList.ts';
import { resolveSubject } from './references.ts';

/** Modalities whose objects people open one by one; everything else is an image series. */
const OBJECT_MODALITIES = new Set([
  'RTSTRUCT',
  'RTPLAN',
  'RTDOSE',
  'RTRECORD',
  'RTIMAGE',
  'REG',
  'SEG',
  'PR',
  'SR',
  'KO',
  'DOC',
  'PLAN',
]);

/** A patient with studies, series and RT objects. @throws NOT_FOUND */
export async function patientTree(db: Kysely<Tables>, key: string): Promise<PatientTree> {
  const patient = await db.selectFrom('patient').selectAll().where('key', '=', key).executeTakeFirst();
  if (!patient) throw new IsocenterError('NOT_FOUND', 'no such patient in the archive', { object: key });
  const studies = await db
    .selectFrom('study')
    .selectAll()
    .where('patient', '=', patient.id)
    .orderBy('date', 'desc')
    .orderBy('time', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const sameId =
    patient.patient_id === ''
      ? []
      : await db.selectFrom('patient').selectAll().where('patient_id', '=', patient.patient_id).execute();
  const tree: StudySummary[] = [];
  for (const study of studies)
    tree.push({
      studyInstanceUid: study.uid,
      studyDate: study.date,
      studyTime: study.time,
      studyDescription: study.description,
      studyId: study.study_id,
      accessionNumber: study.accession,
      referringPhysicianName: study.referring,
      series: await seriesOf(db, patient.id, study.id, study.uid),
    });
  return { ...summaryOf(patient, sameId), tree };
}

async function seriesOf(
  db: Kysely<Tables>,
  patient: number,
  study: number,
  studyUid: string,
): Promise<SeriesSummary[]> {
  const rows = await db
    .selectFrom('series')
    .selectAll()
    .where('study', '=', study)
    .orderBy('ordinal')
    .orderBy('id')
    .execute();
  const series: SeriesSummary[] = [];
  for (const row of rows)
    series.push({
      seriesInstanceUid: row.uid,
      studyInstanceUid: studyUid,
      modality: row.modality,
      seriesNumber: row.number,
      seriesDescription: row.description,
      seriesDate: row.date,
      frameOfReferenceUid: row.frame,
      bodyPartExamined: row.body_part,
      instanceCount: row.instances,
      conflictingInstances: row.conflicts,
      objects: OBJECT_MODALITIES.has(row.modality) ? await objectsOf(db, patient, row.id) : [],
    });
  return series;
}

async function objectsOf(db: Kysely<Tables>, patient: number, series: number): Promise<InstanceSummary[]> {
  const rows = await db.selectFrom('instance').selectAll().where('series', '=', series).orderBy('id').execute();
  // At once: a server far away answers them beside each other.
  const references = await Promise.all(rows.map(({ id, frame }) => resolveSubject(db, { id, patient, frame })));
  return rows.map((row, i) => ({
    sopInstanceUid: row.uid,
    sopClassUid: row.sop_class,
    instanceNumber: row.number,
    label: row.label,
    transferSyntaxUid: row.transfer_syntax,
    bytes: row.bytes,
    received: row.received,
    variant: row.variant,
    references: references[i],
  }));
}

import type { Kysely } from 'kysely';
import { IsocenterError } from '#shared/contract/errors.ts';
import type {
  InstanceSummary,
  PatientSummary,
  PatientTree,
  SeriesSummary,
  StudySummary,
} from '#shared/contract/rpc/patients.ts';
import { identityConflicts } from '../write/patients.ts';
import { resolveSubject } from './references.ts';
import type { PatientRow, Tables } from '../storage/schema.ts';

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

/** Patients by name, those whose name or ID contains `search` (any case). */
export async function listPatients(db: Kysely<Tables>, search: string): Promise<PatientSummary[]> {
  const all = await db.selectFrom('patient').selectAll().orderBy('name_folded').orderBy('patient_id').execute();
  const wanted = search.trim().toLocaleUpperCase('en');
  const matching = all.filter((patient) =>
    [patient.name, patient.patient_id].some((text) => text.toLocaleUpperCase('en').includes(wanted)),
  );
  const facts = await factsByPatient(db);
  return matching.map((patient) => summaryOf(patient, all, facts));
}

interface Facts {
  readonly studies: number;
  readonly instances: number;
  readonly modalities: string[];
  readonly lastReceived: string;
}

async function factsByPatient(db: Kysely<Tables>, patient?: number): Promise<Map<number, Facts>> {
  const rows = await db
    .selectFrom('instance')
    .innerJoin('series', 'series.id', 'instance.series')
    .innerJoin('study', 'study.id', 'series.study')
    .select((e) => [
      'study.patient',
      'study.id as study',
      'series.modality',
      e.fn.countAll<number>().as('instances'),
      e.fn.max('instance.received').as('received'),
    ])
    .$if(patient !== undefined, (query) => query.where('study.patient', '=', patient ?? 0))
    .groupBy(['study.patient', 'study.id', 'series.modality'])
    .execute();
  const facts = new Map<number, Facts>();
  for (const [id, group] of Map.groupBy(rows, (row) => row.patient))
    facts.set(id, {
      studies: new Set(group.map((row) => row.study)).size,
      instances: group.reduce((sum, row) => sum + row.instances, 0),
      modalities: [...new Set(group.map((row) => row.modality))].filter((modality) => modality !== '').sort(),
      lastReceived: group.reduce((last, row) => (row.received > last ? row.received : last), ''),
    });
  return facts;
}

function summaryOf(patient: PatientRow, all: readonly PatientRow[], facts: ReadonlyMap<number, Facts>): PatientSummary {
  return {
    key: patient.key,
    patientName: patient.name,
    patientId: patient.patient_id,
    patientBirthDate: patient.birth_date,
    patientSex: patient.sex,
    ...(facts.get(patient.id) ?? { studies: 0, instances: 0, modalities: [], lastReceived: '' }),
    conflicts: identityConflicts(patient, all),
  };
}

/** A patient with studies, series and RT objects. @throws NOT_FOUND */
export async function patientTree(db: Kysely<Tables>, key: string): Promise<PatientTree> {
  const all = await db.selectFrom('patient').selectAll().execute();
  const patient = all.find((row) => row.key === key);
  if (!patient) throw new IsocenterError('NOT_FOUND', 'no such patient in the archive', { object: key });
  const studies = await db
    .selectFrom('study')
    .selectAll()
    .where('patient', '=', patient.id)
    .orderBy('date', 'desc')
    .orderBy('time', 'desc')
    .execute();
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
  return { ...summaryOf(patient, all, await factsByPatient(db, patient.id)), tree };
}

async function seriesOf(
  db: Kysely<Tables>,
  patient: number,
  study: number,
  studyUid: string,
): Promise<SeriesSummary[]> {
  const rows = await db
    .selectFrom('series')
    .selectAll('series')
    .select((e) => [
      e
        .selectFrom('instance')
        .whereRef('instance.series', '=', 'series.id')
        .where('instance.variant', '=', 0)
        .select((i) => i.fn.countAll<number>().as('n'))
        .as('instances'),
      e
        .selectFrom('instance')
        .whereRef('instance.series', '=', 'series.id')
        .where('instance.variant', '>', 0)
        .select((i) => i.fn.countAll<number>().as('n'))
        .as('conflicts'),
    ])
    .where('study', '=', study)
    .execute();
  rows.sort((a, b) => Number(a.number) - Number(b.number) || a.id - b.id);
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
      instanceCount: row.instances ?? 0,
      conflictingInstances: row.conflicts ?? 0,
      objects: OBJECT_MODALITIES.has(row.modality) ? await objectsOf(db, patient, row.id) : [],
    });
  return series;
}

async function objectsOf(db: Kysely<Tables>, patient: number, series: number): Promise<InstanceSummary[]> {
  const rows = await db.selectFrom('instance').selectAll().where('series', '=', series).orderBy('id').execute();
  const objects: InstanceSummary[] = [];
  for (const row of rows)
    objects.push({
      sopInstanceUid: row.uid,
      sopClassUid: row.sop_class,
      instanceNumber: row.number,
      label: row.label,
      transferSyntaxUid: row.transfer_syntax,
      bytes: row.bytes,
      received: row.received,
      variant: row.variant,
      references: await resolveSubject(db, { id: row.id, patient, frame: row.frame }),
    });
  return objects;
}

import type { Kysely } from 'kysely';
import type { InstanceHeader } from '#shared/dicom/header.ts';
import { identityOf, patientFor } from './patients.ts';
import type { Tables } from '../storage/schema.ts';

export interface FileFacts {
  readonly path: string;
  readonly digest: string;
  readonly bytes: number;
  readonly received: string;
  readonly source: string;
}

export interface IndexedObject {
  readonly patientKey: string;
  readonly variant: number;
  /** False when this very file was indexed before. */
  readonly added: boolean;
  /** Whether other bytes are stored under the same SOP Instance UID, of this patient or of another. */
  readonly contested: boolean;
}

/** Enters one object with its patient, study and series. Runs inside a write transaction. */
export async function indexObject(db: Kysely<Tables>, header: InstanceHeader, file: FileFacts): Promise<IndexedObject> {
  const known = await db
    .selectFrom('instance')
    .innerJoin('series', 'series.id', 'instance.series')
    .innerJoin('study', 'study.id', 'series.study')
    .innerJoin('patient', 'patient.id', 'study.patient')
    .select(['instance.variant', 'patient.key'])
    .where('instance.path', '=', file.path)
    .executeTakeFirst();
  if (known) return { patientKey: known.key, variant: known.variant, added: false, contested: false };

  const patient = await patientFor(db, identityOf(header));
  const study = await studyFor(db, patient, header);
  const series = await seriesFor(db, study, header);
  const others = await db
    .selectFrom('instance')
    .innerJoin('series', 'series.id', 'instance.series')
    .innerJoin('study', 'study.id', 'series.study')
    .select(['instance.variant', 'study.patient'])
    .where('instance.uid', '=', header.sopInstanceUid)
    .execute();
  // Counted within the patient: what another patient has under this UID must not hide this one's object.
  const variant = others.reduce(
    (next, other) => (other.patient === patient ? Math.max(next, other.variant + 1) : next),
    0,
  );
  const { id } = await db
    .insertInto('instance')
    .values({
      series,
      uid: header.sopInstanceUid,
      sop_class: header.sopClassUid,
      transfer_syntax: header.transferSyntaxUid,
      number: header.instanceNumber,
      label: header.label,
      rows: header.image?.rows ?? null,
      columns: header.image?.columns ?? null,
      bits_allocated: header.image?.bitsAllocated ?? null,
      frames: header.image?.numberOfFrames ?? null,
      frame: frameOf(header),
      variant,
      ...file,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await insertReferences(db, id, header);
  const { key } = await db.selectFrom('patient').select('key').where('id', '=', patient).executeTakeFirstOrThrow();
  return { patientKey: key, variant, added: true, contested: others.length > 0 };
}

async function studyFor(db: Kysely<Tables>, patient: number, header: InstanceHeader): Promise<number> {
  const known = await db
    .selectFrom('study')
    .select('id')
    .where('uid', '=', header.studyInstanceUid)
    .where('patient', '=', patient)
    .executeTakeFirst();
  if (known) return known.id;
  const study = {
    patient,
    uid: header.studyInstanceUid,
    date: header.studyDate,
    time: header.studyTime,
    study_id: header.studyId,
    accession: header.accessionNumber,
    description: header.studyDescription,
    referring: header.referringPhysicianName,
  };
  return (await db.insertInto('study').values(study).returning('id').executeTakeFirstOrThrow()).id;
}

async function seriesFor(db: Kysely<Tables>, study: number, header: InstanceHeader): Promise<number> {
  const known = await db
    .selectFrom('series')
    .select('id')
    .where('uid', '=', header.seriesInstanceUid)
    .where('study', '=', study)
    .executeTakeFirst();
  if (known) return known.id;
  const series = {
    study,
    uid: header.seriesInstanceUid,
    modality: header.modality,
    number: header.seriesNumber,
    description: header.seriesDescription,
    date: header.seriesDate,
    time: header.seriesTime,
    body_part: header.bodyPartExamined,
    frame: frameOf(header),
  };
  return (await db.insertInto('series').values(series).returning('id').executeTakeFirstOrThrow()).id;
}

/** Structure sets often state their frame only inside their sequences. */
const frameOf = (header: InstanceHeader): string =>
  header.frameOfReferenceUid || (header.references.framesOfReference[0] ?? '');

/** SQLite's limit on bound values is far above this; structure sets can name thousands of images. */
const ROWS_AT_ONCE = 500;

async function insertReferences(db: Kysely<Tables>, instance: number, header: InstanceHeader): Promise<void> {
  const rows = [
    ...header.references.instances.map(({ sopInstanceUid: uid }) => ({ instance, kind: 'instance' as const, uid })),
    ...header.references.series.map((uid) => ({ instance, kind: 'series' as const, uid })),
    ...header.references.framesOfReference.map((uid) => ({ instance, kind: 'frame' as const, uid })),
  ];
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
    await db
      .insertInto('reference')
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .execute();
}

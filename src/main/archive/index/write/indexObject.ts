import { type Kysely, sql } from 'kysely';
import type { InstanceHeader } from '#shared/dicom/header.ts';
import { listOf } from '../storage/lists.ts';
import type { Tables } from '../storage/schema.ts';
import { foldedGroups, indexed, ordinalOf } from './names.ts';
import { identityOf, patientFor } from './patients.ts';

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

/** Enters one object with its patient, study and series, and counts it in them. Runs inside a write transaction. */
export async function indexObject(db: Kysely<Tables>, header: InstanceHeader, file: FileFacts): Promise<IndexedObject> {
  const known = await db
    .selectFrom('instance')
    .innerJoin('patient', 'patient.id', 'instance.patient')
    .select(['instance.variant', 'patient.key'])
    .where('instance.path', '=', file.path)
    .executeTakeFirst();
  if (known) return { patientKey: known.key, variant: known.variant, added: false, contested: false };

  const patient = await patientFor(db, identityOf(header));
  const study = await studyFor(db, patient.id, header);
  const series = await seriesFor(db, study.id, header);
  const others = await db
    .selectFrom('instance')
    .select(['variant', 'patient'])
    .where('uid', '=', header.sopInstanceUid)
    .execute();
  // Counted within the patient: what another patient has under this UID must not hide this one's object.
  const variant = others.reduce(
    (next, other) => (other.patient === patient.id ? Math.max(next, other.variant + 1) : next),
    0,
  );
  const { id } = await db
    .insertInto('instance')
    .values({
      series: series.id,
      patient: patient.id,
      uid: header.sopInstanceUid,
      sop_class: indexed(header.sopClassUid),
      transfer_syntax: indexed(header.transferSyntaxUid),
      number: indexed(header.instanceNumber),
      ordinal: ordinalOf(header.instanceNumber),
      label: indexed(header.label),
      approval: indexed(header.approvalStatus),
      created_date: indexed(header.instanceCreationDate),
      created_time: indexed(header.instanceCreationTime),
      rows: header.image?.rows ?? null,
      columns: header.image?.columns ?? null,
      bits_allocated: header.image?.bitsAllocated ?? null,
      frames: header.image?.numberOfFrames ?? null,
      frame: frameOf(header),
      variant,
      path: file.path,
      digest: file.digest,
      bytes: file.bytes,
      received: file.received,
      source: indexed(file.source),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await insertReferences(db, id, header);

  const more = { instances: variant === 0 ? 1 : 0, conflicts: variant === 0 ? 0 : 1, received: file.received };
  const newSeries = series.isNew ? 1 : 0;
  await count(db, 'series', series.id, more);
  await count(db, 'study', study.id, more, {
    series: sql`series + ${newSeries}`,
    ...withValue('modalities', study.modalities, indexed(header.modality)),
    ...withValue('sop_classes', study.sopClasses, indexed(header.sopClassUid)),
  });
  await count(db, 'patient', patient.id, more, {
    studies: sql`studies + ${study.isNew ? 1 : 0}`,
    series: sql`series + ${newSeries}`,
    ...withValue('modalities', patient.modalities, indexed(header.modality)),
  });
  return { patientKey: patient.key, variant, added: true, contested: others.length > 0 };
}

interface More {
  readonly instances: number;
  readonly conflicts: number;
  readonly received: string;
}

const count = (
  db: Kysely<Tables>,
  table: 'series' | 'study' | 'patient',
  id: number,
  more: More,
  changes: Record<string, unknown> = {},
): Promise<unknown> =>
  db
    .updateTable(table)
    .set({
      instances: sql`instances + ${more.instances}`,
      conflicts: sql`conflicts + ${more.conflicts}`,
      received: sql`case when received < ${more.received} then ${more.received} else received end`,
      ...changes,
    })
    .where('id', '=', id)
    .execute();

/** A list column with one more value, where it lacks that. */
function withValue(column: string, list: string, value: string): Record<string, string> {
  const longer = listOf([list, value]);
  return longer === list ? {} : { [column]: longer };
}

interface StudyForObject {
  readonly id: number;
  readonly isNew: boolean;
  readonly modalities: string;
  readonly sopClasses: string;
}

async function studyFor(db: Kysely<Tables>, patient: number, header: InstanceHeader): Promise<StudyForObject> {
  const known = await db
    .selectFrom('study')
    .select(['id', 'modalities', 'sop_classes as sopClasses'])
    .where('uid', '=', header.studyInstanceUid)
    .where('patient', '=', patient)
    .executeTakeFirst();
  if (known) return { ...known, isNew: false };
  const referring = indexed(header.referringPhysicianName);
  const [referring_folded, referring_ideographic, referring_phonetic] = foldedGroups(referring);
  const { id } = await db
    .insertInto('study')
    .values({
      patient,
      uid: header.studyInstanceUid,
      date: indexed(header.studyDate),
      time: indexed(header.studyTime),
      study_id: indexed(header.studyId),
      accession: indexed(header.accessionNumber),
      description: indexed(header.studyDescription),
      referring,
      referring_folded,
      referring_ideographic,
      referring_phonetic,
      series: 0,
      instances: 0,
      conflicts: 0,
      modalities: '',
      sop_classes: '',
      received: '',
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, isNew: true, modalities: '', sopClasses: '' };
}

async function seriesFor(
  db: Kysely<Tables>,
  study: number,
  header: InstanceHeader,
): Promise<{ id: number; isNew: boolean }> {
  const known = await db
    .selectFrom('series')
    .select('id')
    .where('uid', '=', header.seriesInstanceUid)
    .where('study', '=', study)
    .executeTakeFirst();
  if (known) return { id: known.id, isNew: false };
  const { id } = await db
    .insertInto('series')
    .values({
      study,
      uid: header.seriesInstanceUid,
      modality: indexed(header.modality),
      number: indexed(header.seriesNumber),
      ordinal: ordinalOf(header.seriesNumber),
      description: indexed(header.seriesDescription),
      date: indexed(header.seriesDate),
      time: indexed(header.seriesTime),
      body_part: indexed(header.bodyPartExamined),
      frame: frameOf(header),
      protocol: indexed(header.protocolName),
      station: indexed(header.stationName),
      instances: 0,
      conflicts: 0,
      received: '',
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, isNew: true };
}

/** Structure sets often state their frame only inside their sequences. */
const frameOf = (header: InstanceHeader): string =>
  indexed(header.frameOfReferenceUid || (header.references.framesOfReference[0] ?? ''));

/** Both systems' limits on bound values are far above this; structure sets can name thousands of images. */
const ROWS_AT_ONCE = 500;

async function insertReferences(db: Kysely<Tables>, instance: number, header: InstanceHeader): Promise<void> {
  const row = (kind: 'instance' | 'series' | 'frame', uid: string) => ({ instance, kind, uid: indexed(uid) });
  const rows = [
    ...header.references.instances.map(({ sopInstanceUid }) => row('instance', sopInstanceUid)),
    ...header.references.series.map((uid) => row('series', uid)),
    ...header.references.framesOfReference.map((uid) => row('frame', uid)),
  ];
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
    await db
      .insertInto('reference')
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .execute();
}

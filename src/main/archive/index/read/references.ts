import type { Kysely } from 'kysely';
import type { Tables } from '../storage/schema.ts';
import type { ResolvedReferences, StoredObject } from '../../types.ts';

/** Modalities whose series are images to plan on, best first. */
const IMAGE_MODALITIES = ['CT', 'MR', 'PT', 'NM', 'US', 'XA', 'CR', 'DX', 'OT'];

interface Subject {
  readonly id: number;
  readonly patient: number;
  readonly frame: string;
}

/**
 * What an object refers to (see `Archive.references`). Only within its patient: a UID that leads to another patient's object
 * is no link. The image series are those it names by UID, or that hold images it names, or that an object it names (its
 * structure set, its plan) leads to; failing all of that, the image series in its frames of reference.
 */
export async function resolveReferences(
  db: Kysely<Tables>,
  object: Pick<StoredObject, 'sopInstanceUid' | 'patientKey' | 'variant'>,
): Promise<ResolvedReferences> {
  const subject = await db
    .selectFrom('instance')
    .innerJoin('series', 'series.id', 'instance.series')
    .innerJoin('study', 'study.id', 'series.study')
    .innerJoin('patient', 'patient.id', 'study.patient')
    .select(['instance.id', 'instance.frame', 'study.patient'])
    .where('instance.uid', '=', object.sopInstanceUid)
    .where('instance.variant', '=', object.variant)
    .where('patient.key', '=', object.patientKey)
    .executeTakeFirstOrThrow();
  return resolveSubject(db, subject);
}

/** The same for a known row: `tree.ts` asks for each object that it lists. */
export async function resolveSubject(db: Kysely<Tables>, subject: Subject): Promise<ResolvedReferences> {
  const named = await db.selectFrom('reference').selectAll().where('instance', '=', subject.id).execute();
  const uids = (kind: string): string[] => named.filter((row) => row.kind === kind).map((row) => row.uid);
  const instances = uids('instance');
  const byUid = await seriesByUid(db, subject, new Set([subject.id]));
  if (byUid.length > 0) return { instances, series: byUid, by: 'uid' };
  const frames = [subject.frame, ...uids('frame')].filter((frame) => frame !== '');
  const byFrame = await imageSeries(db, subject.patient, 'frame', frames);
  return { instances, series: byFrame, by: byFrame.length > 0 ? 'frame-of-reference' : 'none' };
}

/** Follows plan → structure set and dose → plan, each object once: senders do write circles. */
async function seriesByUid(db: Kysely<Tables>, subject: Subject, seen: Set<number>): Promise<string[]> {
  const direct = await db
    .selectFrom('reference')
    .select('uid')
    .where('instance', '=', subject.id)
    .where('kind', '=', 'series')
    .execute();
  const named = await imageSeries(
    db,
    subject.patient,
    'uid',
    direct.map((row) => row.uid),
  );
  if (named.length > 0) return named;
  const targets = await db
    .selectFrom('reference')
    .innerJoin('instance', 'instance.uid', 'reference.uid')
    .innerJoin('series', 'series.id', 'instance.series')
    .innerJoin('study', 'study.id', 'series.study')
    .select(['instance.id', 'instance.frame', 'series.uid as series', 'series.modality', 'study.patient'])
    .where('reference.instance', '=', subject.id)
    .where('reference.kind', '=', 'instance')
    .where('study.patient', '=', subject.patient)
    .execute();
  const images = targets.filter((target) => IMAGE_MODALITIES.includes(target.modality));
  if (images.length > 0) return sortByModality(images.map(({ series, modality }) => ({ uid: series, modality })));
  const found: string[] = [];
  for (const target of targets) {
    if (seen.has(target.id)) continue;
    seen.add(target.id);
    found.push(...(await seriesByUid(db, target, seen)));
  }
  return [...new Set(found)];
}

async function imageSeries(
  db: Kysely<Tables>,
  patient: number,
  column: 'uid' | 'frame',
  values: readonly string[],
): Promise<string[]> {
  if (values.length === 0) return [];
  const rows = await db
    .selectFrom('series')
    .innerJoin('study', 'study.id', 'series.study')
    .select(['series.uid', 'series.modality'])
    .where('study.patient', '=', patient)
    .where(`series.${column}`, 'in', [...new Set(values)])
    .where('series.modality', 'in', IMAGE_MODALITIES)
    .execute();
  return sortByModality(rows);
}

function sortByModality(series: readonly { uid: string; modality: string }[]): string[] {
  const sorted = [...series].sort(
    (a, b) => IMAGE_MODALITIES.indexOf(a.modality) - IMAGE_MODALITIES.indexOf(b.modality),
  );
  return [...new Set(sorted.map(({ uid }) => uid))];
}

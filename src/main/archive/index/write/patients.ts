import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { InstanceHeader } from '#shared/dicom/header.ts';
import type { PatientRow, Tables } from '../storage/schema.ts';
import { foldedGroups, foldName, indexed, wordsOf } from './names.ts';

/** What tells one person from another in the headers we receive. */
export interface Identity {
  readonly patientId: string;
  readonly issuer: string;
  readonly name: string;
  readonly birthDate: string;
  readonly sex: string;
  readonly studyInstanceUid: string;
}

export const identityOf = (header: InstanceHeader): Identity => ({
  patientId: indexed(header.patientId),
  issuer: indexed(header.issuerOfPatientId),
  name: indexed(header.patientName),
  birthDate: indexed(header.patientBirthDate),
  sex: indexed(header.patientSex),
  studyInstanceUid: header.studyInstanceUid,
});

/** A missing value agrees with any; sex counts only where both sides state M or F. */
const agrees = (a: string, b: string): boolean => a === '' || b === '' || a === b;
const knownSex = (sex: string): string => (sex === 'M' || sex === 'F' ? sex : '');

type Known = Pick<PatientRow, 'patient_id' | 'issuer' | 'name_folded' | 'birth_date' | 'sex'>;

/** Whether a stored patient and a received identity can be the same person: same ID and name, nothing else contradicting. */
function samePatient(known: Known, identity: Identity): boolean {
  return (
    known.patient_id === identity.patientId &&
    known.name_folded === foldName(identity.name) &&
    agrees(known.issuer, identity.issuer) &&
    agrees(known.birth_date, identity.birthDate) &&
    agrees(knownSex(known.sex), knownSex(identity.sex))
  );
}

/** The archive's key: derived from the first identity seen, so that rebuilding in order of receipt gives the same keys. */
function newKey(identity: Identity): string {
  const parts = [identity.patientId, identity.issuer, foldName(identity.name), identity.birthDate, identity.sex];
  // Without a Patient ID nothing proves that two studies show the same person.
  if (identity.patientId === '') parts.push(identity.studyInstanceUid);
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

/** A patient as indexing needs it, with what is counted for it. */
type PatientForObject = Pick<PatientRow, 'id' | 'key' | 'modalities' | 'received'>;

/**
 * The patient this object belongs to. One Patient ID with conflicting names, birth dates or sexes becomes several
 * patients, never one; where several stored patients agree with an incomplete identity, none of them is guessed.
 */
export async function patientFor(db: Kysely<Tables>, identity: Identity): Promise<PatientForObject> {
  const key = newKey(identity);
  const byKey = await db
    .selectFrom('patient')
    .select(['id', 'key', 'modalities', 'received'])
    .where('key', '=', key)
    .executeTakeFirst();
  if (byKey) return byKey;
  if (identity.patientId !== '') {
    const sameId = await db.selectFrom('patient').selectAll().where('patient_id', '=', identity.patientId).execute();
    const candidates = sameId.filter((known) => samePatient(known, identity));
    if (candidates.length === 1) return completePatient(db, candidates[0], identity);
  }
  const [name_folded, name_ideographic, name_phonetic] = foldedGroups(identity.name);
  const { id } = await db
    .insertInto('patient')
    .values({
      key,
      patient_id: identity.patientId,
      issuer: identity.issuer,
      name: identity.name,
      name_folded,
      name_ideographic,
      name_phonetic,
      name_words: ` ${wordsOf(identity.name).join(' ')} `,
      id_folded: identity.patientId.toUpperCase(),
      birth_date: identity.birthDate,
      sex: identity.sex,
      studies: 0,
      series: 0,
      instances: 0,
      conflicts: 0,
      modalities: '',
      received: '',
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, key, modalities: '', received: '' };
}

async function completePatient(db: Kysely<Tables>, known: PatientRow, identity: Identity): Promise<PatientForObject> {
  const filled = {
    issuer: known.issuer || identity.issuer,
    birth_date: known.birth_date || identity.birthDate,
    sex: known.sex || identity.sex,
  };
  const changed = filled.issuer !== known.issuer || filled.birth_date !== known.birth_date || filled.sex !== known.sex;
  if (changed) await db.updateTable('patient').set(filled).where('id', '=', known.id).execute();
  return known;
}

/** For people: every other patient in `sameId`, which carry this one's Patient ID, and how they differ. */
export function identityConflicts(patient: PatientRow, sameId: readonly PatientRow[]): string[] {
  if (patient.patient_id === '') return ['no Patient ID: studies are kept apart'];
  const others = sameId.filter((other) => other.id !== patient.id && agrees(other.issuer, patient.issuer));
  return others.map((other) => {
    const born = other.birth_date === '' ? 'no birth date' : `born ${other.birth_date}`;
    return `Patient ID ${patient.patient_id} is also used by ${other.name || '(no name)'}, ${born}, sex ${other.sex || 'unknown'}`;
  });
}

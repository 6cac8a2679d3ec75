import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { PatientSummary } from '#shared/contract/rpc/patients.ts';
import type { SqlDialect } from '../storage/dialect.ts';
import { valuesOf } from '../storage/lists.ts';
import type { PatientRow, Tables } from '../storage/schema.ts';
import { wordsOf } from '../write/names.ts';
import { identityConflicts } from '../write/patients.ts';

/**
 * Patients by name: those whose name contains every word of `search`, in any case and with or without accents, or whose ID contains
 * it; at most `limit`.
 */
export async function listPatients(
  db: Kysely<Tables>,
  dialect: SqlDialect,
  search: string,
  limit?: number,
): Promise<PatientSummary[]> {
  const found = await db
    .selectFrom('patient')
    .selectAll()
    .$if(search.trim() !== '', (query) => query.where(searched(dialect, search.trim())))
    .orderBy('name_folded')
    .orderBy('patient_id')
    .orderBy('id')
    .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
    .execute();
  const [sameId, latest] = [await withTheirIds(db, found), await latestStudies(db, found)];
  return found.map((patient) => {
    const study = latest.get(patient.id);
    return {
      ...summaryOf(patient, sameId.get(patient.patient_id) ?? []),
      ...(study !== undefined && { latestStudy: study }),
    };
  });
}

function searched(dialect: SqlDialect, search: string): RawBuilder<boolean> {
  const words = wordsOf(search).map((word) => dialect.contains(sql.ref('name_words'), word));
  const byId = dialect.contains(sql.ref('id_folded'), search.toUpperCase());
  return words.length === 0 ? byId : sql`((${sql.join(words, sql` and `)}) or ${byId})`;
}

/** Values in one statement. */
const AT_ONCE = 500;

/** Everybody who carries one of the Patient IDs found, by ID: those of others may not have been searched for. */
async function withTheirIds(db: Kysely<Tables>, found: readonly PatientRow[]): Promise<Map<string, PatientRow[]>> {
  const ids = [...new Set(found.map((patient) => patient.patient_id))].filter((id) => id !== '');
  const rows: PatientRow[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE)
    rows.push(
      ...(await db
        .selectFrom('patient')
        .selectAll()
        .where('patient_id', 'in', ids.slice(at, at + AT_ONCE))
        .execute()),
    );
  return Map.groupBy(rows, (row) => row.patient_id);
}

/** The newest study of each by date and time, the last that came of those alike; by patient. */
async function latestStudies(
  db: Kysely<Tables>,
  found: readonly PatientRow[],
): Promise<Map<number, NonNullable<PatientSummary['latestStudy']>>> {
  const latest = new Map<number, NonNullable<PatientSummary['latestStudy']>>();
  for (let at = 0; at < found.length; at += AT_ONCE) {
    const studies = await db
      .selectFrom('study')
      .select(['patient', 'date', 'description'])
      .where(
        'patient',
        'in',
        found.slice(at, at + AT_ONCE).map(({ id }) => id),
      )
      .orderBy('date')
      .orderBy('time')
      .orderBy('id')
      .execute();
    for (const { patient, date, description } of studies) latest.set(patient, { date, description });
  }
  return latest;
}

/** The row and those that share its Patient ID, for people. */
export const summaryOf = (patient: PatientRow, sameId: readonly PatientRow[]): PatientSummary => ({
  key: patient.key,
  patientName: patient.name,
  patientId: patient.patient_id,
  patientBirthDate: patient.birth_date,
  patientSex: patient.sex,
  studies: patient.studies,
  instances: patient.instances + patient.conflicts,
  modalities: valuesOf(patient.modalities),
  lastReceived: patient.received,
  conflicts: identityConflicts(patient, sameId),
});

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
  const shared = await withSharedIds(db);
  return found.map((patient) => summaryOf(patient, shared.get(patient.patient_id) ?? []));
}

function searched(dialect: SqlDialect, search: string): RawBuilder<boolean> {
  const words = wordsOf(search).map((word) => dialect.contains(sql.ref('name_words'), word));
  const byId = dialect.contains(sql.ref('id_folded'), search.toUpperCase());
  return words.length === 0 ? byId : sql`((${sql.join(words, sql` and `)}) or ${byId})`;
}

/** All patients whose Patient ID another one has too, by that ID: few, whatever the size of the archive. */
async function withSharedIds(db: Kysely<Tables>): Promise<Map<string, PatientRow[]>> {
  const shared = db.selectFrom('patient').select('patient_id').groupBy('patient_id').having(sql`count(*)`, '>', 1);
  const rows = await db
    .selectFrom('patient')
    .selectAll()
    .where('patient_id', '<>', '')
    .where('patient_id', 'in', shared)
    .execute();
  return Map.groupBy(rows, (row) => row.patient_id);
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

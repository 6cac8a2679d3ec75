import { type Kysely, type RawBuilder, sql } from 'kysely';
import { IsocenterError } from '#shared/contract/errors.ts';
import { attributeNamed, QUERY_ATTRIBUTES, reaches } from './attributes.ts';
import { matchCondition } from './matching.ts';
import type { Tables } from '../storage/schema.ts';
import type { ArchiveQuery, Level, QueryRow } from '../../types.ts';

const FROM: Readonly<Record<Level, string>> = {
  patient: 'patient',
  study: 'study join patient on patient.id = study.patient',
  series: 'series join study on study.id = series.study join patient on patient.id = study.patient',
  instance:
    'instance join series on series.id = instance.series join study on study.id = series.study join patient on patient.id = study.patient',
};

const ORDER_BY: Readonly<Record<Level, string>> = {
  patient: 'patient.name_folded, patient.patient_id, patient.id',
  study: 'study.date desc, study.time desc, study.id',
  series: 'study.id, cast(series.number as integer), series.id',
  instance: 'series.id, cast(instance.number as integer), instance.id',
};

/** See `Archive.query`. Of several objects under one SOP Instance UID the first received is listed. */
export async function queryIndex(db: Kysely<Tables>, query: ArchiveQuery): Promise<QueryRow[]> {
  const conditions: RawBuilder<boolean>[] = [];
  if (query.level === 'instance') conditions.push(sql`instance.variant = 0`);
  for (const [name, value] of Object.entries(query.match ?? {})) {
    const attribute = attributeNamed(name);
    if (!attribute) throw new IsocenterError('INVALID_ATTRIBUTE', 'cannot be matched here', { attribute: name });
    if (!reaches(query.level, attribute.level))
      throw new IsocenterError('INVALID_ATTRIBUTE', `lies below the ${query.level} level`, { attribute: name });
    const condition = matchCondition(attribute, value);
    if (condition) conditions.push(condition);
  }
  const attributes = QUERY_ATTRIBUTES.filter((attribute) => reaches(query.level, attribute.level));
  const columns = attributes.map((attribute) => sql`${sql.raw(attribute.sql)} as ${sql.raw(attribute.keyword)}`);
  const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
  const statement = sql<Record<string, string | number | null>>`
    select ${sql.join(columns)} from ${sql.raw(FROM[query.level])} ${where}
    order by ${sql.raw(ORDER_BY[query.level])} limit ${query.limit ?? -1} offset ${query.offset ?? 0}`;
  const { rows } = await statement.execute(db);
  const lists = new Set(attributes.filter((attribute) => attribute.list).map((attribute) => attribute.keyword));
  return rows.map((row) => {
    const present = Object.entries(row).filter(([, value]) => value !== null && value !== '');
    return Object.fromEntries(
      present.map(([keyword, value]) => [
        keyword,
        lists.has(keyword) ? String(value).split(',') : (value as string | number),
      ]),
    );
  });
}

import { type Kysely, type RawBuilder, sql } from 'kysely';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { ArchiveQuery, Level, QueryRow } from '../../types.ts';
import type { SqlDialect } from '../storage/dialect.ts';
import { valuesOf } from '../storage/lists.ts';
import type { Tables } from '../storage/schema.ts';
import { attributeNamed, QUERY_ATTRIBUTES, type QueryAttribute, reaches } from './attributes.ts';
import { combinedRange, rangePairs } from './dateTime.ts';
import { matchCondition } from './matching.ts';
import { after, orderBy, placeColumns } from './order.ts';
import { fuzzyName } from './personName.ts';
import { joinedFor } from './joins.ts';

type Values = Readonly<Record<string, string | number | null>>;
type Place = readonly (string | number)[];

/** See `Archive.query`. Of several objects under one SOP Instance UID the first received is listed. */
export async function queryIndex(db: Kysely<Tables>, dialect: SqlDialect, query: ArchiveQuery): Promise<QueryRow[]> {
  const { rows } = await queryStatement(dialect, query).execute(db);
  return rows.map((row) => answerOf(query.level, row));
}

/** Rows fetched at once: some milliseconds of work. */
const PAGE = 500;

/**
 * See `Archive.queryRows`: page after page, each beginning behind the last row of the one before, so that rows which come or go
 * meanwhile neither repeat nor hide others.
 */
export async function* queryRows(
  db: Kysely<Tables>,
  dialect: SqlDialect,
  query: ArchiveQuery,
): AsyncGenerator<QueryRow, undefined> {
  let left = query.limit ?? Number.POSITIVE_INFINITY;
  let place: Place | undefined;
  while (left > 0) {
    const limit = Math.min(PAGE, left);
    const page = { ...query, limit, offset: place === undefined ? query.offset : 0 };
    const { rows } = await queryStatement(dialect, page, place).execute(db);
    for (const row of rows) yield answerOf(query.level, row);
    if (rows.length < limit) return;
    left -= rows.length;
    const last = rows[rows.length - 1];
    place = placeColumns(query.level).map((_, i) => last[`place${i}`] ?? '');
  }
}

/** The statement of a query, of what comes after `place` if given. @throws INVALID_ATTRIBUTE */
export function queryStatement(dialect: SqlDialect, query: ArchiveQuery, place?: Place): RawBuilder<Values> {
  const { level } = query;
  const keys = keysOf(query);
  const conditions = conditionsOf(dialect, query, keys);
  if (place) conditions.push(after(level, place));
  const columns = [
    ...attributesOf(level).map((attribute) => `${attribute.sql} as "${attribute.keyword}"`),
    ...placeColumns(level).map((column, i) => `${column} as place${i}`),
  ];
  const { from, joined } = joinedFor(level, keys);
  conditions.push(...joined);
  const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
  const limit = query.limit === undefined ? sql`` : sql`limit ${query.limit}`;
  const offset = query.offset === undefined || query.offset === 0 ? sql`` : sql`offset ${query.offset}`;
  // SQLite takes an offset only after a limit.
  const all = query.limit === undefined && query.offset ? sql`limit ${Number.MAX_SAFE_INTEGER}` : sql``;
  return sql<Values>`select ${sql.raw(columns.join(', '))} from ${from} ${where}
    order by ${sql.raw(orderBy(level))} ${limit} ${all} ${offset}`;
}

interface Key extends QueryAttribute {
  readonly value: string;
}

function keysOf({ level, match }: ArchiveQuery): Key[] {
  return Object.entries(match ?? {}).map(([name, value]) => {
    const attribute = attributeNamed(name);
    if (!attribute) throw new IsocenterError('INVALID_ATTRIBUTE', 'cannot be matched here', { attribute: name });
    if (!reaches(level, attribute.level))
      throw new IsocenterError('INVALID_ATTRIBUTE', `lies below the ${level} level`, { attribute: name });
    return { ...attribute, value };
  });
}

/** What the study of a match holds in a list: tells studies without matches apart before their series are looked at. */
const IMPLIED: Readonly<Record<string, string>> = { Modality: 'ModalitiesInStudy', SOPClassUID: 'SOPClassesInStudy' };

function impliedBy(dialect: SqlDialect, { keyword, value }: Key): RawBuilder<boolean> | undefined {
  const list = attributeNamed(IMPLIED[keyword] ?? '');
  if (dialect.hasStatistics || !list || /[\\,]/.test(value)) return undefined;
  return matchCondition(dialect, list, value);
}

function conditionsOf(dialect: SqlDialect, query: ArchiveQuery, keys: readonly Key[]): RawBuilder<boolean>[] {
  const pairs = query.combinedDateTime === true ? rangePairs(keys) : [];
  const paired = new Set<Key>(pairs.flat());
  const single = keys
    .filter((key) => !paired.has(key))
    .map((key) =>
      query.fuzzyNames === true && key.keyword === 'PatientName'
        ? fuzzyName(dialect, key.value)
        : matchCondition(dialect, key, key.value),
    );
  const implied = keys.map((key) => impliedBy(dialect, key));
  const found = [...pairs.map(([date, time]) => combinedRange(date, time)), ...single, ...implied];
  return found.filter((condition) => condition !== undefined);
}

const attributesOf = (level: Level): readonly QueryAttribute[] =>
  QUERY_ATTRIBUTES.filter((attribute) => reaches(level, attribute.level));

function answerOf(level: Level, row: Values): QueryRow {
  const answer: Record<string, string | number | readonly string[]> = {};
  for (const { keyword, list } of attributesOf(level)) {
    const value = row[keyword];
    if (value !== null && value !== undefined && value !== '') answer[keyword] = list ? valuesOf(String(value)) : value;
  }
  return answer;
}

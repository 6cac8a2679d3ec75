import { type RawBuilder, sql } from 'kysely';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { SqlDialect } from '../storage/dialect.ts';
import { SEPARATOR } from '../storage/lists.ts';
import { isInteger } from '../write/names.ts';
import type { QueryAttribute } from './attributes.ts';
import { dateTimeRange } from './dateTime.ts';
import { personName } from './personName.ts';
import { textMatches } from './text.ts';

/**
 * Attribute matching of PS3.4 C.2.2.2 as an SQL condition: universal (''), UID list, range (DA, TM), wildcard (* ?),
 * else single value. Person names match without regard to case (C.2.2.2.1 leaves that to the archive).
 * Undefined where every row matches. @throws INVALID_ATTRIBUTE
 */
export function matchCondition(
  dialect: SqlDialect,
  attribute: QueryAttribute,
  given: string,
): RawBuilder<boolean> | undefined {
  const value = given.trim();
  if (value === '') return undefined;
  const column = sql.raw(attribute.sql);
  if (attribute.computed) throw invalid(attribute, 'is counted and cannot be matched');
  if (value.length > LONGEST) throw invalid(attribute, `${value.length} characters are no value of an attribute`);
  switch (attribute.vr) {
    case 'UI':
      return uidList(dialect, attribute, column, value);
    case 'DA':
    case 'TM':
      return dateTimeRange(attribute, column, value);
    case 'US':
      if (!/^\d{1,10}$/.test(value)) throw invalid(attribute, `'${value}' is no number`);
      return sql`${column} = ${Number(value)}`;
    case 'IS':
      if (!isInteger(value)) throw invalid(attribute, `'${value}' is no integer`);
      return integer(attribute, Number(value));
    case 'PN':
      return personName(dialect, attribute, value);
    case 'LO':
    case 'SH':
    case 'CS':
      return text(dialect, attribute, column, value);
  }
}

/** A list of some hundred UIDs is the longest that people send. */
const LONGEST = 100_000;

const invalid = (attribute: QueryAttribute, message: string): IsocenterError =>
  new IsocenterError('INVALID_ATTRIBUTE', message, { attribute: attribute.keyword });

/** Integer strings are stored as they came, and beside it what they mean; NumberOfFrames is a number already. */
function integer(attribute: QueryAttribute, value: number): RawBuilder<boolean> {
  const column = sql.raw(attribute.sql);
  const [table, name] = attribute.sql.split('.');
  if (name !== 'number') return sql`${column} = ${value}`;
  return sql`(${sql.raw(table)}.ordinal = ${value} and ${column} <> '')`;
}

function uidList(
  dialect: SqlDialect,
  attribute: QueryAttribute,
  column: RawBuilder<unknown>,
  value: string,
): RawBuilder<boolean> | undefined {
  if (value === '*') return undefined;
  const uids = value.split(/[\\,]/).map((uid) => uid.trim());
  for (const uid of uids) if (!/^[0-9.]{1,64}$/.test(uid)) throw invalid(attribute, `'${uid}' is no UID`);
  if (attribute.list)
    return sql`(${sql.join(
      uids.map((uid) => inList(dialect, column, uid)),
      sql` or `,
    )})`;
  return uids.length === 1 ? sql`${column} = ${uids[0]}` : sql`${column} in (${sql.join(uids)})`;
}

/** Whether a list column holds a value that matches the pattern. */
const inList = (dialect: SqlDialect, column: RawBuilder<unknown>, pattern: string): RawBuilder<boolean> =>
  dialect.like(sql`(${SEPARATOR} || ${column} || ${SEPARATOR})`, `*${SEPARATOR}${pattern}${SEPARATOR}*`);

function text(
  dialect: SqlDialect,
  attribute: QueryAttribute,
  column: RawBuilder<unknown>,
  value: string,
): RawBuilder<boolean> | undefined {
  if (/^\*+$/.test(value)) return undefined;
  if (attribute.list) return inList(dialect, column, value);
  return textMatches(dialect, column, value);
}

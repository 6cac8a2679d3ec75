import { type RawBuilder, sql } from 'kysely';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { QueryAttribute } from './attributes.ts';

/**
 * Attribute matching of PS3.4 C.2.2.2 as an SQL condition: universal (''), UID list, range (DA, TM), wildcard (* ?),
 * else single value. Person names match without regard to case (C.2.2.2.1 leaves that to the archive).
 * Undefined where every row matches. @throws INVALID_ATTRIBUTE
 */
export function matchCondition(attribute: QueryAttribute, value: string): RawBuilder<boolean> | undefined {
  if (value === '') return undefined;
  const column = sql.raw(attribute.sql);
  if (attribute.computed) throw invalid(attribute, 'is counted and cannot be matched');
  switch (attribute.vr) {
    case 'UI':
      return uidList(attribute, column, value);
    case 'DA':
    case 'TM':
      return range(attribute, column, value);
    case 'US':
      if (!/^\d+$/.test(value)) throw invalid(attribute, `'${value}' is no number`);
      return sql`${column} = ${Number(value)}`;
    case 'IS':
      if (!/^[+-]?\d+$/.test(value.trim())) throw invalid(attribute, `'${value}' is no integer`);
      return sql`(${column} <> '' and cast(${column} as integer) = ${Number(value)})`;
    case 'PN':
    case 'LO':
    case 'SH':
    case 'CS':
    case 'UR':
      return text(attribute, column, value);
  }
}

const invalid = (attribute: QueryAttribute, message: string): IsocenterError =>
  new IsocenterError('INVALID_ATTRIBUTE', message, { attribute: attribute.keyword });

function uidList(
  attribute: QueryAttribute,
  column: RawBuilder<unknown>,
  value: string,
): RawBuilder<boolean> | undefined {
  if (value === '*') return undefined;
  const uids = value.split(/[\\,]/).map((uid) => uid.trim());
  for (const uid of uids) if (!/^[0-9.]{1,64}$/.test(uid)) throw invalid(attribute, `'${uid}' is no UID`);
  return sql`${column} in (${sql.join(uids)})`;
}

const DATE = /^\d{8}$/;
const TIME = /^\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?$/;

/** `A-B`, `A-`, `-B` or `A`. Values without a date or time never fall into a range. */
function range(attribute: QueryAttribute, column: RawBuilder<unknown>, value: string): RawBuilder<boolean> {
  const [from, to = from, ...more] = value.split('-');
  const form = attribute.vr === 'DA' ? DATE : TIME;
  const bad = more.length > 0 || (from === '' && to === '') || [from, to].some((end) => end !== '' && !form.test(end));
  if (bad)
    throw invalid(attribute, `'${value}' is no ${attribute.vr === 'DA' ? 'date or date range' : 'time or time range'}`);
  // 10-12 includes 12:59:59: the end is padded with nines, the start needs nothing as shorter sorts first.
  const last = to === '' ? '~' : attribute.vr === 'DA' ? to : `${to}${'995959.999999'.slice(to.length)}`;
  return sql`(${column} <> '' and ${column} >= ${from} and ${column} <= ${last})`;
}

function text(attribute: QueryAttribute, column: RawBuilder<unknown>, value: string): RawBuilder<boolean> | undefined {
  if (/^\*+$/.test(value)) return undefined;
  // GLOB takes * and ? as DICOM does; its brackets have to lose their meaning.
  const pattern = value.replace(/\[/g, '[[]');
  if (attribute.list) return sql`(',' || ${column} || ',') glob ${`*,${pattern},*`}`;
  if (attribute.vr === 'PN') return personName(column, pattern);
  return sql`${column} glob ${pattern}`;
}

/**
 * Against the whole name or its alphabetic group alone, in any case and without empty trailing components. `fold_case` and
 * `fold_name` are registered by database.ts, as SQLite's `upper` only knows ASCII.
 */
function personName(column: RawBuilder<unknown>, pattern: string): RawBuilder<boolean> {
  const folded = pattern.replace(/\^+$/, '').toLocaleUpperCase('en');
  return sql`(fold_case(${column}) glob ${folded} or fold_name(${column}) glob ${folded})`;
}

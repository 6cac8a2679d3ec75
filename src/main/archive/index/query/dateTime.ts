import { type RawBuilder, sql } from 'kysely';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { QueryAttribute } from './attributes.ts';

const DATE = /^\d{8}$/;
const TIME = /^\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?$/;

/** A range of dates or times as comparable text, both ends included; '' where it is open. */
interface Range {
  readonly from: string;
  readonly to: string;
}

/** `A-B`, `A-`, `-B` or `A` (PS3.4 C.2.2.2.5). @throws INVALID_ATTRIBUTE */
function rangeOf(attribute: QueryAttribute, value: string): Range {
  const [from, to = from, ...more] = value.split('-').map((end) => end.trim());
  const form = attribute.vr === 'DA' ? DATE : TIME;
  const bad = more.length > 0 || (from === '' && to === '') || [from, to].some((end) => end !== '' && !form.test(end));
  if (bad)
    throw new IsocenterError(
      'INVALID_ATTRIBUTE',
      `'${value}' is no ${attribute.vr === 'DA' ? 'date or date range' : 'time or time range'}`,
      { attribute: attribute.keyword },
    );
  // 10-12 includes 12:59:59: the end is padded with nines, the start needs nothing as shorter sorts first.
  return { from, to: to === '' || attribute.vr === 'DA' ? to : `${to}${'995959.999999'.slice(to.length)}` };
}

/** Values without a date or time never fall into a range. @throws INVALID_ATTRIBUTE */
export function dateTimeRange(
  attribute: QueryAttribute,
  column: RawBuilder<unknown>,
  value: string,
): RawBuilder<boolean> {
  const { from, to } = rangeOf(attribute, value);
  if (from === to) return sql`${column} = ${from}`;
  return sql`(${sql.join([from === '' ? sql`${column} > ''` : sql`${column} >= ${from}`, ...(to === '' ? [] : [sql`${column} <= ${to}`])], sql` and `)})`;
}

interface DateTimeKey extends QueryAttribute {
  readonly value: string;
}

/** Attributes whose ranges are one range of date and time when that was negotiated. */
const PAIRS: readonly (readonly [date: string, time: string])[] = [
  ['StudyDate', 'StudyTime'],
  ['SeriesDate', 'SeriesTime'],
  ['InstanceCreationDate', 'InstanceCreationTime'],
];

/** The pairs of a date and a time among the keys that are both ranges: only these combine. */
export const rangePairs = <T extends DateTimeKey>(keys: readonly T[]): [date: T, time: T][] =>
  PAIRS.flatMap((pair) => {
    const [date, time] = pair.map((keyword) => keys.find((key) => key.keyword === keyword && key.value.includes('-')));
    return date && time ? [[date, time] as [T, T]] : [];
  });

/**
 * Combined date-time matching (PS3.4 C.2.2.2.5, where negotiated): from the first date at the first time to the last date at the
 * last time. An end open in the time reaches to the end of its day. @throws INVALID_ATTRIBUTE
 */
export function combinedRange(date: DateTimeKey, time: DateTimeKey): RawBuilder<boolean> {
  const dates = rangeOf(date, date.value);
  const times = rangeOf(time, time.value);
  const [day, moment] = [sql.raw(date.sql), sql.raw(time.sql)];
  const conditions: RawBuilder<boolean>[] = [sql`${day} <> ''`];
  if (dates.from !== '')
    conditions.push(sql`${day} >= ${dates.from} and (${day} > ${dates.from} or ${moment} >= ${times.from})`);
  if (dates.to !== '')
    conditions.push(
      times.to === ''
        ? sql`${day} <= ${dates.to}`
        : sql`${day} <= ${dates.to} and (${day} < ${dates.to} or ${moment} <= ${times.to})`,
    );
  return sql`(${sql.join(conditions, sql` and `)})`;
}

import { type RawBuilder, sql } from 'kysely';
import type { SqlDialect } from '../storage/dialect.ts';
import { foldGroup, wordsOf } from '../write/names.ts';
import type { QueryAttribute } from './attributes.ts';
import { textMatches } from './text.ts';

const GROUPS = ['folded', 'ideographic', 'phonetic'];

/**
 * A Person Name in any case and without empty trailing components. A value with groups (`=`) is compared group by group, an empty
 * one with anything; a value of one group matches a name any of whose groups it matches. Undefined where every name matches.
 */
export function personName(
  dialect: SqlDialect,
  attribute: QueryAttribute,
  value: string,
): RawBuilder<boolean> | undefined {
  const column = (group: number) => sql.raw(`${attribute.sql}_${GROUPS[group]}`);
  const groups = value.split('=').slice(0, GROUPS.length);
  if (groups.length === 1) {
    const patterns = patternsOf(value);
    if (patterns.length === 0) return undefined;
    return anyOf(GROUPS.flatMap((_, group) => patterns.map((pattern) => textMatches(dialect, column(group), pattern))));
  }
  const conditions = groups.flatMap((given, group) => {
    const patterns = patternsOf(given);
    return patterns.length === 0
      ? []
      : [anyOf(patterns.map((pattern) => textMatches(dialect, column(group), pattern)))];
  });
  return conditions.length === 0 ? undefined : sql`(${sql.join(conditions, sql` and `)})`;
}

const anyOf = (conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> =>
  sql`(${sql.join(conditions, sql` or `)})`;

/**
 * What one group of a name may look like to match: `DOE^*` is also `DOE`, whose further components are empty. None where
 * everything matches.
 */
function patternsOf(given: string): string[] {
  const patterns = [foldGroup(given)];
  for (;;) {
    const last = patterns[patterns.length - 1];
    if (/^\**$/.test(last)) return [];
    const shorter = /^(.*?)\^+\*+$/.exec(last)?.[1];
    if (shorter === undefined) return patterns;
    patterns.push(shorter);
  }
}

/**
 * Fuzzy semantic matching of person names (PS3.4 C.2.2.2.1.1, where negotiated): without regard to accents, order, and how the name
 * is split into components; every word of the value begins a word of the name. Undefined where every name matches.
 */
export function fuzzyName(dialect: SqlDialect, value: string): RawBuilder<boolean> | undefined {
  const words = wordsOf(value.replace(/[*?]/g, ' '));
  if (words.length === 0) return undefined;
  return sql`(${sql.join(
    words.map((word) => dialect.contains(sql.raw('patient.name_words'), ` ${word}`)),
    sql` and `,
  )})`;
}

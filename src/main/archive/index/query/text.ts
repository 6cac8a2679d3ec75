import { type RawBuilder, sql } from 'kysely';
import type { SqlDialect } from '../storage/dialect.ts';

/** Sorts behind every text that begins with what stands before it; no text contains this noncharacter. */
const BEHIND = '\u{10ffff}';

/**
 * Whether a column matches a value that may hold wildcards, minding case. What stands before the first wildcard becomes a range,
 * for which both systems use an index.
 */
export function textMatches(dialect: SqlDialect, column: RawBuilder<unknown>, value: string): RawBuilder<boolean> {
  const wildcard = value.search(/[*?]/);
  if (wildcard < 0) return sql`${column} = ${value}`;
  const pattern = dialect.like(column, value.replace(/\*+/g, '*'));
  if (wildcard === 0) return pattern;
  const prefix = value.slice(0, wildcard);
  return sql`(${column} >= ${prefix} and ${column} < ${prefix + BEHIND} and ${pattern})`;
}

import { type RawBuilder, sql } from 'kysely';
import type { Level } from '../../types.ts';

/** `on true` leaves the order of these two to SQLite's planner: a name or the date may be what narrows the search. */
const STUDY = 'study join patient on true';
const INSTANCES = 'instance.series = series.id and instance.variant = 0';
const SERIES = 'series.study = study.id';
const PATIENT = 'study.patient = patient.id';

interface Joined {
  readonly from: RawBuilder<unknown>;
  readonly joined: RawBuilder<boolean>[];
}

interface Given {
  readonly keyword: string;
  readonly value: string;
}

/**
 * The tables of a query and what joins their rows. SQLite goes through tables that are cross joined in the order in which they
 * stand: from the studies down, in the order of the answer, so that a first page reads little; from below only where a UID leads
 * to a few rows there. PostgreSQL chooses for itself.
 */
export function joinedFor(level: Level, keys: readonly Given[]): Joined {
  const given = (keyword: string): boolean =>
    keys.some((key) => key.keyword === keyword && !['', '*'].includes(key.value.trim()));
  if (level === 'patient') return tables(['patient'], []);
  if (level === 'study') return tables([STUDY], [PATIENT]);
  if (given('SOPInstanceUID')) return tables(['instance', 'series', 'study', 'patient'], [INSTANCES, SERIES, PATIENT]);
  const fromSeries = given('SeriesInstanceUID') || given('FrameOfReferenceUID');
  const above = fromSeries ? ['series', 'study', 'patient'] : [STUDY, 'series'];
  return level === 'series'
    ? tables(above, [SERIES, PATIENT])
    : tables([...above, 'instance'], [INSTANCES, SERIES, PATIENT]);
}

const tables = (names: readonly string[], joined: readonly string[]): Joined => ({
  from: sql.raw(names.join(' cross join ')),
  joined: joined.map((condition) => sql.raw(condition)),
});

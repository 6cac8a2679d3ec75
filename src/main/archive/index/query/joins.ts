import { type RawBuilder, sql } from 'kysely';
import type { Level } from '../../types.ts';

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
 * stand: by the few patients whom a name or an ID leaves; from below where a UID leads to a few rows there; else from the studies
 * down in the order of the answer, so that a first page reads little. PostgreSQL chooses for itself.
 */
export function joinedFor(level: Level, keys: readonly Given[]): Joined {
  const given = (keyword: string): boolean =>
    keys.some((key) => key.keyword === keyword && !['', '*'].includes(key.value.trim()));
  // So many instances belong to all patients of one initial that putting them in order takes longer than looking for them in order.
  const form = level === 'instance' ? /^[^*?=]+$/ : /^[^*?=]/;
  const begins = (keyword: string): boolean =>
    keys.some((key) => key.keyword === keyword && form.test(key.value.trim()));
  if (level === 'patient') return tables(['patient'], []);
  if (level === 'instance' && given('SOPInstanceUID')) return tables(['instance', 'series', 'study', 'patient']);
  const below = BELOW[level];
  if (below.length > 0 && (given('SeriesInstanceUID') || given('FrameOfReferenceUID')))
    return tables(['series', 'study', 'patient', ...below.slice(1)]);
  if (given('StudyInstanceUID') || given('AccessionNumber')) return tables(['study', ...below, 'patient']);
  if (begins('PatientName') || begins('PatientID') || begins('PatientBirthDate'))
    return tables(['patient', 'study', ...below]);
  // A part of a name leaves many: whether that or the date narrows the search is for the planner.
  return NARROWING.some(given) ? tables([EITHER, ...below]) : tables(['study', ...below, 'patient']);
}

const BELOW: Readonly<Record<Exclude<Level, 'patient'>, readonly string[]>> = {
  study: [],
  series: ['series'],
  instance: ['series', 'instance'],
};
const NARROWING = ['PatientName', 'PatientID', 'IssuerOfPatientID', 'PatientBirthDate', 'PatientSex'];
/** Two tables in an order of the planner's own. */
const EITHER = 'study join patient on true';

const JOINS: readonly (readonly [table: string, condition: string])[] = [
  ['patient', 'study.patient = patient.id'],
  ['series', 'series.study = study.id'],
  ['instance', 'instance.series = series.id and instance.variant = 0'],
];

function tables(names: readonly string[], joins = JOINS): Joined {
  return {
    from: sql.raw(names.join(' cross join ')),
    joined: joins
      .filter(([table]) => names.some((name) => name.includes(table)))
      .map(([, condition]) => sql.raw(condition)),
  };
}

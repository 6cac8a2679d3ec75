import { type RawBuilder, sql } from 'kysely';
import type { Level } from '../../types.ts';

/** Columns that are sorted by together, in one direction. */
interface Group {
  readonly columns: readonly string[];
  readonly descending?: true;
}

const STUDY: Group = { columns: ['study.date', 'study.time', 'study.id'], descending: true };
const SERIES: Group = { columns: ['series.ordinal', 'series.id'] };

/** How a query answers: people by name, what lies below them newest first, series and instances by their numbers. Never a tie. */
const ORDER: Readonly<Record<Level, readonly Group[]>> = {
  patient: [{ columns: ['patient.name_folded', 'patient.patient_id', 'patient.id'] }],
  study: [STUDY],
  series: [STUDY, SERIES],
  instance: [STUDY, SERIES, { columns: ['instance.ordinal', 'instance.id'] }],
};

export const orderBy = (level: Level): string =>
  ORDER[level]
    .flatMap(({ columns, descending }) => columns.map((column) => (descending ? `${column} desc` : column)))
    .join(', ');

/** The columns that say where in the order a row stands. */
export const placeColumns = (level: Level): string[] => ORDER[level].flatMap(({ columns }) => columns);

/** Rows that come after the one at this place (the values of `placeColumns`). */
export function after(level: Level, place: readonly (string | number)[]): RawBuilder<boolean> {
  let at = place.length;
  return [...ORDER[level]].reverse().reduce<RawBuilder<boolean> | undefined>((rest, { columns, descending }) => {
    at -= columns.length;
    const tuple = sql.raw(`(${columns.join(', ')})`);
    const values = sql`(${sql.join(place.slice(at, at + columns.length))})`;
    const beyond = sql<boolean>`${tuple} ${sql.raw(descending ? '<' : '>')} ${values}`;
    // The first half alone gives the systems a range of the index to begin with.
    return rest === undefined
      ? beyond
      : sql<boolean>`(${tuple} ${sql.raw(descending ? '<=' : '>=')} ${values} and (${beyond} or ${rest}))`;
  }, undefined) as RawBuilder<boolean>;
}

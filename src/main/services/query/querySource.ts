import type { QueryLevel } from './model.ts';

/** An attribute that the source holds. */
interface SourceAttribute {
  readonly keyword: string;
  /** Where it belongs: it can be returned at this level and below. */
  readonly level: QueryLevel;
  /** False for what is counted and can only be returned. */
  readonly isMatchable: boolean;
}

/** One match by keyword; absent where the source holds no value. */
export type SourceRow = Readonly<Record<string, string | number | readonly string[]>>;

export interface SourceQuery {
  readonly level: QueryLevel;
  /** Matching values as PS3.4 C.2.2.2 has them, by keyword; UID lists with backslashes. */
  readonly match: Readonly<Record<string, string>>;
  /** As negotiated (PS3.4 C.5.1.1). */
  readonly combinedDateTime?: boolean;
  readonly fuzzyNames?: boolean;
  /** At most so many rows; all when omitted. */
  readonly limit?: number;
}

/** What a C-FIND SCP searches in. */
export interface QuerySource {
  /** By tag; undefined for what is not held. */
  attribute(tag: number): SourceAttribute | undefined;
  /** Matches in a stable order, read as they are taken. @throws IsocenterError INVALID_ATTRIBUTE for a matching value that makes no sense */
  rows(query: SourceQuery): AsyncIterable<SourceRow>;
}

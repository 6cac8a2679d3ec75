import type { AcceptedContext } from '#main/network/service.ts';

/** What SOP class extended negotiation can agree on for a query (PS3.4 C.5.1.1) or, `relational` alone, a retrieval (C.5.2.1, C.5.3.1). */
export interface Agreed {
  /** Unique keys of the levels above may be missing. */
  readonly relational: boolean;
  /** Ranges of a date and its time are one range of moments. */
  readonly combinedDateTime: boolean;
  /** Patient names match fuzzily. */
  readonly fuzzyNames: boolean;
}

const BYTES = ['relational', 'combinedDateTime', 'fuzzyNames'] as const satisfies readonly (keyof Agreed)[];

/** Application information that asks for `wanted`; undefined when nothing is. */
export function proposalOf(wanted: Partial<Agreed>): Uint8Array | undefined {
  const last = BYTES.findLastIndex((name) => wanted[name] === true);
  return last < 0 ? undefined : Uint8Array.from(BYTES.slice(0, last + 1), (name) => (wanted[name] === true ? 1 : 0));
}

/** Our answer: as many of the first `supported` bytes as were asked for; time zones, enhanced conversion and what may come are declined. */
const replyTo =
  (supported: number) =>
  (_abstractSyntax: string, information: Uint8Array): Uint8Array =>
    information.map((byte, index) => (index < supported && byte === 1 ? 1 : 0));

export const replyToQuery = replyTo(BYTES.length);
export const replyToRetrieval = replyTo(1);

/** What holds on a context. */
export const agreedOn = ({ extended }: AcceptedContext): Agreed => ({
  relational: extended?.[0] === 1,
  combinedDateTime: extended?.[1] === 1,
  fuzzyNames: extended?.[2] === 1,
});

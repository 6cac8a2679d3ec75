import type { AcceptedContext } from '#main/network/service.ts';

/** Application information that asks for relational queries or retrieval: its first byte (PS3.4 C.5.1.1, C.5.2.1, C.5.3.1). */
export const RELATIONAL = Uint8Array.of(1);

/** We support relational operation; every other extension that may be asked for (date-time, fuzzy names, time zone…) is declined. */
export const relationalReply = (_abstractSyntax: string, information: Uint8Array): Uint8Array =>
  information.map((byte, index) => (index === 0 && byte === 1 ? 1 : 0));

/** Whether it was agreed that unique keys of the levels above may be missing. */
export const isRelational = ({ extended }: AcceptedContext): boolean => extended?.[0] === 1;

import { storageStatusText, statusHex } from '#main/network/status.ts';

/** Statuses of query and retrieve that code here sends or looks for (PS3.4 tables C.4-1, C.4-2, C.4-3). */
export const QUERY_STATUS = {
  matchesNotCounted: 0xa701,
  suboperationsNotPerformed: 0xa702,
  destinationUnknown: 0xa801,
  identifierDoesNotMatch: 0xa900,
  suboperationsIncomplete: 0xb000,
  unableToProcess: 0xc000,
} as const;

const TEXT: readonly (readonly [first: number, last: number, text: string])[] = [
  [0xa701, 0xa701, 'Refused: out of resources, matches cannot be counted'],
  [0xa702, 0xa702, 'Refused: no object could be sent'],
  [0xa700, 0xa7ff, 'Refused: out of resources'],
  [0xa801, 0xa801, 'Refused: move destination unknown'],
  [0xa900, 0xa9ff, 'Error: identifier does not match the query model'],
  [0xaa00, 0xaaff, 'Refused: not allowed'],
  [0xb000, 0xb000, 'Some objects failed or came with warnings'],
  [0xc000, 0xcfff, 'Failed: unable to process'],
];

/** What a status means in query and retrieve, e.g. "A801H Refused: move destination unknown". */
export function queryStatusText(code: number): string {
  const text = TEXT.find(([first, last]) => code >= first && code <= last)?.[2];
  return text === undefined ? storageStatusText(code) : `${statusHex(code)}H ${text}`;
}

import type { AssociateRejectPdu } from './pdu/types.ts';

/** Reject reasons by source (PS3.8 table 9-21). */
const REJECT_REASONS: Record<number, Record<number, string>> = {
  1: {
    1: 'no reason given',
    2: 'application context name not supported',
    3: 'calling AE title not recognized',
    7: 'called AE title not recognized',
  },
  2: { 1: 'no reason given', 2: 'protocol version not supported' },
  3: { 1: 'temporary congestion', 2: 'local limit exceeded' },
};

const REJECT_SOURCES: Record<number, string> = {
  1: 'service user',
  2: 'service provider (ACSE)',
  3: 'service provider (presentation)',
};

/** Abort reasons of a service provider (PS3.8 table 9-26). */
const ABORT_REASONS: Record<number, string> = {
  0: 'reason not specified',
  1: 'unrecognized PDU',
  2: 'unexpected PDU',
  4: 'unrecognized PDU parameter',
  5: 'unexpected PDU parameter',
  6: 'invalid PDU parameter value',
};

/** E.g. "rejected permanently by the service user: called AE title not recognized". */
export function rejectText({ result, source, reason }: AssociateRejectPdu): string {
  const how = result === 2 ? 'for now' : 'permanently';
  const who = REJECT_SOURCES[source] ?? `source ${source}`;
  return `rejected ${how} by the ${who}: ${REJECT_REASONS[source]?.[reason] ?? `reason ${reason}`}`;
}

/** E.g. "aborted by the peer's service provider: unexpected PDU". */
export function abortText(source: number, reason: number): string {
  if (source === 0) return "aborted by the peer's service user";
  return `aborted by the peer's service provider: ${ABORT_REASONS[reason] ?? `reason ${reason}`}`;
}

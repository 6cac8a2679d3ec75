import type { OperationsWindow } from '../pdu/types.ts';

/** How many operations may be outstanding at once, from this side's point of view. */
export interface Window {
  /** Requests of ours. */
  readonly invoke: number;
  /** Requests of the peer. */
  readonly perform: number;
}

/** What holds unless both sides agree on something else: synchronous operation. */
export const SYNCHRONOUS: OperationsWindow = { invoked: 1, performed: 1 };

const limit = (value: number) => (value === 0 ? Number.POSITIVE_INFINITY : value);
const wire = (value: number) => (Number.isFinite(value) ? value : 0);
const least = (a: number, b: number) => wire(Math.min(limit(a), limit(b)));

/**
 * The acceptor's answer: neither number above what was proposed (PS3.7 D.3.3.3); none when nothing was proposed.
 * @param own what this side, the acceptor, would invoke and perform
 */
export function windowReply(
  proposed: OperationsWindow | undefined,
  own: OperationsWindow,
): OperationsWindow | undefined {
  if (proposed === undefined) return undefined;
  return { invoked: least(proposed.invoked, own.performed), performed: least(proposed.performed, own.invoked) };
}

/** What holds for the requestor; an acceptor that answers more than was proposed is held to the proposal. */
export function requestorWindow(
  proposed: OperationsWindow = SYNCHRONOUS,
  reply: OperationsWindow = SYNCHRONOUS,
): Window {
  return {
    invoke: limit(least(proposed.invoked, reply.invoked)),
    perform: limit(least(proposed.performed, reply.performed)),
  };
}

/** What holds for the acceptor, from its own answer. */
export function acceptorWindow(reply: OperationsWindow = SYNCHRONOUS): Window {
  return { invoke: limit(reply.performed), perform: limit(reply.invoked) };
}

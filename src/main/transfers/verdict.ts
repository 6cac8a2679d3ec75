import type { SendResult } from '#main/services/storeScu.ts';

/**
 * What one answer means for the queue.
 * - `sent`: acknowledged, also with a warning.
 * - `peer`: nothing wrong with the object; the peer could not be reached, broke off, or takes nothing for now.
 * - `later`: the peer is short of resources for this object (PS3.4 table B.2-1, A7xx; PS3.7 C.5.20, 0213H).
 * - `once`: a failure that one more try may mend, and that is believed then.
 * - `never`: no try will change it.
 * - `cancelled`: on this side.
 */
export type Verdict = 'sent' | 'peer' | 'later' | 'once' | 'never' | 'cancelled';

/** Not supported, not authorized, no such class: PS3.7 annex C. */
const FINAL_STATUSES: ReadonlySet<string> = new Set(['0118', '0122', '0124', '0211', '0212']);

/** Error codes that stand where an object never got an answer. */
const BY_CODE: Readonly<Record<string, Verdict>> = {
  NETWORK: 'peer',
  ASSOCIATION_ABORTED: 'peer',
  CANCELLED: 'cancelled',
  // The file could not be read: a full table of open files passes, a bad disk does not.
  STORAGE: 'once',
  INTERNAL: 'once',
};

export function verdictOf({ ok, status, reason }: Pick<SendResult, 'ok' | 'status' | 'reason'>): Verdict {
  if (ok) return 'sent';
  // A rejection is transient or permanent (PS3.8 table 9-21), which `rejectText` says in words.
  if (status === 'ASSOCIATION_REJECTED') return reason.includes('for now') ? 'peer' : 'never';
  if (!/^[0-9A-F]{4}$/.test(status)) return BY_CODE[status] ?? 'never';
  if (status.startsWith('A7') || status === '0213') return 'later';
  return FINAL_STATUSES.has(status) ? 'never' : 'once';
}

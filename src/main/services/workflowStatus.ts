import type { CommandSet } from '#main/network/commandSet.ts';
import { statusCategory, workflowStatusText } from '#main/network/status.ts';
import { IsocenterError } from '#shared/contract/errors.ts';

/** Error Comment is an LO: 64 characters of the default repertoire, no backslash (PS3.7 E.1). */
export const errorComment = (comment: string | undefined): string | undefined =>
  comment?.replace(/[^\x20-\x7e]|\\/g, '?').slice(0, 64);

/** What a peer answered instead of success, in words. */
export function statusFault(what: string, response: CommandSet, peer: string): IsocenterError {
  const comment =
    response.errorComment === undefined || response.errorComment === '' ? '' : `: ${response.errorComment}`;
  const status = response.status === undefined ? 'no status' : workflowStatusText(response.status);
  return new IsocenterError('DIMSE_STATUS', `${what} refused, ${status}${comment}`, { object: peer });
}

/** @throws IsocenterError DIMSE_STATUS unless the peer answered with success or a warning */
export function checkStatus(what: string, response: CommandSet, peer: string): void {
  const category = response.status === undefined ? 'failure' : statusCategory(response.status);
  if (category !== 'success' && category !== 'warning') throw statusFault(what, response, peer);
}

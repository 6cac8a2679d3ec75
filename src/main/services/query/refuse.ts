import { IsocenterError } from '#shared/contract/errors.ts';
import { entryOfKeyword } from '#shared/dicom/codec/dictionary.ts';
import type { IncomingRequest } from '#main/network/service.ts';
import { STATUS } from '#main/network/status.ts';
import { QUERY_STATUS } from './status.ts';

/** Answers a query or retrieval that cannot be served: status, Error Comment, Offending Element (PS3.4 tables C.4-1 to C.4-3). */
export async function respondRefused(request: IncomingRequest, error: unknown): Promise<void> {
  await request.respond({
    status: statusOf(error),
    errorComment: commentOf(error),
    offendingElement: offendingElement(error),
  });
}

/** What the identifier is at fault for. */
const IDENTIFIER_FAULTS: ReadonlySet<string> = new Set([
  'MISSING_ATTRIBUTE',
  'INVALID_ATTRIBUTE',
  'TRUNCATED',
  'DECODE_FAILED',
]);

function statusOf(error: unknown): number {
  if (!(error instanceof IsocenterError)) return STATUS.processingFailure;
  if (IDENTIFIER_FAULTS.has(error.code)) return QUERY_STATUS.identifierDoesNotMatch;
  if (error.code === 'STORAGE') return STATUS.outOfResources;
  return error.code === 'CANCELLED' ? STATUS.cancelled : QUERY_STATUS.unableToProcess;
}

function commentOf(error: unknown): string {
  if (!(error instanceof IsocenterError)) return 'internal error';
  const text = error.attribute === undefined ? error.message : `${error.attribute}: ${error.message}`;
  return errorComment(text);
}

/** Error Comment is an LO: 64 characters of the default repertoire, no backslash. */
export const errorComment = (text: string): string => text.replace(/[^\x20-\x7e]|\\/g, '?').slice(0, 64);

function offendingElement(error: unknown): readonly number[] | undefined {
  if (!(error instanceof IsocenterError) || error.attribute === undefined) return undefined;
  try {
    return [entryOfKeyword(error.attribute).tag];
  } catch {
    return undefined;
  }
}

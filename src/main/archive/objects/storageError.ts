import { IsocenterError } from '#shared/contract/errors.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Names what the file system said: a full disk is the one people can do something about. */
export function storageError(error: unknown, object: string): IsocenterError {
  if (error instanceof IsocenterError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reason = FULL.has(code) ? `no space left in the archive (${code})` : message;
  return new IsocenterError('STORAGE', reason, { object, cause: error });
}

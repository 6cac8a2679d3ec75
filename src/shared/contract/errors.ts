/** Every error a user can see: a stable code, the object it concerns and the attribute or option at fault. */
export type ErrorCode =
  | 'NOT_IMPLEMENTED'
  | 'USAGE'
  | 'NOT_FOUND'
  | 'NOT_DICOM'
  | 'TRUNCATED'
  | 'INVALID_ATTRIBUTE'
  | 'MISSING_ATTRIBUTE'
  | 'UNSUPPORTED_TRANSFER_SYNTAX'
  | 'UNSUPPORTED_OBJECT'
  | 'DECODE_FAILED'
  | 'GEOMETRY'
  | 'FRAME_OF_REFERENCE'
  | 'REFERENCE'
  | 'CONFLICT'
  | 'STORAGE'
  | 'NETWORK'
  | 'ASSOCIATION_REJECTED'
  | 'ASSOCIATION_ABORTED'
  | 'DIMSE_STATUS'
  | 'UNAUTHORIZED'
  | 'MACHINE'
  | 'DOSE'
  | 'CANCELLED'
  | 'INTERNAL';

export interface ErrorPlace {
  /** What the error is about: a file, a SOP instance, "Beam 2 (LAO)", an option. */
  readonly object?: string;
  /** The attribute at fault by DICOM keyword, or the option's name. */
  readonly attribute?: string;
  readonly cause?: unknown;
}

export class IsocenterError extends Error {
  readonly code: ErrorCode;
  readonly object: string | undefined;
  readonly attribute: string | undefined;

  constructor(code: ErrorCode, message: string, place: ErrorPlace = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.name = 'IsocenterError';
    this.code = code;
    this.object = place.object;
    this.attribute = place.attribute;
  }
}

/** One line for a person: `CODE: object: message (Attribute)`. */
export function describeError(error: unknown): string {
  if (!(error instanceof IsocenterError)) return `INTERNAL: ${error instanceof Error ? error.message : String(error)}`;
  const object = error.object === undefined ? '' : `${error.object}: `;
  const attribute = error.attribute === undefined ? '' : ` (${error.attribute})`;
  return `${error.code}: ${object}${error.message}${attribute}`;
}

/** The same for the page, where codes mean nothing to people: `object: message (Attribute)`. */
export function errorWords(error: unknown): string {
  const text = describeError(error);
  const words = text.slice(text.indexOf(': ') + 2);
  return error instanceof IsocenterError && error.code !== 'INTERNAL' ? words : `internal error: ${words}`;
}

/** Throws CANCELLED when the caller's signal fired: call it between steps of every long computation. */
export function throwIfCancelled(signal: AbortSignalLike | undefined): void {
  if (signal?.aborted) throw new IsocenterError('CANCELLED', 'cancelled by the user');
}

/** The part of AbortSignal that pure code needs (AbortSignal itself is a DOM/Node global). */
export interface AbortSignalLike {
  readonly aborted: boolean;
}

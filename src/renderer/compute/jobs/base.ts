import { type ErrorCode, IsocenterError } from '#shared/contract/errors.ts';

/** What a subject's workers can do: job name → what it takes and gives, plain data that structured clone carries. */
export type JobMap<Jobs> = { readonly [Name in keyof Jobs]: { readonly input: unknown; readonly output: unknown } };

export type JobRequest =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'cancel'; readonly id: number };

export type JobResponse =
  | { readonly kind: 'progress'; readonly id: number; readonly fraction: number }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: JobError };

/** An IsocenterError as plain data: structured clone would make a bare Error of it. */
export interface JobError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly object?: string;
  readonly attribute?: string;
}

export function packError(error: unknown): JobError {
  if (error instanceof IsocenterError) {
    const { code, message, object, attribute } = error;
    return { code, message, object, attribute };
  }
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
}

export const unpackError = ({ code, message, object, attribute }: JobError): IsocenterError =>
  new IsocenterError(code, message, { object, attribute });

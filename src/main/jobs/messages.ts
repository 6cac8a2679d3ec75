import { describeError, type ErrorCode, IsocenterError } from '#shared/contract/errors.ts';
import type { BeamDoseResult, DoseProblem } from '#shared/dosimetry/engine.ts';
import type { Machine } from '#shared/dosimetry/machine.ts';
import type { Beam } from '#shared/model/plan.ts';

/** What is said between the pool and one dose worker; a worker has at most one beam under way. */
export type ToWorker =
  /** Holds for the beams that follow. */
  | { readonly kind: 'prepare'; readonly problem: DoseProblem }
  | { readonly kind: 'compute'; readonly beam: Beam; readonly machine: Machine }
  | { readonly kind: 'cancel' };
export type FromWorker =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'done'; readonly result: BeamDoseResult }
  | { readonly kind: 'failed'; readonly error: ErrorRecord };

/** An error as plain data: class instances lose their fields on the way between threads. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly object?: string;
  readonly attribute?: string;
}

export function toRecord(error: unknown): ErrorRecord {
  if (!(error instanceof IsocenterError)) return { code: 'INTERNAL', message: describeError(error) };
  const { code, message, object, attribute } = error;
  return { code, message, object, attribute };
}

export const fromRecord = ({ code, message, object, attribute }: ErrorRecord): IsocenterError =>
  new IsocenterError(code, message, { object, attribute });

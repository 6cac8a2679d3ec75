import { describeError, type ErrorCode, IsocenterError } from '../../contract/errors.ts';
import type { Beam } from '../../model/plan.ts';
import type { BeamDoseResult, DosePart, DoseProblem } from '../engine.ts';
import type { EngineName } from '../engines.ts';
import type { Machine } from '../machine/machine.ts';

/** What is said between a crew and one dose worker; a worker has at most one piece of work under way. */
export type ToWorker =
  /** Holds for the work that follows. */
  | { readonly kind: 'prepare'; readonly engine: EngineName; readonly problem: DoseProblem }
  | { readonly kind: 'part'; readonly part: DosePart }
  | { readonly kind: 'beam'; readonly beam: Beam; readonly machine: Machine }
  /** Ends the work under way at its next step. */
  | { readonly kind: 'cancel' }
  /** Nothing more to do for now: what was kept may go. */
  | { readonly kind: 'rest' };

export type FromWorker =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'part done'; readonly arrays: readonly Float32Array[] }
  | { readonly kind: 'beam done'; readonly result: BeamDoseResult }
  | { readonly kind: 'failed'; readonly error: ErrorRecord };

/** An error as plain data: class instances lose their fields on the way between threads. */
interface ErrorRecord {
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

import type { fromRecord } from '../../../dosimetry/parallel/messages.ts';
import type { LaidFluence } from '../../../dosimetry/pencilBeam/fluence/laidFluence.ts';
import type { Machine } from '../../../dosimetry/machine/machine.ts';
import type { Among, Direction, DirectionSetup } from '../doseOperator.ts';

/** What the threads of an operator share; the arrays are in shared memory. */
export interface SharedProblem {
  readonly setups: readonly DirectionSetup[];
  readonly columns: readonly Pick<Direction, 'from' | 'to'>[];
  readonly machine: Machine;
  readonly voxels: Uint32Array;
  /** Whether the crew wants to have what was laid. */
  readonly tellsLaid: boolean;
  /** By direction, whether the next product is about it. */
  readonly among: Among;
  /** Bixel weights, and the gradient on them. */
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  /** Gradient on dose. */
  readonly y: Float64Array;
  /** Doses of each group. */
  readonly sums: readonly Float64Array[];
}

/** What is said between a crew and one of its workers, which has at most one thing to do at a time. */
export type ToInfluenceWorker =
  /** Holds for what follows; an earlier one is forgotten. */
  | { readonly kind: 'problem'; readonly problem: SharedProblem }
  /** Makes the operators of a group and keeps them. */
  | { readonly kind: 'build'; readonly group: number }
  /** D x or Dᵀ y for the groups that it keeps. */
  | { readonly kind: 'times' }
  | { readonly kind: 'transposeTimes' };

export type FromInfluenceWorker =
  /** One direction more. */
  | { readonly kind: 'progress' }
  /** A direction, before it counts as progress. */
  | { readonly kind: 'laid'; readonly direction: number; readonly laid: LaidFluence }
  | { readonly kind: 'built'; readonly seen: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: Parameters<typeof fromRecord>[0] };

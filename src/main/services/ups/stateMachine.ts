import type { TaskState } from '#shared/contract/rpc/tasks.ts';
import { UPS_STATUS } from './sopClasses.ts';

/** What is asked of a task. "Right" means with the transaction UID of whoever claimed it (for a first claim: with any). */
export type TaskEvent =
  | 'start, right UID'
  | 'start, wrong UID'
  | 'schedule'
  | 'complete, right UID'
  | 'complete, wrong UID'
  | 'cancel, right UID'
  | 'cancel, wrong UID'
  | 'request cancel'
  | 'set, right UID'
  | 'set, wrong UID'
  | 'set, no UID';

/** What to do: a status to answer with, or one of the steps of the table. */
export type TaskStep =
  | number
  | 'start'
  | 'complete if final'
  | 'cancel if final'
  | 'cancel at once'
  | 'ask performer'
  | 'set';

const S = UPS_STATUS;

/**
 * PS3.4 table CC.1.1-2, row by row, for tasks that exist (none: C307H), and below it what CC.2.6.3 says of N-SET.
 * Columns: SCHEDULED, IN PROGRESS, COMPLETED, CANCELED.
 */
const TABLE: Readonly<Record<TaskEvent, readonly [TaskStep, TaskStep, TaskStep, TaskStep]>> = {
  'start, right UID': ['start', S.alreadyInProgress, S.finished, S.finished],
  'start, wrong UID': [S.wrongTransaction, S.wrongTransaction, S.wrongTransaction, S.wrongTransaction],
  schedule: [S.notToScheduled, S.notToScheduled, S.notToScheduled, S.notToScheduled],
  'complete, right UID': [S.notInProgress, 'complete if final', S.alreadyCompleted, S.finished],
  'complete, wrong UID': [S.wrongTransaction, S.wrongTransaction, S.wrongTransaction, S.wrongTransaction],
  'cancel, right UID': [S.notInProgress, 'cancel if final', S.finished, S.alreadyCanceled],
  'cancel, wrong UID': [S.wrongTransaction, S.wrongTransaction, S.wrongTransaction, S.wrongTransaction],
  'request cancel': ['cancel at once', 'ask performer', S.cannotCancelCompleted, S.alreadyCanceled],
  'set, right UID': [S.notInProgress, 'set', S.finished, S.finished],
  'set, wrong UID': [S.notInProgress, S.wrongTransaction, S.finished, S.finished],
  'set, no UID': ['set', S.wrongTransaction, S.finished, S.finished],
};

const COLUMN: Readonly<Record<TaskState, number>> = { SCHEDULED: 0, 'IN PROGRESS': 1, COMPLETED: 2, CANCELED: 3 };

/** What the table says for an event in a state. */
export const stepFor = (event: TaskEvent, state: TaskState): TaskStep => TABLE[event][COLUMN[state]];

/**
 * The event that an N-ACTION to change the state is.
 * @param claimed the transaction UID the task is claimed under, if it ever was
 */
export function changeEvent(
  wanted: string,
  transactionUid: string,
  state: TaskState,
  claimed: string | undefined,
): TaskEvent | undefined {
  // A task that nobody claimed has no right UID yet: a claim brings one, anything else answers that it is not in progress.
  const isRight = transactionUid !== '' && (state === 'SCHEDULED' || claimed === transactionUid);
  if (wanted === 'SCHEDULED') return 'schedule';
  // Whoever is second to claim has a UID too, but learns that the task is taken, not that the UID is wrong.
  if (wanted === 'IN PROGRESS') return transactionUid === '' ? 'start, wrong UID' : 'start, right UID';
  if (wanted === 'COMPLETED') return isRight ? 'complete, right UID' : 'complete, wrong UID';
  if (wanted === 'CANCELED') return isRight ? 'cancel, right UID' : 'cancel, wrong UID';
  return undefined;
}

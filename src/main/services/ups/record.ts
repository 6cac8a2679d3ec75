import { z } from 'zod';
import { TASK_STATES } from '#shared/contract/rpc/tasks.ts';

/** A task that we manage. */
export const taskRecord = z.object({
  sopInstanceUid: z.string(),
  state: z.enum(TASK_STATES),
  /** All attributes but the transaction UID. */
  attributes: z.string(),
  /** Of whoever claimed it. It is the key to the task, and never told to anybody. */
  transactionUid: z.string().optional(),
  /** AE title of whoever claimed it. */
  performer: z.string().optional(),
  cancelRequest: z.object({ by: z.string(), reason: z.string() }).optional(),
  /** When it was completed or canceled, ISO. */
  finished: z.string().optional(),
});
export type TaskRecord = z.infer<typeof taskRecord>;

/** Who wants to be told of one task, or of all (`ALL_TASKS`, `ALL_TASKS_FILTERED`). */
export const subscription = z.object({
  sopInstanceUid: z.string(),
  receiver: z.string(),
  deletionLock: z.boolean(),
  /** For filtered subscriptions: an identifier as stored attributes. */
  filter: z.string().optional(),
  /** PS3.4 CC.2.3: of all tasks, but no new ones. */
  suspended: z.boolean().optional(),
});
export type Subscription = z.infer<typeof subscription>;

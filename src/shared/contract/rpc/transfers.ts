import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

/** `committing`: everything was sent, the peer has still to say that it keeps it (storage commitment). */
export const TRANSFER_STATES = ['waiting', 'running', 'retrying', 'committing', 'done', 'failed', 'cancelled'] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];

export const PRIORITIES = ['low', 'normal', 'high'] as const;
export const priority = z.enum(PRIORITIES);
export type Priority = z.infer<typeof priority>;

export const transfer = z.object({
  id: z.number().int(),
  /** Id of the node in the settings, which may be gone, and its name when the transfer was made. */
  node: z.string(),
  nodeName: z.string(),
  why: z.enum(['user', 'route', 'move']),
  /** Name of the routing rule; '' unless `why` is route. */
  rule: z.string(),
  priority,
  /** Name and ID of the patient, of several when they are several. */
  patient: z.string(),
  /** What is sent, e.g. `CT × 200, RTSTRUCT`. */
  content: z.string(),
  state: z.enum(TRANSFER_STATES),
  /** Why it waits, failed or was cancelled, in words; '' otherwise. */
  reason: z.string(),
  /** Times ISO 8601, UTC. */
  created: z.string(),
  started: z.string().optional(),
  finished: z.string().optional(),
  attempts: z.number().int(),
  nextAttempt: z.string().optional(),
  total: z.number().int(),
  sent: z.number().int(),
  failed: z.number().int(),
  /** Of the files. */
  bytes: z.number(),
  bytesSent: z.number(),
  /** Over the time that it was being sent; 0 before. */
  objectsPerSecond: z.number(),
  bytesPerSecond: z.number(),
});
export type Transfer = z.infer<typeof transfer>;

/** Whether nothing more happens to it unless people ask for another try. */
export const isFinished = ({ state }: Pick<Transfer, 'state'>): boolean =>
  state === 'done' || state === 'failed' || state === 'cancelled';

const transferObject = z.object({
  sopInstanceUid: z.string(),
  patientKey: z.string(),
  modality: z.string(),
  label: z.string(),
  state: z.enum(['waiting', 'sent', 'committed', 'failed', 'cancelled']),
  tries: z.number().int(),
  /** DIMSE status as four hex digits, or an error code; '' before the first answer. */
  status: z.string(),
  reason: z.string(),
});
export type TransferObject = z.infer<typeof transferObject>;

const transferEvent = z.discriminatedUnion('event', [
  /** A transfer is new or has changed. */
  z.object({ event: z.literal('transfer'), transfer }),
  /** Another process changed something: list again. */
  z.object({ event: z.literal('refresh') }),
  z.object({ event: z.literal('heartbeat') }),
]);
export type TransferEvent = z.infer<typeof transferEvent>;

export const transferSettings = z.strictObject({
  /** After so long without success a transfer is given up, h. */
  giveUpHours: z.number().positive().max(720).default(24),
  /** How long the history is kept, days. */
  keepDays: z.number().int().min(1).max(3650).default(30),
});
export type TransferSettings = z.infer<typeof transferSettings>;

const transferFilter = z.object({
  /** Part of a patient's name or ID, of a node's, rule's or content's name, or of the reason; or a whole UID. */
  search: z.string().default(''),
  states: z.array(z.enum(TRANSFER_STATES)).optional(),
  limit: z.number().int().min(1).max(1000).default(200),
});
export type TransferFilter = z.infer<typeof transferFilter>;

const one = z.object({ id: z.number().int() });

/** The send queue and its history. */
export const transfersContract = {
  /** Newest first. */
  list: oc.input(transferFilter).output(z.array(transfer)),
  objects: oc
    .input(one.extend({ failed: z.boolean().default(false), limit: z.number().int().min(1).max(1000).default(200) }))
    .output(z.array(transferObject)),
  cancel: oc.input(one).output(transfer),
  /** Everything that is not yet at this node. */
  cancelNode: oc.input(z.object({ node: z.string() })).output(z.object({ cancelled: z.number().int() })),
  /** At once: what waits, and what failed or was cancelled. */
  retry: oc.input(one).output(transfer),
  events: oc.output(eventIterator(transferEvent)),
};

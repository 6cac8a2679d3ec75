import type { SQLOutputValue } from 'node:sqlite';
import type { QueuedObject } from '../types.ts';
import { PRIORITIES, type Priority, type Transfer, type TransferState } from '#shared/contract/rpc/transfers.ts';

/** A row of `transfer` as the workers need it; what people see is made by `transferOf`. */
export interface TransferRow {
  readonly id: number;
  readonly node: string;
  readonly node_name: string;
  readonly why: Transfer['why'];
  readonly rule_name: string;
  readonly priority: number;
  readonly patient: string;
  readonly content: string;
  readonly state: TransferState;
  readonly reason: string;
  readonly created: number;
  /** From when the time until giving up counts: when it was made, or when people asked for another try. */
  readonly since: number;
  readonly started: number | null;
  readonly finished: number | null;
  readonly attempts: number;
  /** Attempts in a row that sent nothing. */
  readonly fruitless: number;
  readonly next_attempt: number;
  readonly total: number;
  readonly sent: number;
  readonly failed: number;
  readonly bytes: number;
  readonly bytes_sent: number;
  /** How long objects of it were being sent, ms. */
  readonly busy_ms: number;
}

/** An object that waits, with its place in its transfer. */
export interface WaitingObject extends QueuedObject {
  readonly position: number;
  readonly tries: number;
}

/** A row read back from our own tables, which only this program writes. */
export const asRow = <T>(row: Record<string, SQLOutputValue> | undefined): T | undefined => row as T | undefined;
export const asRows = <T>(rows: Record<string, SQLOutputValue>[]): T[] => rows as T[];

export const priorityNumber = (priority: Priority): number => PRIORITIES.indexOf(priority);

const iso = (ms: number): string => new Date(ms).toISOString();

/** As people see it. `busyMs` is how long it has been under way just now, ms. */
export function transferOf(row: TransferRow, busyMs = 0): Transfer {
  const seconds = (row.busy_ms + busyMs) / 1000;
  return {
    id: row.id,
    node: row.node,
    nodeName: row.node_name,
    why: row.why,
    rule: row.rule_name,
    priority: PRIORITIES[row.priority],
    patient: row.patient,
    content: row.content,
    state: row.state,
    reason: row.reason,
    created: iso(row.created),
    started: row.started === null ? undefined : iso(row.started),
    finished: row.finished === null ? undefined : iso(row.finished),
    attempts: row.attempts,
    nextAttempt: row.state === 'retrying' ? iso(row.next_attempt) : undefined,
    total: row.total,
    sent: row.sent,
    failed: row.failed,
    bytes: row.bytes,
    bytesSent: row.bytes_sent,
    objectsPerSecond: seconds > 0 ? row.sent / seconds : 0,
    bytesPerSecond: seconds > 0 ? row.bytes_sent / seconds : 0,
  };
}

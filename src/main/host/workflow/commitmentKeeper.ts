import { z } from 'zod';
import type { Archive } from '#main/archive/types.ts';
import type { Log } from '#main/server/services.ts';
import type { WorkflowNode } from '#main/server/workflow.ts';
import { deliverReport } from '#main/services/commitment/events.ts';
import {
  type CommitmentObject,
  type CommitmentReport,
  FAILURE,
  type FailedObject,
} from '#main/services/commitment/report.ts';
import type { CommitmentKeeper } from '#main/services/commitment/scp.ts';
import type { Caller } from '#main/services/peer.ts';
import type { Records } from '#main/services/records.ts';
import { describeError } from '#shared/contract/errors.ts';

/** A request of others that is not yet answered by a report. */
export const keptRequest = z.object({
  transactionUid: z.string(),
  callingAe: z.string(),
  received: z.string(),
  objects: z.array(z.object({ sopClassUid: z.string(), sopInstanceUid: z.string() })),
});
type KeptRequest = z.infer<typeof keptRequest>;

export interface KeeperBinding {
  readonly archive: Pick<Archive, 'locate' | 'open'>;
  readonly records: Records<KeptRequest>;
  readonly caller: () => Caller;
  /** The configured node of an AE title, if there is one. */
  readonly nodeOf: (aeTitle: string) => Promise<WorkflowNode | undefined>;
  readonly log: Log;
}

/** Waits between attempts to deliver a report, seconds; the last one is repeated. */
const BACK_OFF: readonly number[] = [1, 5, 30, 120, 600, 3600];
/** Nobody waits longer for a report. */
const GIVE_UP = 7 * 24 * 3600 * 1000;

/** The archive answers for what it holds; requests and undelivered reports survive a restart. */
export function commitmentKeeper(binding: KeeperBinding): CommitmentKeeper & { resume(): void; close(): void } {
  const { records, caller, log } = binding;
  const timers = new Map<string, NodeJS.Timeout>();

  const examine: CommitmentKeeper['examine'] = async ({ transactionUid, objects }) => {
    const committed: CommitmentObject[] = [];
    const failed: FailedObject[] = [];
    for (const object of objects) {
      const reason = await failureOf(binding.archive, object);
      if (reason === undefined) committed.push(object);
      else failed.push({ ...object, reason });
    }
    return { transactionUid, committed, failed } satisfies CommitmentReport;
  };

  const attempt = async (transactionUid: string, tries: number): Promise<void> => {
    timers.delete(transactionUid);
    const request = records.get(transactionUid);
    if (request === undefined) return;
    const again = (why: string) => {
      if (Date.now() - Date.parse(request.received) > GIVE_UP) {
        log.error(`${request.callingAe}: storage commitment report given up: ${why}`);
        records.remove(transactionUid);
        return;
      }
      if (tries === 0) log.warning(`${request.callingAe}: storage commitment report not delivered yet: ${why}`);
      schedule(transactionUid, tries + 1);
    };
    try {
      const node = await binding.nodeOf(request.callingAe);
      if (node === undefined) return again('no node with this AE title is configured');
      await deliverReport(node, caller(), await examine(request));
      records.remove(transactionUid);
    } catch (error) {
      again(describeError(error));
    }
  };

  const schedule = (transactionUid: string, tries: number): void => {
    const seconds = BACK_OFF[Math.min(tries, BACK_OFF.length - 1)];
    const timer = setTimeout(() => void attempt(transactionUid, tries), 1000 * seconds);
    timer.unref();
    timers.set(transactionUid, timer);
  };

  return {
    accept({ transactionUid, objects }, { callingAe }) {
      records.put(transactionUid, {
        transactionUid,
        callingAe,
        received: new Date().toISOString(),
        objects: [...objects],
      });
    },
    examine,
    delivered: (transactionUid) => void records.remove(transactionUid),
    undelivered: (transactionUid) => schedule(transactionUid, 0),
    resume() {
      for (const { transactionUid } of records.all()) schedule(transactionUid, 0);
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** Why we cannot be answerable for an object (PS3.3 C.14.1.1); undefined when its file is there, whole. */
async function failureOf(
  archive: Pick<Archive, 'locate' | 'open'>,
  object: CommitmentObject,
): Promise<number | undefined> {
  const held = await archive.locate({ sopInstanceUid: object.sopInstanceUid });
  if (held.length === 0) return FAILURE.noSuchInstance;
  const right = held.find(({ sopClassUid }) => sopClassUid === object.sopClassUid);
  if (right === undefined) return FAILURE.classInstanceConflict;
  try {
    await using reader = await archive.open(right);
    return reader.bytes === right.bytes ? undefined : FAILURE.processing;
  } catch {
    return FAILURE.noSuchInstance;
  }
}

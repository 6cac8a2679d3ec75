import type { Log } from '#main/server/services.ts';
import type { WorkflowNode } from '#main/server/workflow.ts';
import type { Caller } from '#main/services/peer.ts';
import { sendNotices } from '#main/services/ups/events.ts';
import type { TaskNotice } from '#main/services/ups/manager.ts';
import { describeError } from '#shared/contract/errors.ts';

export interface NotifierBinding {
  readonly caller: () => Caller;
  readonly nodeOf: (aeTitle: string) => Promise<WorkflowNode | undefined>;
  readonly log: Log;
}

export interface TaskNotifier {
  /** Puts a notice in line for a receiver. */
  tell(receiver: string, notice: TaskNotice): void;
  /** Resolves when nothing is in line any more: delivered or given up. */
  idle(): Promise<void>;
  close(): void;
}

/** Waits before further attempts, seconds. A report on a state is of no use for long: the receiver can ask. */
const BACK_OFF: readonly number[] = [2, 10, 60];

/** Tells subscribers of tasks, each in order and over one association at a time; one that is out of reach holds up no other. */
export function taskNotifier({ caller, nodeOf, log }: NotifierBinding): TaskNotifier {
  const lines = new Map<string, { notices: TaskNotice[]; running: Promise<void> }>();
  const waits = new Set<{ readonly timer: NodeJS.Timeout; readonly done: () => void }>();
  let closed = false;

  const pause = (seconds: number): Promise<void> =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(wait.timer);
        waits.delete(wait);
        resolve();
      };
      const wait = { timer: setTimeout(() => done(), 1000 * seconds), done };
      waits.add(wait);
    });

  const deliver = async (receiver: string, notices: TaskNotice[]): Promise<void> => {
    // What is put in line in the same turn goes over one association.
    await Promise.resolve();
    while (notices.length > 0 && !closed) {
      const batch = notices.splice(0);
      for (let tries = 0; !closed; tries++) {
        try {
          const node = await nodeOf(receiver);
          if (node === undefined) log.warning(`${receiver} is told nothing of tasks: no node with this AE title`);
          else await sendNotices(node, caller(), batch);
          break;
        } catch (error) {
          if (tries === 0) log.warning(`${receiver} is not told of tasks yet: ${describeError(error)}`);
          if (tries >= BACK_OFF.length) {
            log.error(`${receiver} is not told of ${batch.length} changes of tasks: ${describeError(error)}`);
            break;
          }
          await pause(BACK_OFF[tries]);
        }
      }
    }
    lines.delete(receiver);
  };

  return {
    tell(receiver, notice) {
      const line = lines.get(receiver);
      if (line !== undefined) {
        line.notices.push(notice);
        return;
      }
      const notices = [notice];
      lines.set(receiver, { notices, running: deliver(receiver, notices) });
    },
    async idle() {
      while (lines.size > 0) await Promise.all([...lines.values()].map(({ running }) => running));
    },
    close() {
      closed = true;
      for (const { done } of waits) done();
    },
  };
}

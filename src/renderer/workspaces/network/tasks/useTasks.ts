import { useCallback, useEffect, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { Task, TaskState } from '#shared/contract/rpc/tasks.ts';

const RETRY_MS = 3000;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface TaskList {
  /** Undefined until they were read once. */
  readonly tasks: readonly Task[] | undefined;
  readonly failure: string;
  readonly reload: () => void;
}

/** An answer, with what it answers: the list of one manager never stands under the name of another. */
interface Answer {
  readonly question: string;
  readonly tasks: readonly Task[];
  readonly failure: string;
}

/** Tasks of ours (no node) or of a manager, read again with every change that we hear of. */
export function useTasks(nodeId: string | undefined, state: TaskState | ''): TaskList {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const question = `${nodeId ?? ''} ${state}`;
  const load = useCallback(
    async (signal?: AbortSignal): Promise<void> => {
      let next: Answer;
      try {
        next = { question, tasks: await rpc.tasks.list({ nodeId, filter: { state } }, { signal }), failure: '' };
      } catch (error) {
        next = { question, tasks: [], failure: errorWords(error) };
      }
      if (signal?.aborted !== true) setAnswer(next);
    },
    [question, nodeId, state],
  );
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const follow = async (): Promise<void> => {
      while (!signal.aborted)
        try {
          const events = await rpc.tasks.events(undefined, { signal });
          // Read after the stream is open, so that no change falls between.
          await load(signal);
          for await (const { event } of events) if (event === 'changed') await load(signal);
        } catch {
          await wait(RETRY_MS);
        }
    };
    void follow();
    return () => stop.abort();
  }, [load]);
  const isAnswered = answer?.question === question;
  return {
    tasks: isAnswered ? answer.tasks : undefined,
    failure: isAnswered ? answer.failure : '',
    reload: () => void load(),
  };
}

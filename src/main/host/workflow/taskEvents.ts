import type { TaskUpdate } from '#shared/contract/rpc/tasks.ts';

/** Changes of tasks, told within this process. */
export interface TaskEvents {
  emit(update: TaskUpdate): void;
  /** Returns how to stop. */
  follow(listener: (update: TaskUpdate) => void): () => void;
}

export function taskEvents(): TaskEvents {
  const listeners = new Set<(update: TaskUpdate) => void>();
  return {
    emit: (update) => {
      for (const listener of listeners) listener(update);
    },
    follow: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

import type { Task, TaskState } from '#shared/contract/rpc/tasks.ts';
import { nameOfUid } from '#shared/dicom/uid.ts';

export const STATE_WORDS: Readonly<Record<TaskState, string>> = {
  SCHEDULED: 'scheduled',
  'IN PROGRESS': 'in progress',
  COMPLETED: 'completed',
  CANCELED: 'canceled',
};

/** What a task works on or has made, by kind: "RT Plan, 120 × CT Image". */
export function objectsText(sets: Task['inputs']): string {
  const counts = new Map<string, number>();
  for (const { objects } of sets)
    for (const { sopClassUid } of objects) {
      const name = nameOfUid(sopClassUid);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`)).join(', ');
}

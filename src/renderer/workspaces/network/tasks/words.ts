import type { Task, TaskState } from '#shared/contract/rpc/tasks.ts';
import { nameOfUid } from '#shared/dicom/uid.ts';
import type { Plan } from '#shared/model/plan.ts';

export const STATE_WORDS: Readonly<Record<TaskState, string>> = {
  SCHEDULED: 'scheduled',
  'IN PROGRESS': 'in progress',
  COMPLETED: 'completed',
  CANCELED: 'canceled',
};

/** What a task works on or has made, by kind: "RT Plan “Prostate 1”, 120 × CT Image". */
export function objectsText(sets: Task['inputs']): string {
  const counts = new Map<string, number>();
  for (const { objects } of sets)
    for (const { sopClassUid, label } of objects) {
      const kind = nameOfUid(sopClassUid);
      const name = label === undefined ? kind : `${kind} “${label}”`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`)).join(', ');
}

/**
 * Why a plan is not to be delivered as it stands; '' for an approved one (Approval Status, PS3.3 C.8.8.16).
 * @param approval undefined when the plan is not the open one: the list of objects does not say
 */
export function deliveryWarning(label: string, approval: Plan['approval'] | undefined): string {
  if (approval === 'APPROVED') return '';
  if (approval === undefined)
    return `Whether plan “${label}” is approved is not known here: open it to see. Only an approved plan may be delivered.`;
  const state = approval === 'REJECTED' ? 'was rejected' : 'is not approved';
  return `Plan “${label}” ${state}, and nobody has validated it for treatment. Only an approved plan may be delivered.`;
}

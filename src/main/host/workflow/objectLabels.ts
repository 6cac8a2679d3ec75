import type { Archive } from '#main/archive/types.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { Task, TaskObjects } from '#shared/contract/rpc/tasks.ts';
import { isImageClass } from './imageClass.ts';

/** The task with the labels of its plans, structure sets and the like, as far as the archive holds them. */
export async function withLabels(archive: Pick<Archive, 'find'>, task: Task): Promise<Task> {
  const named = (sets: readonly TaskObjects[]): Promise<TaskObjects[]> =>
    Promise.all(
      sets.map(async (set) => ({
        ...set,
        objects: await Promise.all(
          set.objects.map(async (object) =>
            isImageClass(object.sopClassUid) ? object : { ...object, label: await labelOf(archive, object) },
          ),
        ),
      })),
    );
  return { ...task, inputs: await named(task.inputs), outputs: await named(task.outputs) };
}

/** None for an object that is not here, or that several patients have under one UID: a guess could be the wrong plan. */
async function labelOf(archive: Pick<Archive, 'find'>, object: TaskObjects['objects'][number]) {
  try {
    const { label } = await archive.find(object.sopInstanceUid);
    return label === '' ? undefined : label;
  } catch (error) {
    if (error instanceof IsocenterError && (error.code === 'NOT_FOUND' || error.code === 'CONFLICT')) return undefined;
    throw error;
  }
}

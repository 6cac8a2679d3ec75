import type { Archive } from '#main/archive/types.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { TaskObjects } from '#shared/contract/rpc/tasks.ts';

/**
 * Objects of one patient in the archive as a task names them, series by series.
 * @param from AE title where they can be had
 * @throws IsocenterError NOT_FOUND for an object that the patient does not have
 */
export async function taskObjects(
  archive: Pick<Archive, 'find'>,
  patientKey: string,
  sopInstanceUids: readonly string[],
  from: string,
): Promise<TaskObjects[]> {
  const series = new Map<string, TaskObjects>();
  for (const sopInstanceUid of sopInstanceUids) {
    const object = await archive.find(sopInstanceUid, { patientKey });
    const { studyInstanceUid, seriesInstanceUid, sopClassUid } = object;
    const one = series.get(seriesInstanceUid) ?? {
      typeOfInstances: 'DICOM',
      studyInstanceUid,
      seriesInstanceUid,
      objects: [],
      from,
    };
    one.objects.push({ sopClassUid, sopInstanceUid });
    series.set(seriesInstanceUid, one);
  }
  return [...series.values()];
}

/** @throws IsocenterError CONFLICT when a task's patient is another one than that of the objects */
export async function checkPatient(
  archive: Pick<Archive, 'tree'>,
  patientKey: string,
  task: { readonly patientId: string; readonly sopInstanceUid: string },
): Promise<void> {
  const { patientId } = await archive.tree(patientKey);
  if (patientId !== task.patientId)
    throw new IsocenterError('CONFLICT', `the objects are of patient ${patientId}, the task is of ${task.patientId}`, {
      object: task.sopInstanceUid,
      attribute: 'PatientID',
    });
}

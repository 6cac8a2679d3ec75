import type { Archive } from '#main/archive/types.ts';
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

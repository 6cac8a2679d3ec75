import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import type { Code } from '#shared/contract/rpc/worklist.ts';
import { type Task, type TaskFilter, TASK_STATES, type TaskObjects } from '#shared/contract/rpc/tasks.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { Keys } from '../query/identifier.ts';

const CODE: Keys = { CodeValue: '', CodingSchemeDesignator: '', CodeMeaning: '' };

/** What a list of tasks needs (PS3.4 table CC.2.5-3, return keys), and nothing that only one task's page shows. */
const RETURN_KEYS: Keys = {
  SOPClassUID: '',
  SOPInstanceUID: '',
  ProcedureStepState: '',
  ProcedureStepLabel: '',
  WorklistLabel: '',
  ScheduledProcedureStepPriority: '',
  ScheduledProcedureStepStartDateTime: '',
  ScheduledProcedureStepModificationDateTime: '',
  ExpectedCompletionDateTime: '',
  ScheduledWorkitemCodeSequence: [CODE],
  ScheduledStationNameCodeSequence: [CODE],
  InputReadinessState: '',
  InputInformationSequence: [],
  CommentsOnTheScheduledProcedureStep: '',
  ProcedureStepProgressInformationSequence: [],
  UnifiedProcedureStepPerformedProcedureSequence: [],
  PatientName: '',
  PatientID: '',
  PatientBirthDate: '',
  PatientSex: '',
};

/** A filter as C-FIND keys. */
export const taskKeys = ({ state, patientId, patientName, label, worklist, date }: TaskFilter): Keys => ({
  ...RETURN_KEYS,
  ProcedureStepState: state,
  PatientID: patientId,
  PatientName: patientName,
  ProcedureStepLabel: label,
  WorklistLabel: worklist,
  // A day is all its times.
  ScheduledProcedureStepStartDateTime: date === '' || date.includes('-') ? date : `${date}-${date}`,
});

function codeOf(item: DataSet | undefined): Code | undefined {
  if (item === undefined) return undefined;
  const value = item.string('CodeValue') || item.string('LongCodeValue');
  return { value, scheme: item.string('CodingSchemeDesignator'), meaning: item.string('CodeMeaning') };
}

function objectsOf(item: DataSet): TaskObjects {
  const [retrieval] = item.sequence('DICOMRetrievalSequence');
  const [web] = item.sequence('DICOMMediaRetrievalSequence');
  return {
    typeOfInstances: item.string('TypeOfInstances'),
    studyInstanceUid: item.string('StudyInstanceUID'),
    seriesInstanceUid: item.string('SeriesInstanceUID'),
    objects: item.sequence('ReferencedSOPSequence').map((reference) => ({
      sopClassUid: reference.string('ReferencedSOPClassUID'),
      sopInstanceUid: reference.string('ReferencedSOPInstanceUID'),
    })),
    from: retrieval?.string('RetrieveAETitle') ?? web?.string('StorageMediaFileSetID') ?? '',
  };
}

/**
 * A task's attributes for people.
 * @param asked the task that was asked for: an answer may leave its UID out, but not be about another one
 * @throws IsocenterError INVALID_ATTRIBUTE for a state that the standard does not know, MISSING_ATTRIBUTE without UID,
 *   CONFLICT for another task than was asked for
 */
export function taskSummary(dataset: DataSet, asked?: string): Omit<Task, 'claimed'> {
  const found = dataset.string('SOPInstanceUID');
  if (asked !== undefined && found !== '' && found !== asked)
    throw new IsocenterError('CONFLICT', `the answer is about task ${found}`, {
      object: asked,
      attribute: 'SOPInstanceUID',
    });
  const [progress] = dataset.sequence('ProcedureStepProgressInformationSequence');
  const [performed] = dataset.sequence('UnifiedProcedureStepPerformedProcedureSequence');
  const text = dataset.string('ProcedureStepState');
  const state = TASK_STATES.find((one) => one === text);
  if (state === undefined) throw dataset.invalid('ProcedureStepState', `"${text}" is no state of a task`);
  return {
    sopInstanceUid: asked ?? dataset.needString('SOPInstanceUID'),
    state,
    label: dataset.string('ProcedureStepLabel'),
    worklist: dataset.string('WorklistLabel'),
    priority: dataset.string('ScheduledProcedureStepPriority'),
    patientName: dataset.string('PatientName'),
    patientId: dataset.string('PatientID'),
    patientBirthDate: dataset.string('PatientBirthDate'),
    patientSex: dataset.string('PatientSex'),
    workitem: codeOf(dataset.sequence('ScheduledWorkitemCodeSequence')[0]),
    station: codeOf(dataset.sequence('ScheduledStationNameCodeSequence')[0])?.meaning ?? '',
    start: dataset.string('ScheduledProcedureStepStartDateTime'),
    expectedEnd: dataset.string('ExpectedCompletionDateTime'),
    modified: dataset.string('ScheduledProcedureStepModificationDateTime'),
    readiness: dataset.string('InputReadinessState'),
    comments: dataset.string('CommentsOnTheScheduledProcedureStep'),
    inputs: dataset.sequence('InputInformationSequence').map(objectsOf),
    outputs: performed?.sequence('OutputInformationSequence').map(objectsOf) ?? [],
    progress: progress?.number('ProcedureStepProgress'),
    progressText: progress?.string('ProcedureStepProgressDescription') ?? '',
    cancellation: progress?.string('ReasonForCancellation') ?? '',
  };
}

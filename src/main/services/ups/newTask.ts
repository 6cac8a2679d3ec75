import type { TaskKind, TaskObjects } from '#shared/contract/rpc/tasks.ts';
import type { Code } from '#shared/contract/rpc/worklist.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { codeItem, dicomDateTime } from '../mpps/attributes.ts';

/** Treatment delivery: PS3.16 CID 9241, as IHE-RO TDW-II asks for. The standard has no code for planning as a whole. */
export const WORKITEMS: Readonly<Record<TaskKind, Code>> = {
  delivery: { value: '121726', scheme: 'DCM', meaning: 'RT Treatment with Internal Verification' },
  planning: { value: 'RTPLANNING', scheme: '99ISOCENTER', meaning: 'RT Treatment Planning' },
};

/** What a new task is about. */
export interface TaskPlan {
  readonly kind: TaskKind;
  readonly label: string;
  readonly worklist: string;
  readonly priority: string;
  readonly comments: string;
  readonly station: string;
  /** DT, local. */
  readonly start: string;
  readonly patient: {
    readonly name: string;
    readonly id: string;
    readonly birthDate: string;
    readonly sex: string;
  };
  readonly studyInstanceUid: string;
  readonly inputs: readonly TaskObjects[];
}

/** Input or output information: where objects are (PS3.4 table CC.2.5-2c). */
const objectItem = (objects: TaskObjects): DataSetInput => ({
  TypeOfInstances: objects.typeOfInstances,
  StudyInstanceUID: objects.studyInstanceUid,
  SeriesInstanceUID: objects.seriesInstanceUid,
  ReferencedSOPSequence: objects.objects.map(({ sopClassUid, sopInstanceUid }) => ({
    ReferencedSOPClassUID: sopClassUid,
    ReferencedSOPInstanceUID: sopInstanceUid,
  })),
  DICOMRetrievalSequence: [{ RetrieveAETitle: objects.from }],
});

/** A station that is known by name only. */
const stationItem = (name: string): DataSetInput =>
  codeItem({ value: name.slice(0, 16), scheme: '99ISOCENTER', meaning: name });

/** N-CREATE attributes of a task of ours (PS3.4 table CC.2.5-3, column N-CREATE). */
export const taskAttributes = (plan: TaskPlan): DataSetInput => ({
  ScheduledProcedureStepPriority: plan.priority,
  ProcedureStepLabel: plan.label,
  WorklistLabel: plan.worklist === '' ? 'RADIOTHERAPY' : plan.worklist,
  ScheduledProcessingParametersSequence: [],
  ScheduledStationNameCodeSequence: plan.station === '' ? [] : [stationItem(plan.station)],
  ScheduledStationClassCodeSequence: [],
  ScheduledStationGeographicLocationCodeSequence: [],
  ScheduledHumanPerformersSequence: [],
  ScheduledProcedureStepStartDateTime: plan.start,
  ScheduledWorkitemCodeSequence: [codeItem(WORKITEMS[plan.kind])],
  CommentsOnTheScheduledProcedureStep: plan.comments,
  InputReadinessState: 'READY',
  InputInformationSequence: plan.inputs.map(objectItem),
  StudyInstanceUID: plan.studyInstanceUid,
  PatientName: plan.patient.name,
  PatientID: plan.patient.id,
  IssuerOfPatientID: '',
  IssuerOfPatientIDQualifiersSequence: [],
  PatientBirthDate: plan.patient.birthDate,
  PatientSex: plan.patient.sex,
  AdmissionID: '',
  IssuerOfAdmissionIDSequence: [],
  AdmittingDiagnosesDescription: '',
  AdmittingDiagnosesCodeSequence: [],
  ReferencedRequestSequence: [],
  ProcedureStepProgressInformationSequence: [],
  UnifiedProcedureStepPerformedProcedureSequence: [],
});

/** How far a task is, per cent, and in words (PS3.4 table CC.2.5-3, progress information). */
export const progressAttributes = (percent: number, text: string): DataSetInput => ({
  ProcedureStepProgressInformationSequence: [
    { ProcedureStepProgress: percent, ProcedureStepProgressDescription: text === '' ? undefined : text },
  ],
});

/** Who performed a task, what, when and with which results: what a finished task has to say. */
export const performedAttributes = (done: {
  readonly station: string;
  readonly workitem: Code;
  readonly started: Date;
  readonly ended: Date;
  readonly outputs: readonly TaskObjects[];
}): DataSetInput => ({
  UnifiedProcedureStepPerformedProcedureSequence: [
    {
      PerformedStationNameCodeSequence: [stationItem(done.station)],
      PerformedProcedureStepStartDateTime: dicomDateTime(done.started),
      PerformedWorkitemCodeSequence: [codeItem(done.workitem)],
      PerformedProcedureStepEndDateTime: dicomDateTime(done.ended),
      OutputInformationSequence: done.outputs.map(objectItem),
    },
  ],
});

/** Why a task is given up. */
export const cancellationAttributes = (reason: string, at: Date): DataSetInput => ({
  ProcedureStepProgressInformationSequence: [
    {
      ProcedureStepCancellationDateTime: dicomDateTime(at),
      ReasonForCancellation: reason === '' ? undefined : reason,
    },
  ],
});

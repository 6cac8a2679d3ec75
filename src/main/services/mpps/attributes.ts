import type { Code, PerformedSeries, WorklistItem } from '#shared/contract/rpc/worklist.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { isUid } from '#shared/dicom/uid.ts';

/** A performed step as it begins. */
export interface PerformedStep {
  readonly item: WorklistItem;
  /** Performed Procedure Step ID, SH. */
  readonly stepId: string;
  readonly stationAeTitle: string;
  /** Local time of this machine. */
  readonly started: Date;
}

export interface PerformedEnd {
  readonly outcome: 'completed' | 'discontinued';
  readonly ended: Date;
  readonly series: readonly PerformedSeries[];
  readonly reason?: Code;
}

/** A date as DA. */
const dicomDate = (date: Date): string => `${date.getFullYear()}${pad(date.getMonth() + 1)}${pad(date.getDate())}`;

/** A time as TM, whole seconds. */
const dicomTime = (date: Date): string => `${pad(date.getHours())}${pad(date.getMinutes())}${pad(date.getSeconds())}`;

/** Date and time as DT, without a time zone: local to the department, as everything beside it. */
export const dicomDateTime = (date: Date): string => dicomDate(date) + dicomTime(date);

const pad = (value: number): string => String(value).padStart(2, '0');

export const codeItem = ({ value, scheme, meaning }: Code): DataSetInput => ({
  CodeValue: value,
  CodingSchemeDesignator: scheme,
  CodeMeaning: meaning,
});

const reference = (object: { sopClassUid: string; sopInstanceUid: string }): DataSetInput => ({
  ReferencedSOPClassUID: object.sopClassUid,
  ReferencedSOPInstanceUID: object.sopInstanceUid,
});

/**
 * N-CREATE attributes, PS3.4 table F.7.2-1: what the RIS scheduled comes back as it was.
 * @throws IsocenterError MISSING_ATTRIBUTE when the patient or the study is not known: a step of nobody helps nobody
 */
export function createAttributes({ item, stepId, stationAeTitle, started }: PerformedStep): DataSetInput {
  for (const [value, attribute] of [
    [item.patientId, 'PatientID'],
    [item.patientName, 'PatientName'],
    [item.modality, 'Modality'],
  ])
    if (value === '')
      throw new IsocenterError('MISSING_ATTRIBUTE', 'needed for a performed procedure step', { attribute });
  if (!isUid(item.studyInstanceUid))
    throw new IsocenterError('INVALID_ATTRIBUTE', `"${item.studyInstanceUid}" is no UID`, {
      attribute: 'StudyInstanceUID',
    });
  return {
    PatientName: item.patientName,
    PatientID: item.patientId,
    IssuerOfPatientID: item.issuerOfPatientId === '' ? undefined : item.issuerOfPatientId,
    PatientBirthDate: item.patientBirthDate,
    PatientSex: item.patientSex,
    ReferencedPatientSequence: [],
    ScheduledStepAttributesSequence: [
      {
        StudyInstanceUID: item.studyInstanceUid,
        ReferencedStudySequence: item.referencedStudies.map(reference),
        AccessionNumber: item.accessionNumber,
        RequestedProcedureID: item.requestedProcedureId,
        RequestedProcedureDescription: item.requestedProcedure,
        ScheduledProcedureStepID: item.stepId,
        ScheduledProcedureStepDescription: item.step,
        ScheduledProtocolCodeSequence: item.protocols.map(codeItem),
      },
    ],
    PerformedProcedureStepID: stepId,
    PerformedStationAETitle: stationAeTitle,
    PerformedStationName: item.stationName,
    PerformedLocation: '',
    PerformedProcedureStepStartDate: dicomDate(started),
    PerformedProcedureStepStartTime: dicomTime(started),
    PerformedProcedureStepStatus: 'IN PROGRESS',
    PerformedProcedureStepDescription: item.step,
    PerformedProcedureTypeDescription: '',
    ProcedureCodeSequence: [],
    PerformedProcedureStepEndDate: '',
    PerformedProcedureStepEndTime: '',
    Modality: item.modality,
    StudyID: item.requestedProcedureId.slice(0, 16),
    PerformedProtocolCodeSequence: item.protocols.map(codeItem),
    PerformedSeriesSequence: [],
  };
}

/**
 * N-SET attributes that end the step, PS3.4 table F.7.2-1 and its final state requirements.
 * @throws IsocenterError MISSING_ATTRIBUTE when it is to be completed without a series
 */
export function finalAttributes({ outcome, ended, series, reason }: PerformedEnd): DataSetInput {
  if (outcome === 'completed' && series.length === 0)
    throw new IsocenterError('MISSING_ATTRIBUTE', 'a completed procedure step names at least one series', {
      attribute: 'PerformedSeriesSequence',
    });
  return {
    PerformedProcedureStepStatus: outcome === 'completed' ? 'COMPLETED' : 'DISCONTINUED',
    PerformedProcedureStepEndDate: dicomDate(ended),
    PerformedProcedureStepEndTime: dicomTime(ended),
    PerformedProcedureStepDiscontinuationReasonCodeSequence:
      outcome === 'discontinued' && reason !== undefined ? [codeItem(reason)] : undefined,
    PerformedSeriesSequence: series.map((one) => ({
      PerformingPhysicianName: '',
      OperatorsName: '',
      ProtocolName: one.protocolName === '' ? 'UNKNOWN' : one.protocolName,
      SeriesInstanceUID: one.seriesInstanceUid,
      SeriesDescription: one.seriesDescription,
      RetrieveAETitle: one.retrieveAeTitle,
      ReferencedImageSequence: one.images.map(reference),
      ReferencedNonImageCompositeSOPInstanceSequence: one.others.map(reference),
    })),
  };
}

import { entryOfKeyword } from '#shared/dicom/codec/dictionary.ts';

/**
 * Attributes that N-SET may change (PS3.4 table CC.2.5-3, column N-SET): never who the patient is, what was requested, the
 * state, or anything the manager itself keeps.
 */
const SETTABLE: ReadonlySet<number> = new Set(
  [
    'TransactionUID',
    'ScheduledProcedureStepPriority',
    'ProcedureStepLabel',
    'WorklistLabel',
    'ScheduledProcessingParametersSequence',
    'ScheduledStationNameCodeSequence',
    'ScheduledStationClassCodeSequence',
    'ScheduledStationGeographicLocationCodeSequence',
    'ScheduledHumanPerformersSequence',
    'ScheduledProcedureStepStartDateTime',
    'ExpectedCompletionDateTime',
    'ScheduledWorkitemCodeSequence',
    'CommentsOnTheScheduledProcedureStep',
    'InputReadinessState',
    'InputInformationSequence',
    'ProcedureStepProgressInformationSequence',
    'UnifiedProcedureStepPerformedProcedureSequence',
  ].map((keyword) => entryOfKeyword(keyword).tag),
);

/** Whether an attribute may be changed by others; private ones may. */
export const isSettable = (tag: number): boolean => SETTABLE.has(tag) || ((tag >>> 16) & 1) === 1;

import type { DataSet } from '#shared/dicom/codec/dataset.ts';

/** Attributes of Unified Procedure Step Performed Procedure Sequence that a completed task has (PS3.4 table CC.2.5-3, final state R). */
const PERFORMED = [
  'PerformedStationNameCodeSequence',
  'PerformedProcedureStepStartDateTime',
  'PerformedWorkitemCodeSequence',
  'PerformedProcedureStepEndDateTime',
] as const;

/** What keeps a task from being completed, by keyword; undefined when nothing does. */
export function missingToComplete(attributes: DataSet): string | undefined {
  const [performed] = attributes.sequence('UnifiedProcedureStepPerformedProcedureSequence');
  if (performed === undefined) return 'UnifiedProcedureStepPerformedProcedureSequence';
  // Output Information Sequence has to be there, though it may be empty.
  if (performed.element('OutputInformationSequence') === undefined) return 'OutputInformationSequence';
  return PERFORMED.find((keyword) => !performed.has(keyword));
}

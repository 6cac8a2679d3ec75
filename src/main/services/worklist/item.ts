import { type Answer, type Keys, textIn } from '#main/services/query/identifier.ts';
import type { Code, WorklistFilter, WorklistItem } from '#shared/contract/rpc/worklist.ts';

/** The items of a sequence in an answer. */
function itemsIn(answer: Answer, keyword: string): readonly Answer[] {
  const value = answer[keyword];
  if (typeof value !== 'object') return [];
  return value.filter((item) => typeof item === 'object');
}

/** Codes of a sequence in an answer (PS3.3 8.8). */
const codesIn = (answer: Answer, keyword: string): Code[] =>
  itemsIn(answer, keyword).map((item) => ({
    value: textIn(item, 'CodeValue') || textIn(item, 'LongCodeValue') || textIn(item, 'URNCodeValue'),
    scheme: textIn(item, 'CodingSchemeDesignator'),
    meaning: textIn(item, 'CodeMeaning'),
  }));

/** Scheduled steps of one answer: a request may hold several, each is an item of its own. */
export function worklistItems(answer: Answer): WorklistItem[] {
  const text = (keyword: string) => textIn(answer, keyword);
  return itemsIn(answer, 'ScheduledProcedureStepSequence').map((step) => {
    const ofStep = (keyword: string) => textIn(step, keyword);
    return {
      patientName: text('PatientName'),
      patientId: text('PatientID'),
      issuerOfPatientId: text('IssuerOfPatientID'),
      patientBirthDate: text('PatientBirthDate'),
      patientSex: text('PatientSex'),
      accessionNumber: text('AccessionNumber'),
      studyInstanceUid: text('StudyInstanceUID'),
      requestedProcedureId: text('RequestedProcedureID'),
      requestedProcedure: text('RequestedProcedureDescription') || meaningIn(answer, 'RequestedProcedureCodeSequence'),
      referringPhysician: text('ReferringPhysicianName'),
      stepId: ofStep('ScheduledProcedureStepID'),
      step: ofStep('ScheduledProcedureStepDescription') || meaningIn(step, 'ScheduledProtocolCodeSequence'),
      modality: ofStep('Modality'),
      stationAeTitle: ofStep('ScheduledStationAETitle'),
      stationName: ofStep('ScheduledStationName'),
      location: ofStep('ScheduledProcedureStepLocation'),
      startDate: ofStep('ScheduledProcedureStepStartDate'),
      startTime: ofStep('ScheduledProcedureStepStartTime'),
      performingPhysician: ofStep('ScheduledPerformingPhysicianName'),
      protocols: codesIn(step, 'ScheduledProtocolCodeSequence'),
      referencedStudies: itemsIn(answer, 'ReferencedStudySequence').map((study) => ({
        sopClassUid: textIn(study, 'ReferencedSOPClassUID'),
        sopInstanceUid: textIn(study, 'ReferencedSOPInstanceUID'),
      })),
    };
  });
}

const meaningIn = (answer: Answer, keyword: string): string => codesIn(answer, keyword)[0]?.meaning ?? '';

/** A filter as matching keys. */
export const filterKeys = (filter: WorklistFilter): Keys => ({
  PatientName: filter.patientName,
  PatientID: filter.patientId,
  AccessionNumber: filter.accessionNumber,
  ScheduledProcedureStepStartDate: filter.date,
  Modality: filter.modality,
  ScheduledStationAETitle: filter.stationAeTitle,
});

/** In order of time, then of patient. */
export const inOrder = (items: readonly WorklistItem[]): WorklistItem[] =>
  items.toSorted((a, b) => sortKey(a).localeCompare(sortKey(b)));

const sortKey = ({ startDate, startTime, patientName }: WorklistItem): string =>
  `${startDate} ${startTime.padEnd(6, '0')} ${patientName}`;

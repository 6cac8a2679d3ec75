import { COMMAND } from '#main/network/commandSet.ts';
import { STATUS } from '#main/network/status.ts';
import {
  type Answer,
  answerOf,
  encodeIdentifier,
  IDENTIFIER_TRANSFER_SYNTAXES,
  type Keys,
} from '#main/services/query/identifier.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import { incoming } from '../dataSets.ts';
import { type Caller, connectTo, type Peer } from '../peer.ts';
import { statusFault } from '../workflowStatus.ts';

/** Modality Worklist Information Model – FIND (PS3.4 K.6.1.4). */
export const MODALITY_WORKLIST = '1.2.840.10008.5.1.4.31';

export interface FindOptions {
  /** Answers taken at most; the query is cancelled then. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** Specific Character Set of the keys; UTF-8 if not given. */
  readonly characterSet?: readonly string[];
}

/**
 * C-FIND of a worklist: every answer as the peer gave it. SOP classes are offered together and the first accepted is used.
 * @param what what is asked, for errors
 * @throws IsocenterError NETWORK, ASSOCIATION_…, UNSUPPORTED_OBJECT, DIMSE_STATUS, CANCELLED, and what the answers' decoding throws
 */
export async function findIn(
  peer: Peer,
  caller: Caller,
  sopClasses: readonly string[],
  what: string,
  keys: Keys,
  { limit = Number.POSITIVE_INFINITY, signal, characterSet }: FindOptions = {},
): Promise<DataSet[]> {
  const association = await connectTo(peer, caller, {
    contexts: sopClasses.map((abstractSyntax) => ({
      abstractSyntax,
      transferSyntaxes: [...IDENTIFIER_TRANSFER_SYNTAXES],
    })),
    signal,
  });
  try {
    const context = association.contexts[0];
    if (context === undefined)
      throw new IsocenterError('UNSUPPORTED_OBJECT', `does not offer ${what}`, { object: peer.aeTitle });
    const answers: DataSet[] = [];
    const enough = new AbortController();
    const cancel = signal === undefined ? enough.signal : AbortSignal.any([enough.signal, signal]);
    const response = await association.invoke(
      context,
      { commandField: COMMAND['C-FIND'], affectedSopClassUid: context.abstractSyntax, priority: 0 },
      encodeIdentifier(keys, context, characterSet),
      {
        cancel,
        onPending: ({ dataSet }) => {
          if (dataSet === undefined || answers.length >= limit) return;
          answers.push(incoming(dataSet, context, `answer ${answers.length + 1} of ${peer.aeTitle}`));
          if (answers.length >= limit) enough.abort();
        },
      },
    );
    if (signal?.aborted) throw new IsocenterError('CANCELLED', 'cancelled by the user', { object: peer.aeTitle });
    if (response.status !== STATUS.success && response.status !== STATUS.cancelled)
      throw statusFault(what, response, peer.aeTitle);
    return answers;
  } finally {
    await association.release().catch(() => undefined);
  }
}

/** Keys that stand in the scheduled procedure step (PS3.4 table K.6-1). */
const STEP_KEYS: ReadonlySet<string> = new Set([
  'ScheduledStationAETitle',
  'ScheduledStationName',
  'ScheduledProcedureStepStartDate',
  'ScheduledProcedureStepStartTime',
  'ScheduledProcedureStepEndDate',
  'ScheduledProcedureStepEndTime',
  'ScheduledPerformingPhysicianName',
  'ScheduledProcedureStepDescription',
  'ScheduledProtocolCodeSequence',
  'ScheduledProcedureStepID',
  'ScheduledProcedureStepLocation',
  'ScheduledProcedureStepStatus',
  'Modality',
]);

const CODE: Keys = { CodeValue: '', CodingSchemeDesignator: '', CodeMeaning: '' };
const INSTANCE: Keys = { ReferencedSOPClassUID: '', ReferencedSOPInstanceUID: '' };

/** What is asked for in any case (PS3.4 table K.6-1, return key types 1 and 2). */
const STEP: Keys = {
  ScheduledStationAETitle: '',
  ScheduledStationName: '',
  ScheduledProcedureStepStartDate: '',
  ScheduledProcedureStepStartTime: '',
  ScheduledPerformingPhysicianName: '',
  ScheduledProcedureStepDescription: '',
  ScheduledProtocolCodeSequence: [CODE],
  ScheduledProcedureStepID: '',
  ScheduledProcedureStepLocation: '',
  Modality: '',
};
const ITEM: Keys = {
  PatientName: '',
  PatientID: '',
  IssuerOfPatientID: '',
  PatientBirthDate: '',
  PatientSex: '',
  AccessionNumber: '',
  ReferringPhysicianName: '',
  StudyInstanceUID: '',
  RequestedProcedureID: '',
  RequestedProcedureDescription: '',
  ReferencedStudySequence: [INSTANCE],
};

/** The whole identifier: keys of the step, given flat or nested, stand in its sequence. */
export function worklistKeys(keys: Keys): Keys {
  const { ScheduledProcedureStepSequence: nested, ...flat } = keys;
  const [given = {}] = typeof nested === 'object' ? nested : [];
  const entries = Object.entries(flat);
  const ofStep = Object.fromEntries(entries.filter(([keyword]) => STEP_KEYS.has(keyword)));
  const ofItem = Object.fromEntries(entries.filter(([keyword]) => !STEP_KEYS.has(keyword)));
  return { ...ITEM, ...ofItem, ScheduledProcedureStepSequence: [{ ...STEP, ...given, ...ofStep }] };
}

/**
 * Modality Worklist as SCU (PS3.4 annex K).
 * @param keys flat by keyword, those of the scheduled procedure step too
 * @throws what `findIn` throws
 */
export async function findWorklist(
  peer: Peer,
  caller: Caller,
  keys: Keys,
  options: FindOptions = {},
): Promise<Answer[]> {
  const found = await findIn(peer, caller, [MODALITY_WORKLIST], 'modality worklist', worklistKeys(keys), options);
  return found.map(answerOf);
}

import type { AcceptedContext } from '#main/network/service.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { isUid, nameOfUid } from '#shared/dicom/uid.ts';
import { incoming } from '../dataSets.ts';

/** Storage Commitment Push Model SOP class and its well-known instance (PS3.4 J.3.5, PS3.6 table A-1). */
export const STORAGE_COMMITMENT = '1.2.840.10008.1.20.1';
export const STORAGE_COMMITMENT_INSTANCE = '1.2.840.10008.1.20.1.1';

/** Action and event types (PS3.4 tables J.3-1 and J.3-3). */
export const REQUEST_COMMITMENT = 1;
export const EVENT_ALL_COMMITTED = 1;
export const EVENT_FAILURES_EXIST = 2;

/** Longest list of references taken, bytes: some 100,000 objects. */
export const MAX_LIST = 16 * 1024 * 1024;

/** One object of a transaction. */
export interface CommitmentObject {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

export interface FailedObject extends CommitmentObject {
  /** Failure Reason (0008,1197), PS3.3 C.14.1.1. */
  readonly reason: number;
}

export interface CommitmentRequest {
  readonly transactionUid: string;
  readonly objects: readonly CommitmentObject[];
}

export interface CommitmentReport {
  readonly transactionUid: string;
  readonly committed: readonly CommitmentObject[];
  readonly failed: readonly FailedObject[];
}

/** Failure reasons, PS3.3 C.14.1.1. */
export const FAILURE = {
  processing: 0x0110,
  noSuchInstance: 0x0112,
  classInstanceConflict: 0x0119,
  classNotSupported: 0x0122,
  duplicateTransaction: 0x0131,
  resources: 0x0213,
} as const;

const FAILURE_TEXT: readonly (readonly [number, string])[] = [
  [FAILURE.processing, 'failed while processing'],
  [FAILURE.noSuchInstance, 'it does not have the object'],
  [FAILURE.resources, 'it lacks the resources'],
  [FAILURE.classNotSupported, 'it does not keep objects of this kind'],
  [FAILURE.classInstanceConflict, 'it has another kind of object under this UID'],
  [FAILURE.duplicateTransaction, 'the transaction was used before'],
];

/** A failure reason in words, with its code. */
function failureText(reason: number): string {
  const known = FAILURE_TEXT.find(([code]) => code === reason)?.[1] ?? 'no reason that the standard knows';
  return `${known} (${reason.toString(16).toUpperCase().padStart(4, '0')}H)`;
}

const reference = ({ sopClassUid, sopInstanceUid }: CommitmentObject): DataSetInput => ({
  ReferencedSOPClassUID: sopClassUid,
  ReferencedSOPInstanceUID: sopInstanceUid,
});

/** Action information, PS3.4 table J.3-1. */
export const requestDataSet = ({ transactionUid, objects }: CommitmentRequest): DataSetInput => ({
  TransactionUID: transactionUid,
  ReferencedSOPSequence: objects.map(reference),
});

/** Event information, PS3.4 table J.3-3. */
export const reportDataSet = ({ transactionUid, committed, failed }: CommitmentReport): DataSetInput => ({
  TransactionUID: transactionUid,
  ReferencedSOPSequence: committed.length === 0 ? undefined : committed.map(reference),
  FailedSOPSequence:
    failed.length === 0 ? undefined : failed.map((object) => ({ ...reference(object), FailureReason: object.reason })),
});

/** @throws IsocenterError for what cannot be read, is missing or is no UID */
export function readRequest(bytes: Uint8Array, context: AcceptedContext, who: string): CommitmentRequest {
  const dataset = incoming(bytes, context, `storage commitment request of ${who}`);
  return {
    transactionUid: needUid(dataset, 'TransactionUID'),
    objects: dataset.needSequence('ReferencedSOPSequence').map(readReference),
  };
}

/** @throws IsocenterError for what cannot be read, is missing or is no UID */
export function readReport(bytes: Uint8Array, context: AcceptedContext, who: string): CommitmentReport {
  const dataset = incoming(bytes, context, `storage commitment report of ${who}`);
  return {
    transactionUid: needUid(dataset, 'TransactionUID'),
    committed: dataset.sequence('ReferencedSOPSequence').map(readReference),
    failed: dataset.sequence('FailedSOPSequence').map((item) => ({
      ...readReference(item),
      reason: item.number('FailureReason') ?? FAILURE.processing,
    })),
  };
}

const readReference = (item: DataSet): CommitmentObject => ({
  sopClassUid: needUid(item, 'ReferencedSOPClassUID'),
  sopInstanceUid: needUid(item, 'ReferencedSOPInstanceUID'),
});

function needUid(dataset: DataSet, attribute: string): string {
  const uid = dataset.needString(attribute);
  if (!isUid(uid)) throw dataset.invalid(attribute, `"${uid}" is no UID`);
  return uid;
}

/** What became of one object that was asked for. */
export interface ObjectOutcome extends CommitmentObject {
  readonly outcome: 'committed' | 'failed';
  /** Why it failed, in words. */
  readonly reason?: string;
}

/**
 * What a report says of each object asked for. Committed is only what the peer names as committed with the right SOP class
 * and not among the failures too; what it does not name at all has failed.
 */
export function outcomesOf(objects: readonly CommitmentObject[], report: CommitmentReport): ObjectOutcome[] {
  const committed = new Map(report.committed.map((object) => [object.sopInstanceUid, object.sopClassUid]));
  const failed = new Map(report.failed.map((object) => [object.sopInstanceUid, object.reason]));
  return objects.map(({ sopClassUid, sopInstanceUid }) => {
    const object = { sopClassUid, sopInstanceUid };
    const failure = failed.get(sopInstanceUid);
    if (failure !== undefined) return { ...object, outcome: 'failed', reason: failureText(failure) };
    const found = committed.get(sopInstanceUid);
    if (found === undefined) return { ...object, outcome: 'failed', reason: 'the report does not name it' };
    if (found === sopClassUid) return { ...object, outcome: 'committed' };
    return { ...object, outcome: 'failed', reason: `reported as another kind of object, ${nameOfUid(found)}` };
  });
}

/** @throws IsocenterError USAGE when there is nothing to ask for */
export function checkObjects(objects: readonly CommitmentObject[], peer: string): void {
  if (objects.length === 0) throw new IsocenterError('USAGE', 'no object to commit', { object: peer });
}

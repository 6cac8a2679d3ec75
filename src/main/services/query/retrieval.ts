import { IsocenterError } from '#shared/contract/errors.ts';
import { COMMAND } from '#main/network/commandSet.ts';
import type { Association } from '#main/network/association.ts';
import type { DimseResponse } from '#main/network/service.ts';
import { STATUS } from '#main/network/status.ts';
import { incoming } from '../dataSets.ts';
import type { Peer } from '../peer.ts';
import { encodeIdentifier, type Keys } from './identifier.ts';
import { levelsDownTo, type QueryLevel, type QueryModel, type QueryService, sopClassOf, UNIQUE_KEY } from './model.ts';
import { cancellation, contextOf, finalStatus, refusalOf } from './session.ts';
import { queryStatusText } from './status.ts';

/** What to retrieve: the unique keys of the level and of those above it. */
export interface RetrieveTarget {
  readonly model: QueryModel;
  readonly level: QueryLevel;
  readonly patientId?: string;
  readonly studyInstanceUid?: string;
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: string;
}

/** Sub-operation counts as the peer gives them (PS3.7 9.1.4.2). */
export interface Suboperations {
  readonly remaining: number;
  readonly completed: number;
  readonly failed: number;
  readonly warning: number;
}

export interface RetrieveOutcome {
  readonly completed: number;
  readonly failed: number;
  readonly warning: number;
  /** SOP instances that did not come, as far as the peer names them. */
  readonly failedInstances: readonly string[];
  readonly status: number;
  /** The status in words, with the peer's comment. */
  readonly statusText: string;
  readonly isCancelled: boolean;
}

export interface RetrieveOptions {
  readonly onProgress?: (counts: Suboperations) => void;
  readonly characterSet?: readonly string[];
  readonly signal?: AbortSignal;
}

/** The identifier of a retrieval. @throws MISSING_ATTRIBUTE when a unique key of the level or above is missing */
export function keysOf(target: RetrieveTarget): Keys {
  const values: Readonly<Record<QueryLevel, string | undefined>> = {
    PATIENT: target.patientId,
    STUDY: target.studyInstanceUid,
    SERIES: target.seriesInstanceUid,
    IMAGE: target.sopInstanceUid,
  };
  const keys: Record<string, string> = { QueryRetrieveLevel: target.level };
  for (const level of levelsDownTo(target.model, target.level)) {
    const value = values[level];
    if (value === undefined || value === '') {
      throw new IsocenterError('MISSING_ATTRIBUTE', `is needed to retrieve a ${target.level.toLowerCase()}`, {
        attribute: UNIQUE_KEY[level],
      });
    }
    keys[UNIQUE_KEY[level]] = value;
  }
  return keys;
}

const countsOf = (response: DimseResponse): Suboperations => ({
  remaining: response.remainingSuboperations ?? 0,
  completed: response.completedSuboperations ?? 0,
  failed: response.failedSuboperations ?? 0,
  warning: response.warningSuboperations ?? 0,
});

/**
 * Sends a C-MOVE or C-GET on an association that stands, and waits for its end. A cancelled operation resolves, with what was done.
 * @throws IsocenterError DIMSE_STATUS when the peer refuses before any object; CANCELLED when it did not stop when asked
 */
export async function retrieveOver(
  association: Association,
  service: Exclude<QueryService, 'find'>,
  target: RetrieveTarget,
  peer: Peer,
  { onProgress, characterSet, signal }: RetrieveOptions,
  moveDestination?: string,
): Promise<RetrieveOutcome> {
  const sopClassUid = sopClassOf(target.model, service);
  const context = contextOf(association, sopClassUid, service === 'move' ? 'C-MOVE' : 'C-GET', peer);
  const commandField = COMMAND[service === 'move' ? 'C-MOVE' : 'C-GET'];
  const cancel = cancellation(association, signal);
  try {
    const response = await association.invoke(
      context,
      { commandField, affectedSopClassUid: sopClassUid, priority: 0, moveDestination },
      encodeIdentifier(keysOf(target), context, characterSet),
      { cancel: cancel.signal, onPending: (pending) => onProgress?.(countsOf(pending)) },
    );
    const counts = countsOf(response);
    const status = finalStatus(response);
    const refusal = refusalOf(response, peer);
    if (refusal !== undefined && counts.completed + counts.failed + counts.warning === 0) throw refusal;
    const comment = response.errorComment ? `: ${response.errorComment}` : '';
    return {
      completed: counts.completed,
      failed: counts.failed,
      warning: counts.warning,
      failedInstances:
        response.dataSet === undefined
          ? []
          : incoming(response.dataSet, context, `answer of ${peer.aeTitle}`).strings('FailedSOPInstanceUIDList'),
      status,
      statusText: queryStatusText(status) + comment,
      isCancelled: status === STATUS.cancelled,
    };
  } finally {
    cancel.dispose();
  }
}

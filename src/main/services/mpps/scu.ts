import { COMMAND, type CommandSet } from '#main/network/commandSet.ts';
import type { DimseResponse } from '#main/network/service.ts';
import { STATUS } from '#main/network/status.ts';
import { IDENTIFIER_TRANSFER_SYNTAXES } from '#main/services/query/identifier.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { outgoing } from '../dataSets.ts';
import { type Caller, connectTo, type Peer } from '../peer.ts';
import { checkStatus } from '../workflowStatus.ts';

/** Modality Performed Procedure Step SOP class (PS3.4 F.7). */
export const PERFORMED_PROCEDURE_STEP = '1.2.840.10008.3.1.2.3.3';

/**
 * N-CREATE of a performed procedure step (PS3.4 F.7.2.1). A peer that says it has this instance already (0111H) has got
 * an earlier try of ours: the UID is new for every step.
 * @throws IsocenterError NETWORK, ASSOCIATION_…, UNSUPPORTED_OBJECT, DIMSE_STATUS
 */
export async function createStep(
  peer: Peer,
  caller: Caller,
  sopInstanceUid: string,
  attributes: DataSetInput,
  signal?: AbortSignal,
): Promise<void> {
  const response = await invoke(
    peer,
    caller,
    {
      commandField: COMMAND['N-CREATE'],
      affectedSopClassUid: PERFORMED_PROCEDURE_STEP,
      affectedSopInstanceUid: sopInstanceUid,
    },
    attributes,
    signal,
  );
  if (response.status !== STATUS.duplicateSopInstance) checkStatus('performed procedure step', response, peer.aeTitle);
}

/**
 * N-SET of a performed procedure step (PS3.4 F.7.2.2).
 * @throws IsocenterError NETWORK, ASSOCIATION_…, UNSUPPORTED_OBJECT, DIMSE_STATUS
 */
export async function setStep(
  peer: Peer,
  caller: Caller,
  sopInstanceUid: string,
  attributes: DataSetInput,
  signal?: AbortSignal,
): Promise<void> {
  const response = await invoke(
    peer,
    caller,
    {
      commandField: COMMAND['N-SET'],
      requestedSopClassUid: PERFORMED_PROCEDURE_STEP,
      requestedSopInstanceUid: sopInstanceUid,
    },
    attributes,
    signal,
  );
  checkStatus('change of the performed procedure step', response, peer.aeTitle);
}

async function invoke(
  peer: Peer,
  caller: Caller,
  command: CommandSet,
  attributes: DataSetInput,
  signal?: AbortSignal,
): Promise<DimseResponse> {
  const association = await connectTo(peer, caller, {
    contexts: [{ abstractSyntax: PERFORMED_PROCEDURE_STEP, transferSyntaxes: [...IDENTIFIER_TRANSFER_SYNTAXES] }],
    signal,
  });
  try {
    const context = association.contextFor(PERFORMED_PROCEDURE_STEP);
    if (context === undefined)
      throw new IsocenterError('UNSUPPORTED_OBJECT', 'does not take performed procedure steps', {
        object: peer.aeTitle,
      });
    return await association.invoke(context, command, outgoing(attributes, context));
  } finally {
    await association.release().catch(() => undefined);
  }
}

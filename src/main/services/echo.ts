import { IsocenterError } from '#shared/contract/errors.ts';
import { EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { COMMAND } from '#main/network/commandSet.ts';
import type { ServiceHandler, TlsIdentity } from '#main/network/service.ts';
import { STATUS } from '#main/network/status.ts';
import { type Caller, connectTo, type Peer } from './peer.ts';

export const VERIFICATION_SOP_CLASS = '1.2.840.10008.1.1';

export interface EchoResult {
  /** DIMSE status; 0 is success. */
  readonly status: number;
  /** From opening the connection to the answer, milliseconds. */
  readonly ms: number;
  readonly implementationClassUid: string;
  readonly implementationVersionName: string;
  /** Longest P-DATA-TF the peer takes, bytes; 0 is no limit. */
  readonly maxPduLength: number;
  readonly tls?: TlsIdentity;
  /** Whether the peer confirmed the user; absent when none was named. */
  readonly userAccepted?: boolean;
}

/**
 * Verification as SCU (PS3.4 annex A): association, C-ECHO, release.
 * @throws IsocenterError NETWORK, ASSOCIATION_REJECTED, ASSOCIATION_ABORTED or CANCELLED.
 */
export async function echo(
  peer: Peer,
  { signal, ...caller }: Caller & { readonly signal?: AbortSignal },
): Promise<EchoResult> {
  const start = performance.now();
  const association = await connectTo(peer, caller, {
    contexts: [{ abstractSyntax: VERIFICATION_SOP_CLASS, transferSyntaxes: [IMPLICIT_LITTLE_ENDIAN] }],
    signal,
  });
  const context = association.contextFor(VERIFICATION_SOP_CLASS);
  if (context === undefined) {
    await association.release();
    throw new IsocenterError('NETWORK', 'the peer does not offer verification', { object: peer.aeTitle });
  }
  const response = await association.invoke(context, {
    commandField: COMMAND['C-ECHO'],
    affectedSopClassUid: VERIFICATION_SOP_CLASS,
  });
  const ms = performance.now() - start;
  await association.release();
  const { implementationClassUid, implementationVersionName, tls } = association.peer;
  return {
    status: response.status ?? STATUS.processingFailure,
    ms,
    implementationClassUid,
    implementationVersionName,
    maxPduLength: association.peerMaxPduLength,
    tls,
    userAccepted: peer.userIdentity === undefined ? undefined : association.userAccepted,
  };
}

/** Verification as SCP. */
export const verificationHandler: ServiceHandler = {
  name: 'Verification',
  commands: [COMMAND['C-ECHO']],
  transferSyntaxes: [EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN],
  accepts: (abstractSyntax) => abstractSyntax === VERIFICATION_SOP_CLASS,
  handle: (request) => request.respond({ status: STATUS.success }),
};

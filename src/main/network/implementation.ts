import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '#shared/dicom/uid.ts';
import type { UserInformation } from './pdu/types.ts';

/**
 * Longest P-DATA-TF we announce and take, bytes. Memory per association stays near it; DCMTK sends no longer ones,
 * and beyond it the cost per PDU no longer shows.
 */
export const MAX_PDU_LENGTH = 128 * 1024;

/** A peer that takes less than this could not even be sent a command in reasonable pieces (PS3.8 sets no minimum). */
export const MIN_PEER_PDU_LENGTH = 128;

/** Our user information item; `roles` only when roles are negotiated. */
export function userInformation(maxPduLength = MAX_PDU_LENGTH, roles: UserInformation['roles'] = []): UserInformation {
  return {
    maxPduLength,
    implementationClassUid: IMPLEMENTATION_CLASS_UID,
    implementationVersionName: IMPLEMENTATION_VERSION_NAME,
    roles,
  };
}

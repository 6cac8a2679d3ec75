import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '#shared/dicom/uid.ts';
import type { UserInformation } from './pdu/types.ts';

/**
 * Longest P-DATA-TF we announce and take, bytes. Memory per association stays near it; DCMTK sends no longer ones,
 * and beyond it the cost per PDU no longer shows.
 */
export const MAX_PDU_LENGTH = 128 * 1024;

/** A peer that takes less than this could not even be sent a command in reasonable pieces (PS3.8 sets no minimum). */
export const MIN_PEER_PDU_LENGTH = 128;

/** Our user information item, with what is negotiated beyond the defaults. */
export function userInformation(negotiated: Partial<UserInformation> = {}): UserInformation {
  return {
    maxPduLength: MAX_PDU_LENGTH,
    roles: [],
    extended: [],
    commonExtended: [],
    ...negotiated,
    implementationClassUid: IMPLEMENTATION_CLASS_UID,
    implementationVersionName: IMPLEMENTATION_VERSION_NAME,
  };
}

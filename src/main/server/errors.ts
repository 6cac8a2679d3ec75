import type { ErrorCode } from '#shared/contract/errors.ts';

type ErrorStatus = 400 | 401 | 404 | 406 | 409 | 415 | 422 | 500 | 501 | 502 | 507;

/** HTTP status of each error code. */
const STATUS: Readonly<Record<ErrorCode, ErrorStatus>> = {
  NOT_IMPLEMENTED: 501,
  USAGE: 400,
  NOT_FOUND: 404,
  NOT_DICOM: 415,
  TRUNCATED: 422,
  INVALID_ATTRIBUTE: 400,
  MISSING_ATTRIBUTE: 400,
  UNSUPPORTED_TRANSFER_SYNTAX: 406,
  UNSUPPORTED_OBJECT: 415,
  DECODE_FAILED: 422,
  GEOMETRY: 422,
  FRAME_OF_REFERENCE: 422,
  REFERENCE: 422,
  CONFLICT: 409,
  STORAGE: 507,
  NETWORK: 502,
  ASSOCIATION_REJECTED: 502,
  ASSOCIATION_ABORTED: 502,
  DIMSE_STATUS: 502,
  UNAUTHORIZED: 401,
  MACHINE: 422,
  DOSE: 422,
  CANCELLED: 400,
  INTERNAL: 500,
};

export const httpStatusOf = (code: ErrorCode): ErrorStatus => STATUS[code];

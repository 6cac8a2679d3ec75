export type StatusCategory = 'success' | 'pending' | 'cancel' | 'warning' | 'failure';

/** Status codes that code here sends (PS3.7 annex C, PS3.4 B.2.3). */
export const STATUS = {
  success: 0x0000,
  processingFailure: 0x0110,
  optionalAttributesNotSupported: 0x0001,
  invalidAttributeValue: 0x0106,
  duplicateSopInstance: 0x0111,
  noSuchInstance: 0x0112,
  noSuchEventType: 0x0113,
  invalidArgument: 0x0115,
  invalidObjectInstance: 0x0117,
  missingAttribute: 0x0120,
  sopClassNotSupported: 0x0122,
  noSuchAction: 0x0123,
  duplicateInvocation: 0x0210,
  unrecognizedOperation: 0x0211,
  resourceLimitation: 0x0213,
  outOfResources: 0xa700,
  dataSetDoesNotMatch: 0xa900,
  cannotUnderstand: 0xc000,
  cancelled: 0xfe00,
  pending: 0xff00,
  /** Optional keys are not supported (PS3.4 table C.4-1). */
  pendingWithWarning: 0xff01,
} as const;

/** More responses to the same request follow. */
export const isPending = (status: number | undefined): boolean =>
  status === STATUS.pending || status === STATUS.pendingWithWarning;

/** General statuses, PS3.7 annex C. */
export const GENERAL: readonly (readonly [number, string])[] = [
  [0x0000, 'Success'],
  [0x0001, 'Requested optional attributes are not supported'],
  [0x0105, 'No such attribute'],
  [0x0106, 'Invalid attribute value'],
  [0x0107, 'Attribute list error'],
  [0x0110, 'Processing failure'],
  [0x0111, 'Duplicate SOP instance'],
  [0x0112, 'No such SOP instance'],
  [0x0113, 'No such event type'],
  [0x0114, 'No such argument'],
  [0x0115, 'Invalid argument value'],
  [0x0116, 'Attribute value out of range'],
  [0x0117, 'Invalid SOP instance'],
  [0x0118, 'No such SOP class'],
  [0x0119, 'Class-instance conflict'],
  [0x0120, 'Missing attribute'],
  [0x0121, 'Missing attribute value'],
  [0x0122, 'SOP class not supported'],
  [0x0123, 'No such action type'],
  [0x0124, 'Not authorized'],
  [0x0210, 'Duplicate invocation'],
  [0x0211, 'Unrecognized operation'],
  [0x0212, 'Mistyped argument'],
  [0x0213, 'Resource limitation'],
  [0xfe00, 'Cancelled'],
  [0xff00, 'Pending'],
  [0xff01, 'Pending, optional keys not supported'],
];

/** Storage statuses by range, first and last code (PS3.4 table B.2-1). */
export const STORAGE: readonly (readonly [number, number, string])[] = [
  [0xa700, 0xa7ff, 'Refused: out of resources'],
  [0xa900, 0xa9ff, 'Error: data set does not match SOP class'],
  [0xb000, 0xb000, 'Warning: coercion of data elements'],
  [0xb006, 0xb006, 'Warning: elements discarded'],
  [0xb007, 0xb007, 'Warning: data set does not match SOP class'],
  [0xc000, 0xcfff, 'Error: cannot understand'],
];

/** Unified Procedure Step statuses, PS3.4 tables CC.2.1-3 to CC.2.8-5. */
export const PROCEDURE_STEP: readonly (readonly [number, string])[] = [
  [0xb300, 'Warning: created with changes'],
  [0xb301, 'Warning: the deletion lock is not granted'],
  [0xb304, 'Warning: the task is canceled already'],
  [0xb305, 'Warning: invalid values were replaced by valid ones'],
  [0xb306, 'Warning: the task is completed already'],
  [0xc300, 'Refused: the task is finished and can no longer be changed'],
  [0xc301, 'Refused: the transaction UID is not that of whoever claimed the task'],
  [0xc302, 'Refused: the task is in progress already'],
  [0xc303, 'Refused: a task becomes SCHEDULED only by being created'],
  [0xc304, 'Refused: what a finished task has to say is not complete'],
  [0xc307, 'Refused: no such task here'],
  [0xc308, 'Refused: the AE title that is to be told is unknown here'],
  [0xc309, 'Refused: a task is created SCHEDULED only'],
  [0xc310, 'Refused: the task is not in progress yet'],
  [0xc311, 'Refused: the task is completed already'],
  [0xc312, 'Refused: whoever performs the task cannot be reached'],
  [0xc313, 'Refused: whoever performs the task does not cancel it'],
  [0xc314, 'Refused: this cannot be done with this task'],
  [0xc315, 'Refused: no event reports from here'],
];

/** Category by code (PS3.7 table C.1-1 and the ranges of annex C). */
export function statusCategory(code: number): StatusCategory {
  if (code === 0x0000) return 'success';
  if (code === 0xff00 || code === 0xff01) return 'pending';
  if (code === 0xfe00) return 'cancel';
  const isWarning = code === 0x0001 || code === 0x0107 || code === 0x0116 || (code & 0xf000) === 0xb000;
  return isWarning ? 'warning' : 'failure';
}

/** A status as people write it: four hex digits. */
export function statusHex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}

/** The storage service's meaning of a code, e.g. "A700H Refused: out of resources". */
export function storageStatusText(code: number): string {
  const text =
    STORAGE.find(([first, last]) => code >= first && code <= last)?.[2] ??
    GENERAL.find(([value]) => value === code)?.[1] ??
    `Unknown status (${statusCategory(code)})`;
  return `${statusHex(code)}H ${text}`;
}

/** Meaning of a code in the workflow services (commitment, performed and unified procedure steps), e.g. "C307H Refused: no such task here". */
export function workflowStatusText(code: number): string {
  const text =
    PROCEDURE_STEP.find(([value]) => value === code)?.[1] ??
    GENERAL.find(([value]) => value === code)?.[1] ??
    `Unknown status (${statusCategory(code)})`;
  return `${statusHex(code)}H ${text}`;
}

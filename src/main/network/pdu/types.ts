/** One proposed presentation context (PS3.8 9.3.2.2). Ids are odd, 1–255. */
export interface ProposedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

/** PS3.8 9.3.3.2: 0 acceptance, 1 user rejection, 2 no reason, 3 abstract syntax, 4 transfer syntaxes not supported. */
export type ContextResult = 0 | 1 | 2 | 3 | 4;

export interface ContextReply {
  readonly id: number;
  readonly result: ContextResult;
  /** Only meaningful when `result` is 0. */
  readonly transferSyntax: string;
}

/** SCP/SCU role selection (PS3.7 D.3.3.4). */
export interface RoleSelection {
  readonly sopClassUid: string;
  readonly scu: boolean;
  readonly scp: boolean;
}

/** Asynchronous operations window (PS3.7 D.3.3.3), from the requestor's side in request and acceptance; 0 is no limit. */
export interface OperationsWindow {
  /** Operations the requestor may have outstanding. */
  readonly invoked: number;
  /** Operations the acceptor may have outstanding at the requestor. */
  readonly performed: number;
}

/** SOP class extended negotiation (PS3.7 D.3.3.5): what the bytes mean is the service class's affair. */
export interface ExtendedNegotiation {
  readonly sopClassUid: string;
  readonly information: Uint8Array;
}

/** SOP class common extended negotiation (PS3.7 D.3.3.6). */
export interface CommonExtendedNegotiation {
  readonly sopClassUid: string;
  readonly serviceClassUid: string;
  readonly relatedSopClassUids: readonly string[];
}

/** User identity as it goes over the wire (PS3.7 D.3.3.7). */
export interface UserIdentityItem {
  /** 1 name, 2 name and passcode, 3 Kerberos ticket, 4 SAML assertion, 5 JSON Web Token. */
  readonly type: number;
  readonly positiveResponse: boolean;
  readonly primary: Uint8Array;
  readonly secondary: Uint8Array;
}

/** User information item (PS3.8 9.3.2.3, PS3.7 D.3.3). */
export interface UserInformation {
  /** Longest P-DATA-TF variable field this side takes, bytes; 0 is "no limit". */
  readonly maxPduLength: number;
  readonly implementationClassUid: string;
  readonly implementationVersionName: string;
  readonly roles: readonly RoleSelection[];
  /** Absent means 1, 1. */
  readonly asyncOperations?: OperationsWindow;
  readonly extended: readonly ExtendedNegotiation[];
  /** In requests only. */
  readonly commonExtended: readonly CommonExtendedNegotiation[];
  /** In requests only. */
  readonly userIdentity?: UserIdentityItem;
  /** In acceptances only: the positive response that was asked for. */
  readonly userIdentityResponse?: Uint8Array;
}

/** The fields that A-ASSOCIATE-RQ and A-ASSOCIATE-AC share. */
interface AssociateFields {
  readonly protocolVersion: number;
  readonly calledAe: string;
  readonly callingAe: string;
  readonly applicationContext: string;
  readonly user: UserInformation;
}

export interface AssociateRequestPdu extends AssociateFields {
  readonly type: 'A-ASSOCIATE-RQ';
  readonly contexts: readonly ProposedContext[];
}

export interface AssociateAcceptPdu extends AssociateFields {
  readonly type: 'A-ASSOCIATE-AC';
  readonly contexts: readonly ContextReply[];
}

/** PS3.8 table 9-21. */
export interface AssociateRejectPdu {
  readonly type: 'A-ASSOCIATE-RJ';
  readonly result: number;
  readonly source: number;
  readonly reason: number;
}

/** One fragment of a DIMSE message (PS3.8 9.3.5.1 and annex E). */
export interface PresentationDataValue {
  readonly contextId: number;
  /** Command set when true, data set when false. */
  readonly command: boolean;
  readonly last: boolean;
  readonly data: Uint8Array;
}

export interface DataPdu {
  readonly type: 'P-DATA-TF';
  readonly values: readonly PresentationDataValue[];
}

/** PS3.8 table 9-26: source 0 user, 2 provider. */
export interface AbortPdu {
  readonly type: 'A-ABORT';
  readonly source: number;
  readonly reason: number;
}

export type Pdu =
  | AssociateRequestPdu
  | AssociateAcceptPdu
  | AssociateRejectPdu
  | DataPdu
  | { readonly type: 'A-RELEASE-RQ' }
  | { readonly type: 'A-RELEASE-RP' }
  | AbortPdu;

/** PS3.8 table 9-11 and the sections after it: the first byte of each PDU. */
export const PDU_TYPE = {
  'A-ASSOCIATE-RQ': 0x01,
  'A-ASSOCIATE-AC': 0x02,
  'A-ASSOCIATE-RJ': 0x03,
  'P-DATA-TF': 0x04,
  'A-RELEASE-RQ': 0x05,
  'A-RELEASE-RP': 0x06,
  'A-ABORT': 0x07,
} as const satisfies Record<Pdu['type'], number>;

/** Item and sub-item types (PS3.8 9.3.2–9.3.3, annex D; PS3.7 annex D.3.3). */
export const ITEM_TYPE = {
  applicationContext: 0x10,
  proposedContext: 0x20,
  contextReply: 0x21,
  abstractSyntax: 0x30,
  transferSyntax: 0x40,
  userInformation: 0x50,
  maxPduLength: 0x51,
  implementationClassUid: 0x52,
  asyncOperations: 0x53,
  roleSelection: 0x54,
  implementationVersionName: 0x55,
  extendedNegotiation: 0x56,
  commonExtendedNegotiation: 0x57,
  userIdentity: 0x58,
  userIdentityResponse: 0x59,
} as const;

/** The only application context there is (PS3.7 annex A.2.1). */
export const DICOM_APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';

/** A-ABORT reasons when the source is the service provider (PS3.8 table 9-26). */
export const ABORT_REASON = {
  notSpecified: 0,
  unrecognizedPdu: 1,
  unexpectedPdu: 2,
  unrecognizedParameter: 4,
  unexpectedParameter: 5,
  invalidParameter: 6,
} as const;

/** Bytes that are no valid PDU: becomes Evt19 and an A-ABORT that carries `reason`. */
export class PduError extends Error {
  readonly reason: number;

  constructor(message: string, reason: number = ABORT_REASON.invalidParameter) {
    super(message);
    this.name = 'PduError';
    this.reason = reason;
  }
}

import { bytes } from '#test/encoded/bytes.ts';
import { COMMAND, encodeCommandSet } from '#main/network/commandSet.ts';
import { commandPdus, Fragmenter } from '#main/network/dimse/fragmenter.ts';
import { encodePdu } from '#main/network/pdu/encode.ts';
import type { AssociateRequestPdu } from '#main/network/pdu/types.ts';
import { encodeBody, writePart10 } from '#shared/dicom/codec/part10.ts';
import {
  DEFLATED_LITTLE_ENDIAN,
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  IMPLICIT_LITTLE_ENDIAN,
} from '#shared/dicom/uid.ts';
import {
  abort,
  associateAccept,
  associateReject,
  echoRequestData,
  echoscuAssociateRequest,
} from '#test/encoded/pdus.ts';
import { CT_IMAGE_STORAGE, ctFile, dataSet, part10 } from '#test/peers/harness/part10.ts';

const VERIFICATION = '1.2.840.10008.1.1';
const RLE = '1.2.840.10008.1.2.5';
const UID = '1.2.826.0.1.3680043.10.999.9';
const SYNTAXES = [EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN, DEFLATED_LITTLE_ENDIAN];

/** An object with sequences in sequences and private elements. */
const NESTED = {
  SpecificCharacterSet: 'ISO_IR 192',
  SOPClassUID: CT_IMAGE_STORAGE,
  SOPInstanceUID: `${UID}.1`,
  StudyInstanceUID: `${UID}.2`,
  SeriesInstanceUID: `${UID}.3`,
  PatientName: 'Müller^Jörg',
  ReferencedStudySequence: [
    { ReferencedSOPClassUID: VERIFICATION, ReferencedSeriesSequence: [{ SeriesInstanceUID: `${UID}.4` }, {}] },
    {},
  ],
  Rows: 2,
  Columns: 2,
};

/** Encapsulated pixel data with an offset table and two fragments. */
function encapsulated(): Buffer {
  const item = (fragment: Buffer) => {
    const head = Buffer.from('feff00e000000000', 'hex');
    head.writeUInt32LE(fragment.length, 4);
    return Buffer.concat([head, fragment]);
  };
  const uids = dataSet([
    [0x00080016, 'UI', CT_IMAGE_STORAGE],
    [0x00080018, 'UI', `${UID}.5`],
  ]);
  const start = Buffer.from('e07f10004f420000ffffffff', 'hex');
  const end = Buffer.from('feffdde000000000', 'hex');
  return Buffer.concat([uids, start, item(Buffer.alloc(4)), item(Buffer.alloc(6, 7)), item(Buffer.alloc(8, 9)), end]);
}

/** Explicit big endian: two UIDs, a number and a sequence with an item. */
const BIG_ENDIAN = Buffer.concat([
  bytes('0008 0016 "UI" 001A "1.2.840.10008.5.1.4.1.1.2" 00'),
  bytes('0008 0018 "UI" 0006 "1.2.3" 00'),
  bytes('0008 1115 "SQ" 0000 00000016 FFFE E000 0000000E 0020 000E "UI" 0006 "1.2.34"'),
  bytes('0028 0010 "US" 0002 0040'),
]);

/** Data sets as they come over the wire, with their transfer syntax. */
export const DATA_SETS: readonly (readonly [transferSyntaxUid: string, bytes: Buffer])[] = [
  ...SYNTAXES.map((uid) => [uid, Buffer.from(encodeBody(NESTED, uid))] as const),
  [EXPLICIT_LITTLE_ENDIAN, ctFile(`${UID}.6`, 16).dataSet],
  [EXPLICIT_BIG_ENDIAN, BIG_ENDIAN],
  [RLE, encapsulated()],
];

/** Part 10 files. */
export const FILES: readonly Buffer[] = [
  ...SYNTAXES.map((uid) => Buffer.from(writePart10(NESTED, uid))),
  ctFile(`${UID}.7`, 16).file,
  part10(BIG_ENDIAN, CT_IMAGE_STORAGE, '1.2.3', EXPLICIT_BIG_ENDIAN),
  part10(encapsulated(), CT_IMAGE_STORAGE, `${UID}.5`, RLE),
  ctFile(`${UID}.8`, 16, false).dataSet,
];

/** Command sets. */
export const COMMANDS: readonly Buffer[] = [
  { commandField: COMMAND['C-ECHO'], messageId: 1, affectedSopClassUid: VERIFICATION, commandDataSetType: 0x0101 },
  {
    commandField: COMMAND['C-STORE'],
    messageId: 2,
    affectedSopClassUid: CT_IMAGE_STORAGE,
    affectedSopInstanceUid: UID,
    commandDataSetType: 0,
    moveOriginatorAe: 'ARCHIVE',
  },
  {
    commandField: 0x8030,
    messageIdBeingRespondedTo: 1,
    status: 0,
    errorComment: 'none',
    attributeIdentifierList: [1, 2],
  },
].map(encodeCommandSet);

/** An association request with everything that can be negotiated. */
const REQUEST: AssociateRequestPdu = {
  type: 'A-ASSOCIATE-RQ',
  protocolVersion: 1,
  calledAe: 'ISOCENTER',
  callingAe: 'FUZZ',
  applicationContext: '1.2.840.10008.3.1.1.1',
  contexts: [
    { id: 1, abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT_LITTLE_ENDIAN] },
    { id: 3, abstractSyntax: CT_IMAGE_STORAGE, transferSyntaxes: [EXPLICIT_LITTLE_ENDIAN] },
    { id: 5, abstractSyntax: CT_IMAGE_STORAGE, transferSyntaxes: [DEFLATED_LITTLE_ENDIAN] },
  ],
  user: {
    maxPduLength: 16384,
    implementationClassUid: '1.2.3',
    implementationVersionName: 'FUZZ',
    roles: [{ sopClassUid: CT_IMAGE_STORAGE, scu: true, scp: true }],
    asyncOperations: { invoked: 2, performed: 2 },
    extended: [{ sopClassUid: CT_IMAGE_STORAGE, information: Buffer.from([1, 1]) }],
    commonExtended: [
      { sopClassUid: CT_IMAGE_STORAGE, serviceClassUid: '1.2.840.10008.4.2', relatedSopClassUids: [VERIFICATION] },
    ],
    userIdentity: { type: 2, positiveResponse: true, primary: Buffer.from('user'), secondary: Buffer.from('pass') },
  },
};

/** PDUs one by one. */
export const PDUS: readonly Buffer[] = [
  encodePdu(REQUEST),
  echoscuAssociateRequest,
  associateAccept,
  associateReject,
  echoRequestData,
  abort,
];

function message(contextId: number, command: Parameters<typeof encodeCommandSet>[0], data?: Buffer): Buffer {
  const commandDataSetType = data === undefined ? 0x0101 : 0;
  const head = commandPdus(contextId, encodeCommandSet({ ...command, commandDataSetType }), 16384);
  if (data === undefined) return head;
  const fragments = new Fragmenter(contextId, false, 256);
  return Buffer.concat([head, fragments.push(data), fragments.end()]);
}

const store = (contextId: number, messageId: number, uid: string, data: Buffer) =>
  message(
    contextId,
    { commandField: COMMAND['C-STORE'], messageId, affectedSopClassUid: CT_IMAGE_STORAGE, affectedSopInstanceUid: uid },
    data,
  );

const echo = (messageId: number) =>
  message(1, { commandField: COMMAND['C-ECHO'], messageId, affectedSopClassUid: VERIFICATION });

const RELEASE = encodePdu({ type: 'A-RELEASE-RQ' });

/** Whole conversations of a requestor, from its request to its release or abort. */
export const CONVERSATIONS: readonly Buffer[] = [
  [echo(1), RELEASE],
  [store(3, 1, `${UID}.6`, ctFile(`${UID}.6`, 16).dataSet), echo(2), RELEASE],
  [store(5, 1, `${UID}.1`, DATA_SETS[2][1]), RELEASE],
  [
    store(3, 1, `${UID}.6`, ctFile(`${UID}.6`, 8).dataSet),
    message(3, { commandField: COMMAND['C-CANCEL'], messageIdBeingRespondedTo: 1 }),
    store(3, 2, `${UID}.9`, ctFile(`${UID}.9`, 8).dataSet),
    abort,
  ],
].map((parts) => Buffer.concat([encodePdu(REQUEST), ...parts]));

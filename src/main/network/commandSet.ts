import { PduError } from './pdu/types.ts';

type Kind = 'UI' | 'US' | 'AE' | 'AT' | 'LO';

/** Command elements (PS3.7 table E.1-1) that some service here reads or writes; group 0000 throughout. */
const ELEMENTS = {
  affectedSopClassUid: [0x0002, 'UI'],
  requestedSopClassUid: [0x0003, 'UI'],
  commandField: [0x0100, 'US'],
  messageId: [0x0110, 'US'],
  messageIdBeingRespondedTo: [0x0120, 'US'],
  moveDestination: [0x0600, 'AE'],
  priority: [0x0700, 'US'],
  commandDataSetType: [0x0800, 'US'],
  status: [0x0900, 'US'],
  offendingElement: [0x0901, 'AT'],
  errorComment: [0x0902, 'LO'],
  errorId: [0x0903, 'US'],
  affectedSopInstanceUid: [0x1000, 'UI'],
  requestedSopInstanceUid: [0x1001, 'UI'],
  eventTypeId: [0x1002, 'US'],
  attributeIdentifierList: [0x1005, 'AT'],
  actionTypeId: [0x1008, 'US'],
  remainingSuboperations: [0x1020, 'US'],
  completedSuboperations: [0x1021, 'US'],
  failedSuboperations: [0x1022, 'US'],
  warningSuboperations: [0x1023, 'US'],
  moveOriginatorAe: [0x1030, 'AE'],
  moveOriginatorMessageId: [0x1031, 'US'],
} as const satisfies Record<string, readonly [number, Kind]>;

type Keyword = keyof typeof ELEMENTS;
type KindOf<K extends Keyword> = (typeof ELEMENTS)[K][1];
type ValueOf<K extends Keyword> = KindOf<K> extends 'US' ? number : KindOf<K> extends 'AT' ? readonly number[] : string;

/** A DIMSE command set by keyword. AT values are 32-bit tags. */
export type CommandElements = { readonly [K in Keyword]?: ValueOf<K> };
export type CommandSet = CommandElements & { readonly commandField: number };

const KEYWORD_OF = new Map<number, Keyword>();
for (const [keyword, [element]] of Object.entries(ELEMENTS)) KEYWORD_OF.set(element, keyword as Keyword);

/** Command field values (PS3.7 table E.1-1); a response is its request with the top bit set. */
export const COMMAND = {
  'C-STORE': 0x0001,
  'C-GET': 0x0010,
  'C-FIND': 0x0020,
  'C-MOVE': 0x0021,
  'C-ECHO': 0x0030,
  'N-EVENT-REPORT': 0x0100,
  'N-GET': 0x0110,
  'N-SET': 0x0120,
  'N-ACTION': 0x0130,
  'N-CREATE': 0x0140,
  'N-DELETE': 0x0150,
  'C-CANCEL': 0x0fff,
} as const;
export const RESPONSE_BIT = 0x8000;

/** Command Data Set Type: this value says that no data set follows, any other that one does (PS3.7 E.1). */
export const NO_DATA_SET = 0x0101;
export const HAS_DATA_SET = 0x0001;

/** Name for messages and logs: "C-STORE-RQ", "C-ECHO-RSP". */
export function commandName(field: number): string {
  const entry = Object.entries(COMMAND).find(([, value]) => value === (field & ~RESPONSE_BIT));
  const name = entry === undefined ? `command ${field.toString(16).padStart(4, '0')}H` : entry[0];
  return `${name}${(field & RESPONSE_BIT) === 0 ? '-RQ' : '-RSP'}`;
}

function encodeValue(kind: Kind, value: string | number | readonly number[]): Buffer {
  if (kind === 'US') {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16LE(value as number);
    return bytes;
  }
  if (kind === 'AT') {
    const tags = value as readonly number[];
    const bytes = Buffer.alloc(4 * tags.length);
    tags.forEach((tag, index) => {
      bytes.writeUInt16LE(tag >>> 16, 4 * index);
      bytes.writeUInt16LE(tag & 0xffff, 4 * index + 2);
    });
    return bytes;
  }
  const text = value as string;
  return Buffer.from(text.length % 2 === 0 ? text : text + (kind === 'UI' ? '\0' : ' '), 'latin1');
}

function element(number: number, value: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(number, 2);
  head.writeUInt32LE(value.length, 4);
  return Buffer.concat([head, value]);
}

/** Encodes a command set in implicit VR little endian with its group length (PS3.7 6.3.1). */
export function encodeCommandSet(command: CommandSet): Buffer {
  const parts: Buffer[] = [];
  for (const [keyword, [number, kind]] of Object.entries(ELEMENTS)) {
    const value = command[keyword as Keyword];
    if (value !== undefined) parts.push(element(number, encodeValue(kind, value)));
  }
  const body = Buffer.concat(parts);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([element(0, length), body]);
}

function decodeValue(kind: Kind, bytes: Buffer, keyword: string): string | number | number[] | undefined {
  if (kind === 'US') {
    if (bytes.length === 0) return undefined;
    if (bytes.length !== 2) throw malformed(`${keyword} has ${bytes.length} bytes instead of 2`);
    return bytes.readUInt16LE(0);
  }
  if (kind === 'AT') {
    if (bytes.length % 4 !== 0) throw malformed(`${keyword} has ${bytes.length} bytes`);
    const tags: number[] = [];
    for (let at = 0; at < bytes.length; at += 4) {
      tags.push(bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2));
    }
    return tags;
  }
  return bytes
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart();
}

function malformed(message: string): PduError {
  return new PduError(`command set: ${message}`);
}

/**
 * Decodes a command set. Elements no service needs (retired ones too) are skipped.
 * @throws PduError when it is cut short, foreign groups occur or the command field is missing.
 */
export function decodeCommandSet(bytes: Buffer): CommandSet {
  const values: Partial<Record<Keyword, unknown>> = {};
  let at = 0;
  while (at < bytes.length) {
    if (at + 8 > bytes.length) throw malformed('cut short in an element head');
    const group = bytes.readUInt16LE(at);
    const number = bytes.readUInt16LE(at + 2);
    const length = bytes.readUInt32LE(at + 4);
    if (group !== 0) throw malformed(`element of group ${group.toString(16).padStart(4, '0')}`);
    if (length > bytes.length - at - 8) throw malformed(`element 0000,${number.toString(16)} claims ${length} bytes`);
    const keyword = KEYWORD_OF.get(number);
    if (keyword !== undefined) {
      values[keyword] = decodeValue(ELEMENTS[keyword][1], bytes.subarray(at + 8, at + 8 + length), keyword);
    }
    at += 8 + length;
  }
  const command = values as CommandElements;
  if (command.commandField === undefined) throw malformed('no command field');
  return { ...command, commandField: command.commandField };
}

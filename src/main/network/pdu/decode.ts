import type {
  ContextReply,
  ContextResult,
  Pdu,
  PresentationDataValue,
  ProposedContext,
  RoleSelection,
  UserInformation,
} from './types.ts';
import { ABORT_REASON, ITEM_TYPE, PDU_TYPE, PduError } from './types.ts';

interface Item {
  readonly type: number;
  readonly body: Buffer;
}

/** Item = type, reserved byte, 16-bit length, body. Throws when a length leads past the end. */
function* items(bytes: Buffer, what: string): Generator<Item> {
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) throw new PduError(`${what}: ${bytes.length - at} stray bytes after the last item`);
    const length = bytes.readUInt16BE(at + 2);
    const end = at + 4 + length;
    if (end > bytes.length) {
      throw new PduError(`${what}: item ${hex(bytes[at])} claims ${length} bytes, ${bytes.length - at - 4} are left`);
    }
    yield { type: bytes[at], body: bytes.subarray(at + 4, end) };
    at = end;
  }
}

const hex = (value: number) => `${value.toString(16).padStart(2, '0').toUpperCase()}H`;

/** UIDs and AE titles arrive padded with NULs (against the standard) or spaces. */
function text(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart();
}

function need(body: Buffer, length: number, what: string): void {
  if (body.length < length) throw new PduError(`${what}: ${body.length} bytes, at least ${length} needed`);
}

function proposedContext(body: Buffer): ProposedContext {
  need(body, 4, 'presentation context');
  const id = contextId(body[0]);
  const abstract: string[] = [];
  const transferSyntaxes: string[] = [];
  for (const item of items(body.subarray(4), `presentation context ${id}`)) {
    if (item.type === ITEM_TYPE.abstractSyntax) abstract.push(text(item.body));
    else if (item.type === ITEM_TYPE.transferSyntax) transferSyntaxes.push(text(item.body));
  }
  if (abstract.length !== 1) throw new PduError(`presentation context ${id}: ${abstract.length} abstract syntaxes`);
  if (transferSyntaxes.length === 0) throw new PduError(`presentation context ${id}: no transfer syntax`);
  return { id, abstractSyntax: abstract[0], transferSyntaxes };
}

function contextReply(body: Buffer): ContextReply {
  need(body, 4, 'presentation context');
  const id = contextId(body[0]);
  const result = body[2];
  if (result > 4) throw new PduError(`presentation context ${id}: result ${result} is not defined`);
  let transferSyntax = '';
  for (const item of items(body.subarray(4), `presentation context ${id}`)) {
    if (item.type === ITEM_TYPE.transferSyntax) transferSyntax = text(item.body);
  }
  if (result === 0 && transferSyntax === '') throw new PduError(`presentation context ${id}: no transfer syntax`);
  return { id, result: result as ContextResult, transferSyntax };
}

function contextId(id: number): number {
  if (id % 2 === 0) throw new PduError(`presentation context ID ${id} is not odd`);
  return id;
}

function roleSelection(body: Buffer): RoleSelection {
  need(body, 4, 'role selection');
  const length = body.readUInt16BE(0);
  need(body, length + 4, 'role selection');
  return {
    sopClassUid: text(body.subarray(2, 2 + length)),
    scu: body[2 + length] === 1,
    scp: body[3 + length] === 1,
  };
}

/** Sub-items that are not known are skipped, as PS3.7 D.3.3 asks of an acceptor. */
function userInformation(body: Buffer): UserInformation {
  let maxPduLength: number | undefined;
  let implementationClassUid = '';
  let implementationVersionName = '';
  let asyncOperations: UserInformation['asyncOperations'];
  let userIdentityType: number | undefined;
  const roles: RoleSelection[] = [];
  for (const item of items(body, 'user information')) {
    switch (item.type) {
      case ITEM_TYPE.maxPduLength:
        need(item.body, 4, 'maximum length');
        maxPduLength = item.body.readUInt32BE(0);
        break;
      case ITEM_TYPE.implementationClassUid:
        implementationClassUid = text(item.body);
        break;
      case ITEM_TYPE.implementationVersionName:
        implementationVersionName = text(item.body);
        break;
      case ITEM_TYPE.asyncOperations:
        need(item.body, 4, 'asynchronous operations window');
        asyncOperations = { invoked: item.body.readUInt16BE(0), performed: item.body.readUInt16BE(2) };
        break;
      case ITEM_TYPE.roleSelection:
        roles.push(roleSelection(item.body));
        break;
      case ITEM_TYPE.userIdentity:
        need(item.body, 1, 'user identity');
        userIdentityType = item.body[0];
        break;
      default:
    }
  }
  if (maxPduLength === undefined) throw new PduError('user information without a maximum length');
  return { maxPduLength, implementationClassUid, implementationVersionName, roles, asyncOperations, userIdentityType };
}

function associate(type: 'A-ASSOCIATE-RQ' | 'A-ASSOCIATE-AC', body: Buffer): Pdu {
  need(body, 68, type);
  const proposed = new Map<number, ProposedContext>();
  const replies = new Map<number, ContextReply>();
  let applicationContext = '';
  let user: UserInformation | undefined;
  for (const item of items(body.subarray(68), type)) {
    if (item.type === ITEM_TYPE.applicationContext) applicationContext = text(item.body);
    else if (item.type === ITEM_TYPE.userInformation) user = userInformation(item.body);
    else if (item.type === ITEM_TYPE.proposedContext && type === 'A-ASSOCIATE-RQ') {
      addOnce(proposed, proposedContext(item.body));
    } else if (item.type === ITEM_TYPE.contextReply && type === 'A-ASSOCIATE-AC') {
      addOnce(replies, contextReply(item.body));
    }
  }
  if (user === undefined) throw new PduError(`${type} without user information`);
  const shared = {
    protocolVersion: body.readUInt16BE(0),
    calledAe: text(body.subarray(4, 20)),
    callingAe: text(body.subarray(20, 36)),
    applicationContext,
    user,
  };
  if (type === 'A-ASSOCIATE-AC') return { type, ...shared, contexts: [...replies.values()] };
  if (proposed.size === 0) throw new PduError('A-ASSOCIATE-RQ without a presentation context');
  return { type, ...shared, contexts: [...proposed.values()] };
}

function addOnce<T extends { readonly id: number }>(map: Map<number, T>, context: T): void {
  if (map.has(context.id)) throw new PduError(`presentation context ID ${context.id} is used twice`);
  map.set(context.id, context);
}

function presentationDataValues(body: Buffer): PresentationDataValue[] {
  const values: PresentationDataValue[] = [];
  let at = 0;
  while (at < body.length) {
    if (at + 6 > body.length) throw new PduError('P-DATA-TF: presentation data value cut short');
    const length = body.readUInt32BE(at);
    if (length < 2 || length > body.length - at - 4) {
      throw new PduError(`P-DATA-TF: presentation data value claims ${length} bytes, ${body.length - at - 4} are left`);
    }
    const control = body[at + 5];
    values.push({
      contextId: body[at + 4],
      command: (control & 1) === 1,
      last: (control & 2) === 2,
      data: body.subarray(at + 6, at + 4 + length),
    });
    at += 4 + length;
  }
  if (values.length === 0) throw new PduError('P-DATA-TF without a presentation data value');
  return values;
}

/**
 * Decodes the variable field of one PDU (everything after type, reserved byte and length; PS3.8 9.3).
 * P-DATA fragments are views of `body`, not copies.
 * @throws PduError with the A-ABORT reason when the bytes break the standard.
 */
export function decodePdu(type: number, body: Buffer): Pdu {
  switch (type) {
    case PDU_TYPE['A-ASSOCIATE-RQ']:
      return associate('A-ASSOCIATE-RQ', body);
    case PDU_TYPE['A-ASSOCIATE-AC']:
      return associate('A-ASSOCIATE-AC', body);
    case PDU_TYPE['A-ASSOCIATE-RJ']:
      need(body, 4, 'A-ASSOCIATE-RJ');
      return { type: 'A-ASSOCIATE-RJ', result: body[1], source: body[2], reason: body[3] };
    case PDU_TYPE['P-DATA-TF']:
      return { type: 'P-DATA-TF', values: presentationDataValues(body) };
    case PDU_TYPE['A-RELEASE-RQ']:
      return { type: 'A-RELEASE-RQ' };
    case PDU_TYPE['A-RELEASE-RP']:
      return { type: 'A-RELEASE-RP' };
    case PDU_TYPE['A-ABORT']:
      need(body, 4, 'A-ABORT');
      return { type: 'A-ABORT', source: body[2], reason: body[3] };
    default:
      throw new PduError(`PDU type ${hex(type)} is not defined`, ABORT_REASON.unrecognizedPdu);
  }
}

import { DataValues } from './dataValues.ts';
import { hex, items, need, text } from './items.ts';
import type {
  ContextReply,
  ContextResult,
  Pdu,
  PresentationDataValue,
  ProposedContext,
  UserInformation,
} from './types.ts';
import { ABORT_REASON, ITEM_TYPE, PDU_TYPE, PduError } from './types.ts';
import { decodeUserInformation } from './userInformation.ts';

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

function associate(type: 'A-ASSOCIATE-RQ' | 'A-ASSOCIATE-AC', body: Buffer): Pdu {
  need(body, 68, type);
  const proposed = new Map<number, ProposedContext>();
  const replies = new Map<number, ContextReply>();
  let applicationContext = '';
  let user: UserInformation | undefined;
  for (const item of items(body.subarray(68), type)) {
    if (item.type === ITEM_TYPE.applicationContext) applicationContext = text(item.body);
    else if (item.type === ITEM_TYPE.userInformation) user = decodeUserInformation(item.body);
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
  const reader = new DataValues();
  reader.begin(body.length);
  for (let at = 0; at < body.length; ) {
    const { end, value } = reader.take(body, at);
    if (value !== undefined) values.push(value);
    at = end;
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

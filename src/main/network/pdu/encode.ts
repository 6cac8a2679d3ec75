import { ascii, item, uint16, uint32 } from './items.ts';
import type { AssociateAcceptPdu, AssociateRequestPdu, Pdu } from './types.ts';
import { ITEM_TYPE, PDU_TYPE } from './types.ts';
import { encodeUserInformation } from './userInformation.ts';

/** AE title: 16 bytes, padded with spaces (PS3.8 9.3.2). */
const aeTitle = (text: string) => ascii(text.slice(0, 16).padEnd(16, ' '));

function contexts(pdu: AssociateRequestPdu | AssociateAcceptPdu): Buffer[] {
  const syntax = (uid: string) => item(ITEM_TYPE.transferSyntax, ascii(uid));
  if (pdu.type === 'A-ASSOCIATE-AC') {
    return pdu.contexts.map((context) =>
      item(
        ITEM_TYPE.contextReply,
        Buffer.from([context.id, 0, context.result, 0]),
        // A rejected context carries a transfer syntax too; its value is not significant (PS3.8 9.3.3.2).
        syntax(context.transferSyntax),
      ),
    );
  }
  return pdu.contexts.map((context) =>
    item(
      ITEM_TYPE.proposedContext,
      Buffer.from([context.id, 0, 0, 0]),
      item(ITEM_TYPE.abstractSyntax, ascii(context.abstractSyntax)),
      ...context.transferSyntaxes.map(syntax),
    ),
  );
}

function associateBody(pdu: AssociateRequestPdu | AssociateAcceptPdu): Buffer {
  return Buffer.concat([
    uint16(pdu.protocolVersion),
    uint16(0),
    aeTitle(pdu.calledAe),
    aeTitle(pdu.callingAe),
    Buffer.alloc(32),
    item(ITEM_TYPE.applicationContext, ascii(pdu.applicationContext)),
    ...contexts(pdu),
    encodeUserInformation(pdu.user),
  ]);
}

function body(pdu: Pdu): Buffer {
  switch (pdu.type) {
    case 'A-ASSOCIATE-RQ':
    case 'A-ASSOCIATE-AC':
      return associateBody(pdu);
    case 'A-ASSOCIATE-RJ':
      return Buffer.from([0, pdu.result, pdu.source, pdu.reason]);
    case 'A-RELEASE-RQ':
    case 'A-RELEASE-RP':
      return Buffer.alloc(4);
    case 'A-ABORT':
      return Buffer.from([0, 0, pdu.source, pdu.reason]);
    case 'P-DATA-TF':
      return Buffer.concat(
        pdu.values.flatMap((value) => [
          uint32(value.data.length + 2),
          Buffer.from([value.contextId, (value.command ? 1 : 0) | (value.last ? 2 : 0)]),
          Buffer.from(value.data),
        ]),
      );
  }
}

/** One PDU as it goes over the wire (PS3.8 9.3): type, reserved byte, 32-bit length, variable field. */
export function encodePdu(pdu: Pdu): Buffer {
  const variable = body(pdu);
  return Buffer.concat([Buffer.from([PDU_TYPE[pdu.type], 0]), uint32(variable.length), variable]);
}

import { ascii, item, items, need, sized, text, uint16, uint32, withSize } from './items.ts';
import type {
  CommonExtendedNegotiation,
  ExtendedNegotiation,
  RoleSelection,
  UserIdentityItem,
  UserInformation,
} from './types.ts';
import { ITEM_TYPE, PduError } from './types.ts';

type Fields = { -readonly [K in keyof UserInformation]: UserInformation[K] } & {
  roles: RoleSelection[];
  extended: ExtendedNegotiation[];
  commonExtended: CommonExtendedNegotiation[];
};

/** PS3.7 table D.3-9. */
function roleSelection(body: Buffer): RoleSelection {
  const { field, rest } = sized(body, 'role selection');
  need(rest, 2, 'role selection');
  return { sopClassUid: text(field), scu: rest[0] === 1, scp: rest[1] === 1 };
}

/** PS3.7 table D.3-11. */
function extendedNegotiation(body: Buffer): ExtendedNegotiation {
  const { field, rest } = sized(body, 'extended negotiation');
  return { sopClassUid: text(field), information: rest };
}

/** PS3.7 table D.3-12. */
function commonExtendedNegotiation(body: Buffer): CommonExtendedNegotiation {
  const what = 'common extended negotiation';
  const sopClass = sized(body, what);
  const serviceClass = sized(sopClass.rest, what);
  const relatedSopClassUids: string[] = [];
  let list = sized(serviceClass.rest, what).field;
  while (list.length > 0) {
    const { field, rest } = sized(list, what);
    relatedSopClassUids.push(text(field));
    list = rest;
  }
  return { sopClassUid: text(sopClass.field), serviceClassUid: text(serviceClass.field), relatedSopClassUids };
}

/** PS3.7 table D.3-14. */
function userIdentity(body: Buffer): UserIdentityItem {
  const what = 'user identity';
  need(body, 2, what);
  const primary = sized(body.subarray(2), what);
  const secondary = sized(primary.rest, what);
  return {
    type: body[0],
    positiveResponse: body[1] === 1,
    primary: primary.field,
    secondary: secondary.field,
  };
}

function take(fields: Fields, type: number, second: number, body: Buffer): void {
  switch (type) {
    case ITEM_TYPE.maxPduLength:
      need(body, 4, 'maximum length');
      fields.maxPduLength = body.readUInt32BE(0);
      break;
    case ITEM_TYPE.implementationClassUid:
      fields.implementationClassUid = text(body);
      break;
    case ITEM_TYPE.implementationVersionName:
      fields.implementationVersionName = text(body);
      break;
    case ITEM_TYPE.asyncOperations:
      need(body, 4, 'asynchronous operations window');
      fields.asyncOperations = { invoked: body.readUInt16BE(0), performed: body.readUInt16BE(2) };
      break;
    case ITEM_TYPE.roleSelection:
      fields.roles.push(roleSelection(body));
      break;
    case ITEM_TYPE.extendedNegotiation:
      fields.extended.push(extendedNegotiation(body));
      break;
    case ITEM_TYPE.commonExtendedNegotiation:
      // Version 0 is the only one; what a later one holds is not known here (PS3.7 D.3.3.6.1).
      if (second === 0) fields.commonExtended.push(commonExtendedNegotiation(body));
      break;
    case ITEM_TYPE.userIdentity:
      fields.userIdentity = userIdentity(body);
      break;
    case ITEM_TYPE.userIdentityResponse:
      fields.userIdentityResponse = sized(body, 'user identity response').field;
      break;
    default:
    // Sub-items that are not known are skipped, as PS3.7 D.3.3 asks of an acceptor.
  }
}

/** Decodes the user information item (PS3.8 9.3.2.3, PS3.7 D.3.3). @throws PduError */
export function decodeUserInformation(body: Buffer): UserInformation {
  const fields: Fields = {
    maxPduLength: -1,
    implementationClassUid: '',
    implementationVersionName: '',
    roles: [],
    extended: [],
    commonExtended: [],
  };
  for (const { type, second, body: bytes } of items(body, 'user information')) take(fields, type, second, bytes);
  if (fields.maxPduLength === -1) throw new PduError('user information without a maximum length');
  return fields;
}

/** Encodes the user information item. @throws PduError when a sub-item does not fit its length field */
export function encodeUserInformation(user: UserInformation): Buffer {
  const parts = [
    item(ITEM_TYPE.maxPduLength, uint32(user.maxPduLength)),
    item(ITEM_TYPE.implementationClassUid, ascii(user.implementationClassUid)),
  ];
  if (user.asyncOperations !== undefined) {
    const { invoked, performed } = user.asyncOperations;
    parts.push(item(ITEM_TYPE.asyncOperations, uint16(invoked), uint16(performed)));
  }
  for (const role of user.roles) {
    const roles = Buffer.from([+role.scu, +role.scp]);
    parts.push(item(ITEM_TYPE.roleSelection, withSize(ascii(role.sopClassUid)), roles));
  }
  if (user.implementationVersionName !== '') {
    parts.push(item(ITEM_TYPE.implementationVersionName, ascii(user.implementationVersionName)));
  }
  for (const { sopClassUid, information } of user.extended) {
    parts.push(item(ITEM_TYPE.extendedNegotiation, withSize(ascii(sopClassUid)), information));
  }
  for (const { sopClassUid, serviceClassUid, relatedSopClassUids } of user.commonExtended) {
    const related = Buffer.concat(relatedSopClassUids.map((uid) => withSize(ascii(uid))));
    const classes = [withSize(ascii(sopClassUid)), withSize(ascii(serviceClassUid))];
    parts.push(item(ITEM_TYPE.commonExtendedNegotiation, ...classes, withSize(related)));
  }
  if (user.userIdentity !== undefined) {
    const { type, positiveResponse, primary, secondary } = user.userIdentity;
    const head = Buffer.from([type, +positiveResponse]);
    parts.push(item(ITEM_TYPE.userIdentity, head, withSize(primary), withSize(secondary)));
  }
  if (user.userIdentityResponse !== undefined) {
    parts.push(item(ITEM_TYPE.userIdentityResponse, withSize(user.userIdentityResponse)));
  }
  return item(ITEM_TYPE.userInformation, ...parts);
}

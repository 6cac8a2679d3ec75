import { describe, expect, test } from 'vitest';
import { abortText, rejectText } from '#main/network/reasons.ts';
import { statusCategory, storageStatusText } from '#main/network/status.ts';
import { chooseTransferSyntax, STORAGE_TRANSFER_SYNTAXES } from '#main/network/transferSyntaxes.ts';
import { isStorageSopClass } from '#main/services/storageClasses.ts';

const IMPLICIT = '1.2.840.10008.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const JPEG_2000 = '1.2.840.10008.1.2.4.90';

describe('statuses', () => {
  test.each([
    [0x0000, 'success', '0000H Success'],
    [0xa702, 'failure', 'A702H Refused: out of resources'],
    [0xa900, 'failure', 'A900H Error: data set does not match SOP class'],
    [0xc123, 'failure', 'C123H Error: cannot understand'],
    [0xb000, 'warning', 'B000H Warning: coercion of data elements'],
    [0x0107, 'warning', '0107H Attribute list error'],
    [0x0122, 'failure', '0122H SOP class not supported'],
    [0xfe00, 'cancel', 'FE00H Cancelled'],
    [0xff01, 'pending', 'FF01H Pending, optional keys not supported'],
    [0x1234, 'failure', '1234H Unknown status (failure)'],
  ] as const)('%i is a %s', (code, category, text) => {
    expect(statusCategory(code)).toBe(category);
    expect(storageStatusText(code)).toBe(text);
  });
});

test('reject and abort reasons in words', () => {
  const reject = { type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 7 } as const;
  expect(rejectText(reject)).toBe('rejected permanently by the service user: called AE title not recognized');
  expect(rejectText({ ...reject, source: 9, reason: 9 })).toBe('rejected permanently by the source 9: reason 9');
  expect(abortText(2, 6)).toBe("aborted by the peer's service provider: invalid PDU parameter value");
  expect(abortText(0, 6)).toBe("aborted by the peer's service user");
});

describe('choice of transfer syntax', () => {
  test.each([
    ['the original first', [JPEG_2000, EXPLICIT], JPEG_2000],
    ['explicit before implicit', [IMPLICIT, EXPLICIT], EXPLICIT],
    ['explicit before big endian', [BIG_ENDIAN, IMPLICIT, EXPLICIT], EXPLICIT],
    ['implicit when alone', [IMPLICIT], IMPLICIT],
    ['the first known one', ['1.2.3', JPEG_2000, EXPLICIT], JPEG_2000],
    ['nothing known', ['1.2.3'], undefined],
  ])('%s', (_what, proposed, expected) => {
    expect(chooseTransferSyntax(proposed, STORAGE_TRANSFER_SYNTAXES)).toBe(expected);
  });
});

describe('storage classes', () => {
  test.each([
    ['CT', '1.2.840.10008.5.1.4.1.1.2', true],
    ['RT Dose', '1.2.840.10008.5.1.4.1.1.481.2', true],
    ['one of a later edition', '1.2.840.10008.5.1.4.1.1.77777', true],
    ['RT Beams Delivery Instruction', '1.2.840.10008.5.1.4.34.7', true],
    ['private', '1.3.12.2.1107.5.9.1', true],
    ['verification', '1.2.840.10008.1.1', false],
    ['Study Root FIND', '1.2.840.10008.5.1.4.1.2.2.1', false],
    ['film session', '1.2.840.10008.5.1.1.1', false],
  ])('%s', (_what, uid, expected) => {
    expect(isStorageSopClass(uid)).toBe(expected);
  });
});

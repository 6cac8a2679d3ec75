import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSetToken, Encoding } from '#main/network/dataSetTokens.ts';
import { DataSetTokens } from '#main/network/dataSetTokens.ts';
import { bytes } from '#test/encoded/bytes.ts';

const EXPLICIT: Encoding = { explicit: true, bigEndian: false };
const IMPLICIT: Encoding = { explicit: false, bigEndian: false };

/** A sequence of defined and one of undefined length, a long value, private UN (PS3.5 7.5). */
const NESTED = bytes(`
  0800 1600 "UI" 0400 "1.2" 00
  0800 4011 "SQ" 0000 20000000           # ReferencedImageSequence, 32 bytes
    FEFF 00E0 18000000                   #   item, 24 bytes
      0800 5011 "UI" 0400 "1.3" 00
      0800 5511 "UI" 0400 "1.4" 00
  0800 1511 "SQ" 0000 FFFFFFFF           # ReferencedSeriesSequence, undefined length
    FEFF 00E0 FFFFFFFF
      2000 0E00 "UI" 0400 "1.5" 00
    FEFF 0DE0 00000000
  FEFF DDE0 00000000
  0900 0110 "UN" 0000 04000000 01020304
`);

const ENCAPSULATED = bytes(`
  E07F 1000 "OB" 0000 FFFFFFFF
    FEFF 00E0 00000000                   # empty offset table
    FEFF 00E0 04000000 FFD8FFD9
  FEFF DDE0 00000000
`);

function walk(encoding: Encoding, chunks: readonly Uint8Array[]): { text: string[]; complete: boolean } {
  const tokens = new DataSetTokens(encoding);
  const all: DataSetToken[] = [...chunks.flatMap((chunk) => [...tokens.push(chunk)]), ...tokens.end()];
  const text: string[] = [];
  let value = '';
  for (const token of all) {
    if (token.kind === 'value') {
      value += Buffer.from(token.bytes).toString('hex');
      continue;
    }
    if (value !== '') text.push(`= ${value}`);
    value = '';
    if (token.kind === 'element') text.push(`${token.tag.toString(16).padStart(8, '0')} ${token.vr} ${token.length}`);
    else if ('tag' in token) text.push(`${token.kind} ${token.tag.toString(16).padStart(8, '0')}`);
    else text.push(token.kind === 'fragment' ? `fragment ${token.length}` : token.kind);
  }
  if (value !== '') text.push(`= ${value}`);
  return { text, complete: tokens.isComplete };
}

describe('DataSetTokens', () => {
  const expected = [
    '00080016 UI 4',
    '= 312e3200',
    'sequence 00081140',
    'item',
    '00081150 UI 4',
    '= 312e3300',
    '00081155 UI 4',
    '= 312e3400',
    'item-end',
    'sequence-end',
    'sequence 00081115',
    'item',
    '0020000e UI 4',
    '= 312e3500',
    'item-end',
    'sequence-end',
    '00091001 UN 4',
    '= 01020304',
  ];

  test('sequences of defined and undefined length', () => {
    expect(walk(EXPLICIT, [NESTED])).toEqual({ text: expected, complete: true });
  });

  test('the same tokens whatever the chunks', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(NESTED.length), { maxLength: 20 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), NESTED.length];
        const chunks = at.slice(1).map((end, index) => NESTED.subarray(at[index], end));
        expect(walk(EXPLICIT, chunks)).toEqual({ text: expected, complete: true });
      }),
      { numRuns: 300 },
    );
  });

  test('encapsulated pixel data', () => {
    const text = ['encapsulated 7fe00010', 'fragment 0', 'fragment 4', '= ffd8ffd9', 'sequence-end'];
    expect(walk(EXPLICIT, [ENCAPSULATED])).toEqual({ text, complete: true });
  });

  test('big endian', () => {
    const encoded = bytes('0028 0010 "US" 0002 0200  7FE0 0010 "OW" 0000 00000002 0102');
    const text = ['00280010 US 2', '= 0200', '7fe00010 OW 2', '= 0102'];
    expect(walk({ explicit: true, bigEndian: true }, [encoded])).toEqual({ text, complete: true });
  });

  test('implicit: VRs from the dictionary; unknown with undefined length is a sequence', () => {
    const encoded = bytes(`
      1000 1000 02000000 "A "
      0900 0110 FFFFFFFF  FEFF 00E0 FFFFFFFF  1000 2000 02000000 "B "  FEFF 0DE0 00000000  FEFF DDE0 00000000
    `);
    const text = ['00100010 PN 2', '= 4120', 'sequence 00091001', 'item', '00100020 LO 2', '= 4220'];
    expect(walk(IMPLICIT, [encoded])).toEqual({ text: [...text, 'item-end', 'sequence-end'], complete: true });
  });

  test('explicit UN of undefined length holds implicit elements', () => {
    const encoded = bytes(`
      0900 0110 "UN" 0000 FFFFFFFF  FEFF 00E0 0A000000  1000 2000 02000000 "B "  FEFF DDE0 00000000
      1000 1000 "PN" 0200 "A "
    `);
    const text = ['sequence 00091001', 'item', '00100020 LO 2', '= 4220', 'item-end', 'sequence-end'];
    expect(walk(EXPLICIT, [encoded]).text).toEqual([...text, '00100010 PN 2', '= 4120']);
  });

  test('only the whole data set is complete', () => {
    // Between elements of the data set's own level: UI 12, sequence 44, sequence 48, UN 16 bytes.
    const ends = [0, 12, 56, 104, 120];
    for (let length = 0; length <= NESTED.length; length++) {
      const { complete } = walk(EXPLICIT, [NESTED.subarray(0, length)]);
      expect([length, complete]).toEqual([length, ends.includes(length)]);
    }
  });

  test.each([
    ['a length beyond the enclosing item', '0800 4011 "SQ" 0000 10000000 FEFF 00E0 08000000 0800 5011 "UI" 4000'],
    ['an element where an item should start', '0800 4011 "SQ" 0000 FFFFFFFF 0800 5011 "UI" 0000'],
    ['an item outside a sequence', 'FEFF 00E0 00000000'],
    ['a delimiter that closes nothing', 'FEFF DDE0 00000000'],
    ['no VR in an explicit data set', '0800 1600 04000000 312E3200'],
  ])('refuses %s', (_what, encoded) => {
    expect(() => walk(EXPLICIT, [bytes(encoded)])).toThrow(IsocenterError);
  });

  test('refuses bottomless nesting', () => {
    const level = bytes('0800 4011 FFFFFFFF FEFF 00E0 FFFFFFFF');
    expect(() => walk(IMPLICIT, [Buffer.concat(Array.from({ length: 100_000 }, () => level))])).toThrow('nested');
  });

  test('any bytes are walked or refused by name, in every encoding', () => {
    const encoding = fc.record({ explicit: fc.boolean(), bigEndian: fc.boolean() });
    const flips = fc.array(fc.tuple(fc.nat(NESTED.length - 1), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(encoding, flips, fc.uint8Array({ maxLength: 64 }), (how, changes, tail) => {
        const mutated = Buffer.concat([NESTED, ENCAPSULATED, tail]);
        for (const [at, value] of changes) mutated[at] = value;
        try {
          walk(how, [mutated]);
        } catch (error) {
          expect(error).toBeInstanceOf(IsocenterError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

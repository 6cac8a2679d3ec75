import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charsetOf } from '#shared/dicom/codec/charset.ts';
import { charsetThatHolds, encodeText } from '#shared/dicom/codec/charsetEncode.ts';

const hex = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString('hex');

/** Examples of PS3.5 annexes H.3, I.2, J.3 and of the single-byte repertoires, byte by byte. */
const EXAMPLES: readonly (readonly [string, readonly string[], string])[] = [
  ['山田^太郎', ['', 'ISO 2022 IR 87'], '1b24423b3345441b28425e1b244242404f3a1b2842'],
  ['やまだ^たろう', ['', 'ISO 2022 IR 87'], '1b24422464245e24401b28425e1b2442243f246d24261b2842'],
  ['洪^吉洞', ['', 'ISO 2022 IR 149'], '1b242943fbf35e1b242943d1ced4d7'],
  ['홍^길동', ['', 'ISO 2022 IR 149'], '1b242943c8ab5e1b242943b1e6b5bf'],
  ['王^小东', ['GB18030'], 'cdf55ed0a1b6ab'],
  ['Διονυσιος', ['ISO_IR 126'], 'c4e9efedf5f3e9eff2'],
  ['Люкceмбург', ['ISO_IR 144'], 'bbeeda6365dcd1e3e0d3'],
  ['Müller', ['ISO_IR 100'], '4dfc6c6c6572'],
  ['ﾔﾏﾀﾞ', ['ISO_IR 13'], 'd4cfc0de'],
  ['Äneas=Иван', ['ISO_IR 100', 'ISO 2022 IR 144'], 'c46e6561733d1b2d4cb8d2d0dd'],
];

describe('text in the character sets of DICOM', () => {
  it.each(EXAMPLES)('%s in %j', (text, terms, bytes) => {
    expect(hex(encodeText(text, terms))).toBe(bytes);
    expect(charsetOf(terms).decode(Buffer.from(bytes, 'hex'))).toBe(text);
  });

  it('says when a repertoire does not hold a text', () => {
    expect(encodeText('山', ['ISO_IR 100'])).toBeUndefined();
    expect(encodeText('é', [])).toBeUndefined();
    expect(charsetThatHolds(['Müller', 'Ωμέγα'], ['ISO_IR 100'])).toBeUndefined();
    expect(charsetThatHolds(['Müller', 'Doe^John'], ['ISO_IR 100'])).toEqual(['ISO_IR 100']);
  });

  it.each([
    [[]],
    ...EXAMPLES.map(([, terms]) => [terms]),
    [['ISO_IR 192']],
    [['', 'ISO 2022 IR 58', 'ISO 2022 IR 159']],
  ])('what is encoded in %j reads back as it was', (terms) => {
    const letters = fc.constantFrom(...Array.from('Az0^= ~éßΔяשあ漢字王한글ﾔ€\u{20000}'));
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 12 }), (text) => {
        const bytes = encodeText(text, terms);
        if (bytes !== undefined) expect(charsetOf(terms).decode(bytes)).toBe(text.normalize('NFC'));
      }),
    );
  });
});

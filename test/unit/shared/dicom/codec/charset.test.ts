import { expect, test } from 'vitest';
import { charsetOf } from '#shared/dicom/codec/charset.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const ascii = (text: string): string => Array.from(text, (c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('');

// PS3.5 annex H.3: Yamada^Tarou in three component groups, escapes as printed there.
test('Japanese name with ISO 2022 IR 87', () => {
  const raw = bytes(
    `${ascii('Yamada^Tarou=')}1b2442${'3b334544'}1b2842${'5e'}1b2442${'42404f3a'}1b2842${ascii('=')}1b2442${'2464245e2440'}1b2842${'5e'}1b2442${'243f246d2426'}1b2842`,
  );
  expect(charsetOf(['', 'ISO 2022 IR 87']).decode(raw)).toBe('Yamada^Tarou=山田^太郎=やまだ^たろう');
});

// PS3.5 annex H.3.2: half-width katakana of JIS X 0201 by escapes out of ISO 2022 IR 13.
test('Japanese name with ISO 2022 IR 13 and IR 87', () => {
  const raw = bytes(`d4cfc0de5ec0dbb33d1b24423b3345441b284a5e1b244242404f3a1b284a`);
  expect(charsetOf(['ISO 2022 IR 13', 'ISO 2022 IR 87']).decode(raw)).toBe('ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎');
});

// PS3.5 annex I.2: Hong^Gildong.
test('Korean name with ISO 2022 IR 149', () => {
  const raw = bytes(
    `${ascii('Hong^Gildong=')}1b242943fbf3${'5e'}1b242943d1ced4d7${'3d'}1b242943c8ab${'5e'}1b242943b1e6b5bf`,
  );
  expect(charsetOf(['', 'ISO 2022 IR 149']).decode(raw)).toBe('Hong^Gildong=洪^吉洞=홍^길동');
});

// PS3.5 annex K.2.
test('Chinese name with ISO 2022 IR 58', () => {
  const raw = bytes(`${ascii('Zhang^XiaoDong=')}1b242941d5c55e1b242941d0a1b6ab3d`);
  expect(charsetOf(['', 'ISO 2022 IR 58']).decode(raw)).toBe('Zhang^XiaoDong=张^小东=');
});

test.each([
  ['ISO_IR 100', '4772f6dfe9', 'Größé'],
  ['ISO_IR 192', '4772c3b6c39fc3a9', 'Größé'],
  ['ISO_IR 144', 'bbeedae1d5dcd1e3e0d3', 'Люксембург'],
  ['ISO_IR 126', 'c4e9efedf5f3e9eff2', 'Διονυσιος'],
  ['GB18030', 'cdf55ed0a1b6ab', '王^小东'],
  ['ISO_IR 13', 'd4cfc0de', 'ﾔﾏﾀﾞ'],
  ['ISO_IR 166', 'c7d1b2', 'วัฒ'],
])('%s', (term, hex, text) => {
  expect(charsetOf([term]).decode(bytes(hex))).toBe(text);
});

test('a delimiter brings the first character set back', () => {
  // Greek by escape in the first value, Latin 1 again in the second.
  expect(charsetOf(['ISO 2022 IR 100', 'ISO 2022 IR 126']).decode(bytes(`1b2d46c4e95cf6`))).toBe('Δι\\ö');
});

test('an unknown term is said and read as Latin 1', () => {
  const unknown: string[] = [];
  expect(charsetOf(['ISO_IR 999'], (term) => unknown.push(term)).decode(bytes('f6'))).toBe('ö');
  expect(unknown).toEqual(['ISO_IR 999']);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decompressed } from '#main/services/decompress.ts';
import { alternativesTo } from '#main/services/rewrite.ts';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { bytes } from '#test/encoded/bytes.ts';
import { CT_IMAGE_STORAGE, dataSet, part10, type TestElement } from '#test/peers/harness/part10.ts';

const RLE = '1.2.840.10008.1.2.5';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const UID = '1.2.3.4';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isocenter-decompress-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const uint16 = (value: number) => Buffer.from([value & 0xff, value >> 8]);

/** Two frames of two bytes in RLE (PS3.5 annex G), with private elements before and after the pixels. */
async function rleFile(more: readonly TestElement[] = [], samples = 1): Promise<string> {
  const elements: TestElement[] = [
    [0x00080016, 'UI', CT_IMAGE_STORAGE],
    [0x00080018, 'UI', UID],
    [0x00091001, 'UN', Buffer.from([1, 2, 3, 4])],
    [0x00280002, 'US', uint16(samples)],
    [0x00280008, 'IS', '2'],
    [0x00280010, 'US', uint16(1)],
    [0x00280011, 'US', uint16(2)],
    [0x00280100, 'US', uint16(8)],
    [0x00280101, 'US', uint16(8)],
    [0x00280102, 'US', uint16(7)],
    [0x00280103, 'US', uint16(0)],
    ...more,
  ];
  const frame = (literal: string) => `FEFF 00E0 44000000 01000000 40000000 ${'00000000'.repeat(14)} 01 ${literal} 00`;
  const pixels = bytes(
    `E07F 1000 "OB" 0000 FFFFFFFF FEFF 00E0 00000000 ${frame('AABB')} ${frame('CCDD')} FEFF DDE0 00000000`,
  );
  const after = dataSet([[0x7ff10011, 'LO', 'AFTER']]);
  const file = path.join(folder, 'rle.dcm');
  await writeFile(file, part10(Buffer.concat([dataSet(elements), pixels, after]), CT_IMAGE_STORAGE, UID, RLE));
  return file;
}

test('frames are decoded in order, everything around them stays', async () => {
  for (const explicit of [true, false]) {
    const body = Buffer.from(await decompressed(await rleFile(), explicit));
    const syntax = explicit ? '1.2.840.10008.1.2.1' : '1.2.840.10008.1.2';
    const { dataset } = readPart10(part10(body, CT_IMAGE_STORAGE, UID, syntax));
    expect(Buffer.from(dataset.bytes('PixelData')).toString('hex')).toBe('aabbccdd');
    expect(Buffer.from(dataset.bytes(0x00091001)).toString('hex')).toBe('01020304');
    expect(Buffer.from(dataset.bytes(0x7ff10011)).toString('latin1')).toBe('AFTER ');
  }
});

test('what would lose something is refused, not guessed', async () => {
  const overlay: TestElement = [0x60020100, 'US', uint16(8)];
  await expect(decompressed(await rleFile([overlay]), true)).rejects.toMatchObject({
    code: 'UNSUPPORTED_OBJECT',
    attribute: 'OverlayBitsAllocated',
  });
  await expect(decompressed(await rleFile([], 3), true)).rejects.toMatchObject({ code: 'UNSUPPORTED_OBJECT' });
  const words = path.join(folder, 'big.dcm');
  const big = bytes(`
    0008 0016 "UI" 001A "1.2.840.10008.5.1.4.1.1.2" 00
    0008 0018 "UI" 0008 "1.2.3.4" 00
    0028 0100 "US" 0002 0020
    7FE0 0010 "OW" 0000 00000004 01020304`);
  await writeFile(words, part10(big, CT_IMAGE_STORAGE, UID, BIG_ENDIAN));
  await expect(decompressed(words, true)).rejects.toMatchObject({ code: 'UNSUPPORTED_TRANSFER_SYNTAX' });
});

test('nothing is rewritten into anything but uncompressed little endian', () => {
  const uncompressed = ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2'];
  for (const uid of [RLE, BIG_ENDIAN, '1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.202']) {
    expect(alternativesTo(uid)).toEqual(uncompressed);
  }
  expect(alternativesTo(uncompressed[0])).toEqual([uncompressed[1]]);
  expect(alternativesTo('1.2.840.10008.1.2.4.100')).toEqual([]);
});

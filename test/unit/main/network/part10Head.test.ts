import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IsocenterError } from '#shared/contract/errors.ts';
import { readPart10Head } from '#main/network/part10Head.ts';
import { CT_IMAGE_STORAGE, ctFile, dataSet, element, part10 } from '#test/peers/harness/part10.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isocenter-head-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function head(content: Buffer) {
  const name = path.join(folder, 'file.dcm');
  await writeFile(name, content);
  await using file = await open(name);
  return await readPart10Head(file, name);
}

const { file, dataSet: bare } = ctFile('1.2.3.4.5', 8);
const EXPECTED = { sopClassUid: CT_IMAGE_STORAGE, sopInstanceUid: '1.2.3.4.5' };

describe('readPart10Head', () => {
  test('a Part 10 file', async () => {
    expect(await head(file)).toEqual({
      ...EXPECTED,
      transferSyntaxUid: '1.2.840.10008.1.2.1',
      dataSetOffset: file.length - bare.length,
      size: file.length,
    });
  });

  test.each([
    ['without preamble', file.subarray(132), file.length - bare.length - 132],
    ['with the prefix only', file.subarray(128), file.length - bare.length - 128],
    ['without file meta information', bare, 0],
  ])('a file %s', async (_what, content, dataSetOffset) => {
    expect(await head(content)).toMatchObject({ ...EXPECTED, dataSetOffset, transferSyntaxUid: '1.2.840.10008.1.2.1' });
  });

  test('an implicit data set without file meta information', async () => {
    expect(await head(ctFile('1.9', 8, false).dataSet)).toMatchObject({ transferSyntaxUid: '1.2.840.10008.1.2' });
  });

  test('long private information in the file meta group', async () => {
    const long = element([0x00020102, 'OB', Buffer.alloc(100_000)]);
    const content = Buffer.concat([file.subarray(0, file.length - bare.length), long, bare]);
    expect(await head(content)).toMatchObject({ ...EXPECTED, dataSetOffset: content.length - bare.length });
  });

  test('a big endian data set', async () => {
    const swapped = Buffer.from('00080016554900043132332e', 'hex');
    const content = part10(swapped, CT_IMAGE_STORAGE, '1.2', '1.2.840.10008.1.2.2');
    expect(await head(content)).toMatchObject({ sopClassUid: '123.', sopInstanceUid: '1.2' });
  });

  test.each([
    ['text', Buffer.from('hello, this is not an image'), 'NOT_DICOM'],
    ['nothing', Buffer.alloc(0), 'NOT_DICOM'],
    ['file meta information only', file.subarray(0, file.length - bare.length), 'TRUNCATED'],
    ['no transfer syntax', part10(bare, CT_IMAGE_STORAGE, '1.2', ''), 'MISSING_ATTRIBUTE'],
    ['no SOP class', dataSet([[0x00080060, 'CS', 'CT']]), 'MISSING_ATTRIBUTE'],
  ])('refuses %s', async (_what, content, code) => {
    await expect(head(content)).rejects.toMatchObject({ code });
  });

  test('any damage is read or refused by name', async () => {
    const flips = fc.array(fc.tuple(fc.nat(500), fc.nat(255)), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(flips, fc.nat(600), async (changes, length) => {
        const damaged = Buffer.from(file.subarray(0, length));
        for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
        await head(damaged).catch((error: unknown) => expect(error).toBeInstanceOf(IsocenterError));
      }),
      { numRuns: 300 },
    );
  });
});

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import { nativeWords } from '#shared/dicom/pixels/nativePixels.ts';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { decodePixels } from '#shared/dicom/pixels/pixels.ts';
import { peerMissing } from '#test/peers/harness/missing.ts';

const DATA = path.resolve(process.cwd(), '../shared/data');
const SLICE = path.join(DATA, 'ct_one_slice_all_transfer_syntaxes');

/** HU of a file's pixels. */
async function hounsfield(name: string): Promise<Float64Array> {
  const file = readPart10(readFileSync(path.join(SLICE, name)), name);
  const slope = file.dataset.number('RescaleSlope') ?? 1;
  const intercept = file.dataset.number('RescaleIntercept') ?? 0;
  return Float64Array.from(await decodePixels(file), (stored) => stored * slope + intercept);
}

function differences(a: Float64Array, b: Float64Array): { worst: number; mean: number } {
  let [worst, sum] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    worst = Math.max(worst, Math.abs(a[i] - b[i]));
    sum += Math.abs(a[i] - b[i]);
  }
  return { worst, mean: sum / a.length };
}

const file = (syntax: string): string =>
  readdirSync(SLICE).find((name) => name.endsWith(`TransferSyntax_${syntax}.dcm`)) ?? '';

describe.skipIf(!existsSync(SLICE))('one CT slice in every transfer syntax', () => {
  // Lossy tolerances in HU. Baseline JPEG has 8 bits for 8,191 HU: 32 HU a step, two steps at worst; the 12-bit processes have 2 HU a step.
  test.each([
    ['Implicit VR Little Endian', '1.2.840.10008.1.2', 0, 0],
    ['Explicit VR Little Endian', '1.2.840.10008.1.2.1', 0, 0],
    ['Deflated Explicit VR Little Endian', '1.2.840.10008.1.2.1.99', 0, 0],
    ['Explicit VR Big Endian', '1.2.840.10008.1.2.2', 0, 0],
    ['RLE Lossless', '1.2.840.10008.1.2.5', 0, 0],
    ['JPEG Lossless, process 14', '1.2.840.10008.1.2.4.57', 0, 0],
    ['JPEG Lossless, selection value 1', '1.2.840.10008.1.2.4.70', 0, 0],
    ['JPEG-LS Lossless', '1.2.840.10008.1.2.4.80', 0, 0],
    ['JPEG 2000 Lossless', '1.2.840.10008.1.2.4.90', 0, 0],
    ['JPEG-LS Near-Lossless', '1.2.840.10008.1.2.4.81', 1, 1],
    ['JPEG 2000', '1.2.840.10008.1.2.4.91', 5, 1],
    ['JPEG Extended, process 2 & 4', '1.2.840.10008.1.2.4.51', 36, 4],
    ['JPEG Spectral Selection, process 6 & 8', '1.2.840.10008.1.2.4.53', 36, 4],
    ['JPEG Full Progression, process 10 & 12', '1.2.840.10008.1.2.4.55', 36, 4],
    ['JPEG Baseline, process 1', '1.2.840.10008.1.2.4.50', 65, 20],
  ])('%s (%s): at most %i HU from the native slice', async (_, syntax, worst, mean) => {
    const reference = await hounsfield('CTImage.dcm');
    const found = differences(await hounsfield(file(syntax)), reference);
    expect(found.worst).toBeLessThanOrEqual(worst);
    expect(found.mean).toBeLessThanOrEqual(mean);
    expect(reference.reduce((a, b) => Math.max(a, b))).toBeGreaterThan(1000);
  });

  test('two JPEG frames in eleven fragments without offset table', async () => {
    const pixels = await hounsfield('CT0012.fragmented_no_bot_jpeg_baseline.51.dcm');
    expect(pixels).toHaveLength(2 * 512 * 512);
    for (const frame of [pixels.subarray(0, 512 * 512), pixels.subarray(512 * 512)])
      expect(frame.reduce((a, b) => Math.max(a, b))).toBeGreaterThan(500);
  });
});

const RT_SMALL = path.join(DATA, 'pydicom_rt_small');
test.skipIf(!existsSync(RT_SMALL))('32-bit dose pixels: RLE and big endian hold what little endian holds', () => {
  const words = (name: string): number[] => {
    const { dataset, transferSyntaxUid } = readPart10(readFileSync(path.join(RT_SMALL, name)), name);
    return Array.from(nativeWords(dataset, transferSyntaxUid, 1500));
  };
  expect(words('rtdose.dcm').slice(0, 4)).toEqual([1249000, 1249000, 1250000, 1250000]);
  expect(words('rtdose_expb.dcm')).toEqual(words('rtdose.dcm'));
  expect(words('rtdose_rle.dcm')).toEqual(words('rtdose.dcm'));
});

const STS = path.join(DATA, 'ibsi_sts_ct_mr_pet');
const folder = (...parts: string[]): Uint8Array[] =>
  readdirSync(path.join(...parts))
    .filter((name) => name.endsWith('.dcm'))
    .map((name) => readFileSync(path.join(...parts, name)));

describe.skipIf(!existsSync(STS))('CT, MR and PET of the sarcoma patients', () => {
  test.each([
    ['STS_001', [198, 202, 59], [174, 158, 59], [41, 43, 59]],
    ['STS_002', [161, 143, 48], [115, 90, 35], [30, 27, 48]],
    ['STS_026', [189, 190, 52], [120, 135, 43], [40, 40, 52]],
    ['STS_035', [139, 154, 63], [93, 99, 54], [26, 29, 61]],
  ])('%s', async (patient, ctDims, mrDims, petDims) => {
    const ct = await buildImageVolume(folder(STS, patient, 'CT', 'image'));
    const mr = await buildImageVolume(folder(STS, patient, 'MR_T1', 'image'));
    const pet = await buildImageVolume(folder(STS, patient, 'PET', 'image'));
    expect([ct, mr, pet].map(({ dims }) => dims)).toEqual([ctDims, mrDims, petDims]);
    expect([ct, mr, pet].map(({ unit }) => unit)).toEqual(['HU', '', 'SUV']);
    expect([ct, mr, pet].flatMap(({ warnings }) => warnings)).toEqual([]);
    for (const { spacing } of [ct, mr, pet]) expect(spacing[2]).toBeCloseTo(3.27, 3);
    // HU from air to bone; SUV of a tumour, rescaled slice by slice.
    const values = (volume: typeof ct): number[] =>
      Array.from(volume.data, (stored) => stored * volume.slope + volume.intercept);
    expect(values(ct).reduce((a, b) => Math.min(a, b))).toBe(-1000);
    expect(values(ct).reduce((a, b) => Math.max(a, b))).toBeGreaterThan(1000);
    expect(values(pet).reduce((a, b) => Math.max(a, b))).toBeGreaterThan(10);
    expect(values(pet).reduce((a, b) => Math.max(a, b))).toBeLessThan(30);
  });
});

const TILT = path.join(DATA, 'ct_gantry_tilt');
describe.skipIf(!existsSync(TILT) || peerMissing('xz'))('tilted gantries', () => {
  let folderOf = '';
  beforeAll(() => {
    folderOf = mkdtempSync(path.join(tmpdir(), 'isocenter-tilt-'));
    for (const name of readdirSync(TILT).filter((file) => file.endsWith('.tar.xz')))
      execFileSync('tar', ['xf', path.join(TILT, name), '-C', folderOf]);
  });
  afterAll(() => rmSync(folderOf, { recursive: true, force: true }));
  const images = (start: string): Uint8Array[] =>
    readdirSync(folderOf, { recursive: true, withFileTypes: true })
      .filter(
        (file) =>
          file.isFile() &&
          path.relative(folderOf, file.parentPath).startsWith(start) &&
          !/DIRFILE|\.(txt|md|json)$/.test(file.name),
      )
      .map((file) => readFileSync(path.join(file.parentPath, file.name)));

  test('a Philips phantom at 16.5° becomes a rectilinear volume, and that is said', async () => {
    const volume = await buildImageVolume(images('Philips'));
    expect(volume.dims).toEqual([512, 612, 58]);
    expect(volume.spacing[2]).toBeCloseTo(2.5 * Math.cos((16.5 * Math.PI) / 180), 2);
    expect(volume.warnings).toEqual([expect.stringMatching(/^gantry tilt of 16\.5°/)]);
  });

  test('a GE head at 18.5° with 4 and 7 mm steps is refused', async () => {
    await expect(buildImageVolume(images('GE'))).rejects.toThrow(
      expect.objectContaining({ code: 'GEOMETRY', message: expect.stringMatching(/not evenly spaced/) as string }),
    );
  });
});

import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import type { ImageFile } from '#main/services/print/image/imageFile.ts';
import { pageImage } from '#main/services/print/image/pageImage.ts';
import { chooseSlices, identityOf, imagesOf, slicesToPrint } from '#main/services/print/image/series.ts';
import { directionLetters } from '#main/services/print/image/sliceImage.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { CT_IMAGE, newUid } from '#shared/dicom/uid.ts';

const imageOf = (input: DataSetInput): ImageFile => {
  const header = readPart10(writePart10(input));
  return { header, load: async () => header };
};
const slice = (z: number, more: DataSetInput = {}): ImageFile =>
  imageOf({
    SOPClassUID: CT_IMAGE,
    SOPInstanceUID: newUid(),
    SeriesInstanceUID: '1.2.3',
    Modality: 'CT',
    InstanceNumber: 100 - Math.round(z),
    PatientName: 'Doe^John',
    PatientID: 'P1',
    PatientBirthDate: '19600229',
    ImagePositionPatient: [0, 0, z],
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    PixelSpacing: [2, 1],
    RescaleIntercept: -1024,
    RescaleSlope: 1,
    Rows: 1,
    Columns: 5,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    PixelData: Uint16Array.of(0, 863, 1063, 1064, 1400),
    ...more,
  });
const print = async (more: DataSetInput, bits: 8 | 12 = 8) => {
  const [item] = await imagesOf(slicesToPrint([slice(0, { PixelSpacing: [1, 1], ...more })]), {
    bits,
    window: { center: 40, width: 401 },
  });
  return item;
};

describe('slices on film', () => {
  it('go through the window as PS3.3 C.11.2.1.2 defines it', async () => {
    // Centre 40, width 401: up to −160.5 black, from 239.5 on white, 39.5 in the middle; the pixels are −1024, −161, 39, 40 and 376 HU.
    const { image } = await print({});
    expect([...image.data]).toEqual([
      0,
      0,
      Math.round(255 * (0.5 - 0.5 / 400)),
      Math.round(255 * (0.5 + 0.5 / 400)),
      255,
    ]);
    expect([...(await print({}, 12)).image.data].slice(2)).toEqual([
      Math.round(4095 * (199.5 / 400)),
      Math.round(4095 * (200.5 / 400)),
      4095,
    ]);
    expect([...(await print({ PhotometricInterpretation: 'MONOCHROME1' })).image.data][4]).toBe(0);
  });

  it('have square pixels, and as many millimetres as before', async () => {
    const [{ image, description }] = await imagesOf(slicesToPrint([slice(12.5)]), { bits: 8 });
    expect([image.width, image.height, image.spacing]).toEqual([5, 2, 1]);
    expect(description).toBe('CT 87 | z 12.5 mm | image left = R, top = A | center -323.5 width 1401');
  });

  it('come in order of position, from one patient only', () => {
    const files = [slice(5), slice(-5), slice(0)];
    expect(slicesToPrint(files).map(({ position }) => position)).toEqual([-5, 0, 5]);
    expect(() => slicesToPrint([slice(1), slice(2, { PatientID: 'P2' })])).toThrow(/another patient/);
    expect(chooseSlices([1, 2, 3, 4, 5, 6], { from: 2, to: 6, every: 2 })).toEqual([2, 4, 6]);
    expect(() => chooseSlices([1, 2, 3], { to: 4 })).toThrow(/slices 1 to 4 of 3/);
  });

  it('say who it is, at what scale, and that nobody is to treat by them', () => {
    const [{ file }] = slicesToPrint([slice(1)]);
    const film = { layout: 'STANDARD\\1,1', filmSize: 'A4', orientation: 'PORTRAIT' } as const;
    expect(identityOf(file.header.dataset, { ...film, trueSize: true }, 'Breast L')).toEqual([
      'Doe, John | ID P1',
      'born 1960-02-29',
      'plan Breast L',
      'scale 1:1, check before measuring',
      'NOT FOR CLINICAL USE UNTIL VALIDATED',
    ]);
  });

  it('name directions by the patient, the largest first', () => {
    expect(directionLetters([1, 0, 0], 1)).toBe('L');
    expect(directionLetters([1, 0, 0], -1)).toBe('R');
    expect(directionLetters([0, 0.8, -0.6], 1)).toBe('PF');
    expect(directionLetters([0, 0.8, -0.6], -1)).toBe('AH');
  });
});

describe('a page of the app', () => {
  it('becomes grey by its luma, transparent parts black', () => {
    const png = new PNG({ width: 3, height: 1 });
    png.data.set([255, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0]);
    expect(pageImage(PNG.sync.write(png), 'page')).toMatchObject({
      width: 3,
      height: 1,
      data: Uint8Array.of(76, 255, 0),
    });
    expect(() => pageImage(new Uint8Array(100), 'page')).toThrow(/is no PNG/);
    const huge = new Uint8Array(64);
    new DataView(huge.buffer).setUint32(16, 60000);
    new DataView(huge.buffer).setUint32(20, 60000);
    expect(() => pageImage(huge, 'page')).toThrow(/more than a film shows/);
  });
});

import { describe, expect, test } from 'vitest';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { leanBodyMass } from '#shared/dicom/image/leanBodyMass.ts';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { suvScaleOf } from '#shared/dicom/image/petSuv.ts';
import { PET_IMAGE } from '#shared/dicom/uid.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { normalizedBy } from '#shared/model/suv.ts';

/** 80 kg, 1.80 m; 400 MBq with a half-life of 6000 s injected 6000 s before the scan: half is left. */
const drug = (more: DataSetInput = {}): DataSetInput => ({
  RadiopharmaceuticalStartTime: '100000',
  RadionuclideTotalDose: 400_000_000,
  RadionuclideHalfLife: 6000,
  ...more,
});

const image = (more: DataSetInput = {}) =>
  readPart10(
    writePart10({
      SOPClassUID: PET_IMAGE,
      SOPInstanceUID: '1.2.3',
      Units: 'BQML',
      CorrectedImage: ['DECY', 'ATTN', 'SCAT'],
      DecayCorrection: 'START',
      SeriesDate: '20260102',
      SeriesTime: '114000',
      AcquisitionDate: '20260102',
      AcquisitionTime: '114000.5',
      PatientWeight: 80,
      PatientSize: 1.8,
      PatientSex: 'M',
      RadiopharmaceuticalInformationSequence: [drug()],
      ...more,
    }),
    'made-up PET',
  ).dataset;

describe('SUV of Bq/ml by hand', () => {
  test('corrected to the start of the scan: 80 000 g / 200 MBq', () => {
    const { factor, suv } = suvScaleOf([image()]);
    expect(factor).toBeCloseTo(80_000 / 200e6, 15);
    expect(suv.normalization).toBe('body weight');
    expect(suv.how).toContain('400.0 MBq 100 min');
  });

  test('corrected to the injection: 80 000 g / 400 MBq', () => {
    expect(suvScaleOf([image({ DecayCorrection: 'ADMIN' })]).factor).toBeCloseTo(80_000 / 400e6, 15);
  });

  test('a full start date and time comes before the time alone', () => {
    const sequence = [drug({ RadiopharmaceuticalStartDateTime: '20260102082000.00' })];
    const { factor } = suvScaleOf([image({ RadiopharmaceuticalInformationSequence: sequence })]);
    expect(factor).toBeCloseTo(80_000 / 100e6, 15);
  });

  test('over midnight, said', () => {
    const late = {
      SeriesTime: '002000',
      AcquisitionTime: '002000',
      RadiopharmaceuticalInformationSequence: [drug({ RadiopharmaceuticalStartTime: '224000' })],
    };
    const { factor, warnings } = suvScaleOf([image(late)]);
    expect(factor).toBeCloseTo(80_000 / 200e6, 15);
    expect(warnings).toHaveLength(1);
  });

  test("a series made after the scan counts from the earliest acquisition, or from GE's scan time", () => {
    const later = { SeriesTime: '150000' };
    const beds = [image({ ...later, AcquisitionTime: '114300' }), image({ ...later, AcquisitionTime: '114000' })];
    expect(suvScaleOf(beds).factor).toBeCloseTo(80_000 / 200e6, 15);
    const ge = { '0009,0010:LO': 'GEMS_PETD_01', '0009,100D:DT': '20260102100000' };
    expect(suvScaleOf([image({ ...later, ...ge })]).factor).toBeCloseTo(80_000 / 400e6, 15);
  });
});

describe('counts of Philips', () => {
  const block = (more: DataSetInput): DataSetInput => ({
    Units: 'CNTS',
    '7053,0010:LO': 'Philips PET Private Group',
    ...more,
  });
  test('have a factor to SUV', () => {
    expect(suvScaleOf([image(block({ '7053,1000:DS': 0.000321 }))]).factor).toBe(0.000321);
  });
  test('or one to Bq/ml', () => {
    const factors = block({ '7053,1000:DS': 0, '7053,1009:DS': 2.5 });
    expect(suvScaleOf([image(factors)]).factor).toBeCloseTo((2.5 * 80_000) / 200e6, 15);
  });
  test('and no SUV without either, or where the images disagree', () => {
    expect(() => suvScaleOf([image({ Units: 'CNTS' })])).toThrow(
      expect.objectContaining({ code: 'MISSING_ATTRIBUTE' }),
    );
    const [a, b] = [0.1, 0.2].map((factor) => image(block({ '7053,1000:DS': factor })));
    expect(() => suvScaleOf([a, b])).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
  });
});

test.each<[string, DataSetInput]>([
  ['PatientWeight', { PatientWeight: undefined }],
  ['PatientWeight', { PatientWeight: 0 }],
  ['CorrectedImage', { CorrectedImage: ['ATTN'] }],
  ['DecayCorrection', { DecayCorrection: 'NONE' }],
  ['RadiopharmaceuticalInformationSequence', { RadiopharmaceuticalInformationSequence: undefined }],
  ['RadionuclideTotalDose', { RadiopharmaceuticalInformationSequence: [drug({ RadionuclideTotalDose: 400 })] }],
  ['RadionuclideHalfLife', { RadiopharmaceuticalInformationSequence: [drug({ RadionuclideHalfLife: undefined })] }],
  [
    'RadiopharmaceuticalStartTime',
    { RadiopharmaceuticalInformationSequence: [drug({ RadiopharmaceuticalStartTime: undefined })] },
  ],
  [
    'RadiopharmaceuticalStartDateTime',
    { RadiopharmaceuticalInformationSequence: [drug({ RadiopharmaceuticalStartDateTime: '20260103100000' })] },
  ],
])('refuses and names %s', (attribute, change) => {
  expect(() => suvScaleOf([image(change)])).toThrow(expect.objectContaining({ attribute }));
});

describe('lean body mass', () => {
  test('by Janmahasatian: 80 kg and 1.80 m, a man and a woman', () => {
    // BMI 24.691: 741 600 / (6680 + 5333.3) and 741 600 / (8780 + 6024.7).
    expect(leanBodyMass('M', 80, 1.8)).toBeCloseTo(61.731, 2);
    expect(leanBodyMass('F', 80, 1.8)).toBeCloseTo(50.093, 2);
  });

  test('turns SUV into lean SUV and back; without a height it says what is missing', () => {
    const { suv } = suvScaleOf([image({ Units: 'GML' })]);
    const pet = { slope: 2, intercept: 0, suv } as unknown as ImageVolume;
    const lean = normalizedBy(pet, 'lean body mass');
    expect(lean.slope).toBeCloseTo((2 * 61.731) / 80, 4);
    expect(normalizedBy(lean, 'body weight').slope).toBeCloseTo(2, 12);
    expect(suvScaleOf([image({ PatientSize: undefined })]).suv).toMatchObject({ leanMissing: 'PatientSize' });
    expect(suvScaleOf([image({ PatientSize: 180 })]).suv).toMatchObject({ leanMissing: 'PatientSize' });
    expect(suvScaleOf([image({ PatientSex: 'O' })]).suv).toMatchObject({ leanMissing: 'PatientSex' });
  });
});

test('g/ml by an unknown type are no SUV', () => {
  expect(() => suvScaleOf([image({ Units: 'GML', SUVType: 'XYZ' })])).toThrow(
    expect.objectContaining({ attribute: 'SUVType' }),
  );
  expect(suvScaleOf([image({ Units: 'GML', SUVType: 'LBMJAMES128' })]).suv.normalization).toBe('lean body mass');
});

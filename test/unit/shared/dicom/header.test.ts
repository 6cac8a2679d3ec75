import { expect, test } from 'vitest';
import { readHeader } from '#shared/dicom/header.ts';
import { encodeMeta, writePart10 } from '#shared/dicom/codec/part10.ts';
import { CT_IMAGE, EXPLICIT_LITTLE_ENDIAN, RT_DOSE, RT_PLAN, RT_STRUCTURE_SET } from '#shared/dicom/uid.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { objectContext } from '#test/builders/context.ts';
import { imageVolume } from '#test/builders/image.ts';

const file = (more: DataSetInput = {}): Uint8Array =>
  writePart10({
    SOPClassUID: RT_PLAN,
    SOPInstanceUID: '1.2.3',
    StudyInstanceUID: '1.2.4',
    SeriesInstanceUID: '1.2.5',
    ...more,
  });

test('identity, series and image attributes of a slice', () => {
  const volume = imageVolume();
  const context = objectContext('CT');
  const header = readHeader(writeImageSeries(volume, context)[2]);
  expect(header).toMatchObject({
    ...context.patient,
    ...context.study,
    sopClassUid: CT_IMAGE,
    sopInstanceUid: volume.slices[2].sopInstanceUid,
    transferSyntaxUid: EXPLICIT_LITTLE_ENDIAN,
    seriesInstanceUid: context.seriesInstanceUid,
    seriesNumber: '7',
    seriesDescription: 'CT of a test',
    instanceNumber: '3',
    modality: 'CT',
    frameOfReferenceUid: volume.frameOfReferenceUid,
    patientPosition: 'HFS',
    warnings: [],
  });
  expect(header.image).toMatchObject({
    rows: volume.dims[1],
    columns: volume.dims[0],
    numberOfFrames: 1,
    bitsAllocated: 16,
    pixelSpacing: [volume.spacing[1], volume.spacing[0]],
  });
  expect(header.image?.slicePosition).toBeCloseTo(volume.origin[2] + 2 * volume.spacing[2], 5);
});

test('references are sorted by what they name, each once; study references are none', () => {
  const ref = (sopClass: string, uid: string, more: DataSetInput = {}): DataSetInput => ({
    ReferencedSOPClassUID: sopClass,
    ReferencedSOPInstanceUID: uid,
    ...more,
  });
  const { references } = readHeader(
    file({
      ReferencedStudySequence: [ref('1.2.840.10008.3.1.2.3.1', '1.9.9')],
      ReferencedStructureSetSequence: [ref(RT_STRUCTURE_SET, '1.9.1')],
      ReferencedRTPlanSequence: [ref(RT_PLAN, '1.9.2')],
      ReferencedDoseSequence: [ref(RT_DOSE, '1.9.3')],
      BeamSequence: [{ ReferencedReferenceImageSequence: [ref(CT_IMAGE, '1.9.4'), ref(CT_IMAGE, '1.9.4')] }],
      ReferencedSeriesSequence: [{ SeriesInstanceUID: '1.9.5' }],
      ReferencedFrameOfReferenceSequence: [{ FrameOfReferenceUID: '1.9.6' }],
    }),
  );
  const { instances, ...sorted } = references;
  expect(instances.map((one) => one.sopInstanceUid).toSorted()).toEqual(['1.9.1', '1.9.2', '1.9.3', '1.9.4']);
  expect(sorted).toEqual({
    structureSets: ['1.9.1'],
    plans: ['1.9.2'],
    doses: ['1.9.3'],
    registrations: [],
    images: ['1.9.4'],
    series: ['1.9.5'],
    framesOfReference: ['1.9.6'],
  });
});

test('a broken attribute that is no key is left out and said', () => {
  const header = readHeader(file({ Rows: 2, Columns: 2, PixelSpacing: [1, 1, 1] }));
  expect(header.image?.pixelSpacing).toBeUndefined();
  expect(header.warnings).toEqual(['PixelSpacing: 3 values instead of 2']);
});

test.each(['SOPInstanceUID', 'SOPClassUID', 'StudyInstanceUID', 'SeriesInstanceUID'])(
  'without %s an instance cannot be indexed',
  (attribute) => {
    const bytes = file();
    // Tag, VR UI: the first byte of the group is changed to a private-looking tag, so that the attribute is gone.
    const group = attribute.startsWith('SOP') ? 8 : 0x20;
    const element =
      { SOPInstanceUID: 0x18, SOPClassUID: 0x16, StudyInstanceUID: 0x0d, SeriesInstanceUID: 0x0e }[attribute] ?? 0;
    const at = Buffer.from(bytes).indexOf(Buffer.from([group, 0, element, 0, 0x55, 0x49]));
    expect(at).toBeGreaterThan(0);
    bytes[at + 1] = 0x11;
    expect(() => readHeader(bytes, 'a.dcm')).toThrow(
      expect.objectContaining({ code: 'MISSING_ATTRIBUTE', object: 'a.dcm', attribute }),
    );
  },
);

test('a DICOMDIR is refused by its name', () => {
  const directory = '1.2.840.10008.1.3.10';
  expect(() => encodeMeta(directory, '1.2.3', EXPLICIT_LITTLE_ENDIAN)).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED_OBJECT' }),
  );
  const bytes = file();
  const uid = new TextEncoder().encode(directory);
  const at = Buffer.from(bytes).indexOf(RT_PLAN);
  // The class in the file meta information comes first; same length after padding with its even zero bytes.
  const meta = bytes.subarray(at, at + RT_PLAN.length + 1);
  meta.fill(0);
  meta.set(uid);
  expect(() => readHeader(bytes, 'DICOMDIR')).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED_OBJECT', object: 'DICOMDIR' }),
  );
});

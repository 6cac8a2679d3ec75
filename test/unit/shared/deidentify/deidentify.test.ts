import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phantomSeries } from '#main/cli/phantomFiles.ts';
import { createDeidentifier } from '#shared/deidentify/deidentify.ts';
import { type DeidentifyOptions, NOTHING_KEPT } from '#shared/deidentify/options.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { readHeader } from '#shared/dicom/header.ts';
import { type DicomFile, readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { CT_IMAGE, IMPLICIT_LITTLE_ENDIAN, newUid } from '#shared/dicom/uid.ts';
import { phantomOf } from '#test/builders/phantom.ts';

const SECRET = Uint8Array.from({ length: 32 }, (_, n) => n);

const ct = (more: DataSetInput = {}): DataSetInput => ({
  SOPClassUID: CT_IMAGE,
  SOPInstanceUID: newUid(),
  StudyInstanceUID: '1.2.3.4',
  SeriesInstanceUID: '1.2.3.5',
  FrameOfReferenceUID: '1.2.3.6',
  Modality: 'CT',
  StudyDate: '20240302',
  StudyTime: '101112',
  PatientName: 'Muster^Anna',
  PatientID: 'P-1234',
  PatientBirthDate: '19500102',
  PatientSex: 'F',
  AccessionNumber: 'ACC77',
  SeriesDescription: 'Thorax of Muster',
  Manufacturer: 'Maker',
  Rows: 2,
  Columns: 2,
  BitsAllocated: 16,
  BitsStored: 16,
  HighBit: 15,
  PixelRepresentation: 0,
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  PixelData: Uint16Array.of(1, 2, 3, 4),
  ...more,
});
const fileOf = (input: DataSetInput, syntax?: string): DicomFile => readPart10(writePart10(input, syntax), 'object');
const clean = (input: DataSetInput, options: Partial<DeidentifyOptions> = {}, syntax?: string): DicomFile =>
  readPart10(createDeidentifier({ ...NOTHING_KEPT, ...options }, SECRET).apply(fileOf(input, syntax)).bytes);
const holds = (bytes: Uint8Array, text: string): boolean => {
  const low = (data: Uint8Array): string => Buffer.from(data).toString('latin1').toLowerCase();
  return low(bytes).includes(low(Buffer.from(text)));
};

describe('de-identification', () => {
  it('takes identity away, says so and keeps the pixels', () => {
    const { dataset } = clean(ct());
    expect(dataset.string('PatientID')).toMatch(/^ANON-[A-Z2-9]{10}$/);
    expect(dataset.string('PatientName')).toBe(dataset.string('PatientID'));
    for (const empty of ['PatientBirthDate', 'PatientSex', 'StudyDate', 'StudyTime', 'AccessionNumber'])
      expect([empty, dataset.element(empty)?.length]).toEqual([empty, 0]);
    expect(dataset.element('SeriesDescription')).toBeUndefined();
    expect(dataset.string('Manufacturer')).toBe('Maker');
    expect(dataset.string('PatientIdentityRemoved')).toBe('YES');
    expect(dataset.string('LongitudinalTemporalInformationModified')).toBe('REMOVED');
    const codes = dataset.sequence('DeidentificationMethodCodeSequence').map((item) => item.string('CodeValue'));
    expect(codes).toEqual(['113100']);
    expect([...dataset.bytes('PixelData')]).toEqual([1, 0, 2, 0, 3, 0, 4, 0]);
  });

  it('keeps what the options keep, and names them', () => {
    const kept = { dates: 'shift', patientCharacteristics: true, descriptions: true, labels: true } as const;
    const { dataset } = clean(ct({ StudyDescription: 'Planning CT', SeriesDescription: 'for Muster, Anna' }), kept);
    expect(dataset.string('PatientSex')).toBe('F');
    expect(dataset.string('StudyDescription')).toBe('Planning CT');
    expect(dataset.string('SeriesDescription')).toBe('ANONYMIZED');
    expect(dataset.string('StudyTime')).toBe('101112');
    expect(dataset.string('StudyDate')).toMatch(/^20(1[4-9]|2[0-4])\d{4}$/);
    expect(dataset.string('StudyDate')).not.toBe('20240302');
    expect(dataset.string('PatientBirthDate')).toBe('');
    const codes = dataset.sequence('DeidentificationMethodCodeSequence').map((item) => item.string('CodeValue'));
    expect(codes).toEqual(['113100', '113105', '113107', '113108']);
  });

  it('keeps text of items in their own character set, byte for byte', () => {
    const item = { CodeValue: 'T', CodingSchemeDesignator: 'L', CodeMeaning: 'Größe' };
    const latin = fileOf(ct({ AnatomicRegionSequence: [item] }));
    const bytes = Buffer.from(writePart10(latin.dataset));
    // The same object as its sender would have written it in Latin 1: shorter by one byte a letter, so padded by spaces.
    const text = Buffer.from('Größe');
    const at = bytes.indexOf(text);
    Buffer.from('Gr\xf6\xdfe  ', 'latin1').copy(bytes, at, 0, text.length);
    Buffer.from('ISO_IR 100').copy(bytes, bytes.indexOf('ISO_IR 192'));
    const result = createDeidentifier(NOTHING_KEPT, SECRET).apply(readPart10(bytes)).bytes;
    const [region] = readPart10(result).dataset.sequence('AnatomicRegionSequence');
    expect(region.string('CodeMeaning')).toBe('Größe');
  });

  it('removes private attributes but the safe ones, and a creator with its last element', () => {
    const input = ct({
      '7053,0010:LO': 'Philips PET Private Group',
      '7053,1000:DS': 1.5,
      '7053,1003:ST': 'Anna.dcm',
      '0029,0010:LO': 'OTHER',
      '0029,1001:LO': 'Muster',
    });
    for (const syntax of [undefined, IMPLICIT_LITTLE_ENDIAN]) {
      expect([...clean(input, {}, syntax).dataset.elements.keys()].filter((tag) => (tag >>> 16) % 2 === 1)).toEqual([]);
      const { dataset } = clean(input, { safePrivate: true }, syntax);
      expect(dataset.utf8(0x70531000)).toBe('1.5');
      expect([...dataset.elements.keys()].filter((tag) => (tag >>> 16) % 2 === 1)).toEqual([0x70530010, 0x70531000]);
    }
  });

  it('makes dummies of all that stands in a sequence that must stay', () => {
    const person = { CodeValue: '4711', CodingSchemeDesignator: 'HOSP', CodeMeaning: 'Dr Who' };
    const { dataset } = clean(
      ct({ OperatorIdentificationSequence: [{ PersonIdentificationCodeSequence: [person], InstitutionName: 'Hosp' }] }),
    );
    const [operator] = dataset.sequence('OperatorIdentificationSequence');
    const [code] = operator.sequence('PersonIdentificationCodeSequence');
    for (const keyword of ['CodeValue', 'CodingSchemeDesignator', 'CodeMeaning'])
      expect(code.string(keyword)).toBe('ANONYMIZED');
    expect(operator.string('InstitutionName')).toBe('ANONYMIZED');
  });

  it('refuses what it cannot clean, and writing in the pixels unless told', () => {
    const refused = (input: DataSetInput): string => {
      try {
        clean(input);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(refused(ct({ BurnedInAnnotation: 'YES' }))).toMatch(/writing in the pixels/);
    expect(refused(ct({ Modality: 'US' }))).toMatch(/US images commonly have writing/);
    expect(refused(ct({ Modality: 'US', BurnedInAnnotation: 'NO' }))).toBe('');
    expect(refused(ct({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.104.1' }))).toMatch(/encapsulated document/);
    expect(refused(ct({ SOPClassUID: '1.3.12.2.1107.5.9.1' }))).toMatch(/private data/);
    expect(clean(ct({ BurnedInAnnotation: 'YES' }), { allowBurnedIn: true }).dataset.string('BurnedInAnnotation')).toBe(
      'YES',
    );
  });

  it('leaves no trace of anybody, wherever names and numbers stood', () => {
    const word = fc.stringMatching(/^[A-Z][a-z]{4,9}$/);
    const options = fc.record({
      dates: fc.constantFrom('remove', 'shift'),
      patientCharacteristics: fc.boolean(),
      safePrivate: fc.boolean(),
      labels: fc.boolean(),
      descriptions: fc.boolean(),
      structuredContent: fc.boolean(),
    } as const);
    fc.assert(
      fc.property(
        word,
        word,
        fc.stringMatching(/^[A-Z]\d{6}$/),
        word,
        options,
        fc.boolean(),
        (family, given, id, doctor, kept, implicit) => {
          const uid = newUid();
          const input = ct({
            PatientName: `${family}^${given}`,
            PatientID: id,
            OtherPatientIDs: [`X${id}`],
            ReferringPhysicianName: doctor,
            StudyInstanceUID: uid,
            SeriesDescription: `Scan ${family}`,
            StudyDescription: `${doctor}/${id}`,
            ProtocolName: `${id}_${given}`,
            BeamName: given,
            ManufacturerModelName: `Model for ${doctor}`,
            RequestAttributesSequence: [{ ScheduledProcedureStepDescription: family, RequestedProcedureID: id }],
            ReferencedStudySequence: [
              { ReferencedSOPClassUID: '1.2.840.10008.3.1.2.3.1', ReferencedSOPInstanceUID: uid },
            ],
            StructureSetROISequence: [{ ROINumber: 1, ROIName: `PTV ${given}`, ReferencedFrameOfReferenceUID: uid }],
            ReviewerName: doctor,
            '0029,0010:LO': 'OTHER',
            '0029,1001:LO': `${family} ${given}`,
          });
          const { bytes } = createDeidentifier({ ...NOTHING_KEPT, ...kept }, SECRET).apply(
            fileOf(input, implicit ? IMPLICIT_LITTLE_ENDIAN : undefined),
          );
          for (const secret of [family, given, id, doctor, uid, '19500102', '20240302', 'ACC77'])
            expect([secret, holds(bytes, secret)]).toEqual([secret, false]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('de-identification of a whole patient', () => {
  const series = phantomSeries(phantomOf('water', 3));
  const files = series.flatMap((one) => one.files.slice(0, 3).map(({ name, bytes }) => readPart10(bytes, name)));
  const everyUid = (dataset: DataSet, found = new Set<string>()): Set<string> => {
    for (const element of dataset.elements.values()) {
      if (element.vr === 'UI') for (const uid of dataset.strings(element.tag)) found.add(uid);
      for (const item of element.items ?? []) everyUid(item, found);
    }
    return found;
  };

  it('leaves none of its UIDs, names, dates; links hold; a second run gives the same', () => {
    const run = (): Uint8Array[] => {
      const deidentifier = createDeidentifier({ ...NOTHING_KEPT, labels: true }, SECRET);
      for (const file of files) deidentifier.inspect(file);
      return files.map((file) => deidentifier.apply(file).bytes);
    };
    const out = run();
    expect(run()).toEqual(out);
    const originals = new Set(files.flatMap(({ dataset }) => [...everyUid(dataset)]));
    for (const bytes of out) {
      for (const uid of originals)
        if (!uid.startsWith('1.2.840.10008.') && uid !== '') expect([uid, holds(bytes, uid)]).toEqual([uid, false]);
      expect(holds(bytes, 'PHANTOM-WATER')).toBe(false);
      expect(holds(bytes, 'Water tank')).toBe(false);
    }
    const before = files.map((file) => readHeader(writePart10(file.dataset, file.transferSyntaxUid)));
    const after = out.map((bytes) => readHeader(bytes));
    // The same graph: whatever two headers had in common they still have.
    for (const key of ['studyInstanceUid', 'seriesInstanceUid', 'frameOfReferenceUid', 'patientId'] as const)
      for (const [i, a] of before.entries())
        for (const [j, b] of before.entries()) expect(after[i][key] === after[j][key]).toBe(a[key] === b[key]);
    const instances = new Map(before.map(({ sopInstanceUid }, n) => [sopInstanceUid, after[n].sopInstanceUid]));
    const set = before.findIndex(({ modality }) => modality === 'RTSTRUCT');
    const linked = before[set].references.images.filter((uid) => instances.has(uid));
    expect(linked.length).toBeGreaterThan(0);
    for (const uid of linked) expect(after[set].references.images).toContain(instances.get(uid));
    const names = (file: DicomFile): string[] =>
      file.dataset.sequence('StructureSetROISequence').map((roi) => roi.string('ROIName'));
    expect(names(readPart10(out[set]))).toEqual(names(files[set]));
  });
});

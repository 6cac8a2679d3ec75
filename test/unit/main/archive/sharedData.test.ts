import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataSetOffset, isPart10 } from '#main/archive/fileMeta.ts';
import { scratchArchive } from './objects.ts';

const data = resolve(process.cwd(), '../shared/data');
const folders = existsSync(data)
  ? (await readdir(data, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  : [];

/** 1063 files: texts, pictures, tables and packed folders beside the DICOM; some UIDs come several times with other bytes. */
const COUNTS = {
  imported: 917,
  duplicates: 3,
  conflicts: 18,
  codes: {
    NOT_DICOM: 132,
    UNSUPPORTED_OBJECT: 6,
    MISSING_ATTRIBUTE: 2,
    INVALID_ATTRIBUTE: 1,
    DECODE_FAILED: 1,
    TRUNCATED: 1,
  },
};
/** DICOM that is no usable object: no SOP Instance UID, a UID of more than 64 characters, DICOMDIRs, files cut short. */
const REFUSED = [
  'MISSING_ATTRIBUTE opentps_4dct/Phantom/Dose_SmallWaterPhantom_resampled_optimized.dcm',
  'INVALID_ATTRIBUTE opentps_4dct/Phantom/Plan_SmallWaterPhantom_resampled_optimized.dcm',
  'UNSUPPORTED_OBJECT pydicom_rt_small/dicomdirtests/DICOMDIR',
  'UNSUPPORTED_OBJECT pydicom_rt_small/dicomdirtests/DICOMDIR-bigEnd',
  'MISSING_ATTRIBUTE pydicom_rt_small/dicomdirtests/DICOMDIR-empty.dcm',
  'UNSUPPORTED_OBJECT pydicom_rt_small/dicomdirtests/DICOMDIR-implicit',
  'DECODE_FAILED pydicom_rt_small/dicomdirtests/DICOMDIR-nooffset',
  'UNSUPPORTED_OBJECT pydicom_rt_small/dicomdirtests/DICOMDIR-nopatient',
  'UNSUPPORTED_OBJECT pydicom_rt_small/dicomdirtests/DICOMDIR-reordered',
  'UNSUPPORTED_OBJECT pydicom_rt_small/dicomdirtests/TINY_ALPHA/DICOMDIR',
  'TRUNCATED pydicom_rt_small/rtplan_truncated.dcm',
];

describe.skipIf(folders.length === 0)('every file of ../shared/data', () => {
  it('is imported byte for byte, or refused with a reason that names it', { timeout: 120_000 }, async () => {
    await using scene = await scratchArchive();
    const report = await scene.archive.importPaths([data]);
    const codes = Object.fromEntries(
      [...Map.groupBy(report.refused, ({ code }) => code)].map(([code, refused]) => [code, refused.length]),
    );
    expect({
      imported: report.imported,
      duplicates: report.duplicates,
      conflicts: report.conflicts.length,
      codes,
    }).toEqual(COUNTS);
    // What is no DICOM is just that: no file with a DICM prefix is among it.
    for (const { file, code, reason } of report.refused) {
      expect(reason, file).not.toBe('');
      if (code === 'NOT_DICOM') expect(isPart10(await readFile(file)), file).toBe(false);
    }
    const refused = report.refused
      .filter(({ code }) => code !== 'NOT_DICOM')
      .map(({ file, code }) => `${code} ${file.slice(data.length + 1)}`);
    expect(refused).toEqual(REFUSED);
    expect(await scene.archive.verify()).toMatchObject({
      missing: [],
      changed: [],
      orphans: [],
      instances: report.imported,
    });
  });

  it('of STS_001 comes back byte for byte, with its structure sets on their image series', async () => {
    await using scene = await scratchArchive();
    const folder = join(data, 'ibsi_sts_ct_mr_pet', 'STS_001');
    expect(await scene.archive.importPaths([folder])).toMatchObject({
      imported: 180,
      duplicates: 0,
      conflicts: [],
      refused: [],
    });
    const sources = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const originals = new Set(
      await Promise.all(
        sources.map(async (entry) => (await readFile(join(entry.parentPath, entry.name))).toString('latin1')),
      ),
    );
    for (const { file } of await scene.archive.locate({}))
      expect(originals.has((await readFile(file)).toString('latin1'))).toBe(true);
    const [patient, ...others] = await scene.archive.patients();
    expect([patient.patientName, patient.modalities, others]).toEqual(['STS_001', ['CT', 'MR', 'PT', 'RTSTRUCT'], []]);
    const { tree } = await scene.archive.tree(patient.key);
    const series = tree.flatMap((study) => study.series);
    const modalityOf = new Map(series.map(({ seriesInstanceUid, modality }) => [seriesInstanceUid, modality]));
    for (const object of series.flatMap(({ objects }) => objects)) {
      expect(object.references?.by).not.toBe('none');
      expect(object.references?.series.map((uid) => modalityOf.get(uid))).not.toContain(undefined);
    }
  });

  it('with a data set alone becomes a file with the same data set', async () => {
    await using scene = await scratchArchive();
    const bytes = await readFile(join(data, 'ct_one_slice_all_transfer_syntaxes', 'CTImage.dcm'));
    const dataSet = bytes.subarray(dataSetOffset(bytes));
    const { sopInstanceUid } = await scene.archive.store(dataSet, { source: 'test' });
    const stored = await scene.archive.read(sopInstanceUid);
    expect(isPart10(stored)).toBe(true);
    expect(Buffer.from(stored.subarray(dataSetOffset(stored))).equals(dataSet)).toBe(true);
  });
});

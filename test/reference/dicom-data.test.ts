import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { IsocenterError } from '#shared/contract/errors.ts';
import { type InstanceHeader, readHeader } from '#shared/dicom/header.ts';
import { readDose, writeDose } from '#shared/dicom/dose/rtDose.ts';
import { objectContext } from '#test/builders/context.ts';

const DATA = path.resolve(process.cwd(), '../shared/data');

interface Entry {
  readonly name: string;
  readonly header?: InstanceHeader;
  readonly code?: string;
}

const entries: Entry[] = [];
const bytesOf = (name: string): Uint8Array => readFileSync(path.join(DATA, name));
const ofModality = (modality: string): (Entry & { header: InstanceHeader })[] =>
  entries.filter((entry): entry is Entry & { header: InstanceHeader } => entry.header?.modality === modality);

/** Runs `use` on every object of a modality: counts by outcome, `ok` or the error's code and attribute. Other errors fail the test. */
function outcomes(modality: string, use: (bytes: Uint8Array, name: string) => void): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name } of ofModality(modality)) {
    let outcome = 'ok';
    try {
      use(bytesOf(name), name);
    } catch (error) {
      if (!(error instanceof IsocenterError)) throw error;
      outcome = `${error.code} ${error.attribute ?? ''}`.trim();
    }
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

function tally<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}

describe.skipIf(!existsSync(DATA))('every DICOM file of the shared data', () => {
  beforeAll(() => {
    for (const file of readdirSync(DATA, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const name = path.relative(DATA, path.join(file.parentPath, file.name));
      try {
        entries.push({ name, header: readHeader(bytesOf(name), name) });
      } catch (error) {
        if (!(error instanceof IsocenterError)) throw error;
        entries.push({ name, code: error.code });
      }
    }
  });

  test('gives a header or a named refusal', () => {
    expect(tally(ofAll('header'), (entry) => entry.header?.modality ?? '')).toEqual({
      CR: 3, CT: 341, MR: 208, PT: 220, RTDOSE: 32, RTIMAGE: 2, RTPLAN: 60, RTSTRUCT: 51, SEG: 4,
    }); // biome-ignore format: a table
    const refused = ofAll('code');
    expect(tally(refused, (entry) => entry.code ?? '')).toEqual({
      NOT_DICOM: 132,
      UNSUPPORTED_OBJECT: 6,
      TRUNCATED: 2,
      MISSING_ATTRIBUTE: 2,
    });
    // Texts, tables, archives and pictures aside, these are the files refused.
    const named = refused
      .filter((entry) => entry.code !== 'NOT_DICOM')
      .map((entry) => `${entry.code} ${path.basename(entry.name)}`);
    expect(named.toSorted()).toEqual([
      'MISSING_ATTRIBUTE DICOMDIR-empty.dcm',
      'MISSING_ATTRIBUTE Dose_SmallWaterPhantom_resampled_optimized.dcm',
      'TRUNCATED DICOMDIR-nooffset',
      'TRUNCATED rtplan_truncated.dcm',
      'UNSUPPORTED_OBJECT DICOMDIR',
      'UNSUPPORTED_OBJECT DICOMDIR',
      'UNSUPPORTED_OBJECT DICOMDIR-bigEnd',
      'UNSUPPORTED_OBJECT DICOMDIR-implicit',
      'UNSUPPORTED_OBJECT DICOMDIR-nopatient',
      'UNSUPPORTED_OBJECT DICOMDIR-reordered',
    ]);
    expect(refused.filter((entry) => entry.code === 'NOT_DICOM' && /\.(dcm|DCM)$/.test(entry.name))).toEqual([]);
  });

  const ofAll = (key: 'header' | 'code'): Entry[] => entries.filter((entry) => entry[key] !== undefined);

  test('doses in Gy are read, and written again hold the same dose within 0.05 % of the maximum', () => {
    const read = outcomes('RTDOSE', (bytes, name) => {
      const context = objectContext(name);
      const dose = readDose(bytes, name);
      for (const bits of [16, 32] as const) {
        const again = readDose(
          writeDose({ ...dose, sopInstanceUid: context.sopInstanceUid, planUid: dose.planUid || '1.2.3' }, context, {
            bits,
          }),
        );
        const maximum = dose.data.reduce((a, b) => Math.max(a, b), 0);
        let worst = 0;
        for (let i = 0; i < dose.data.length; i++) worst = Math.max(worst, Math.abs(again.data[i] - dose.data[i]));
        expect(worst, name).toBeLessThan(5e-4 * maximum);
        expect(again.origin, name).toEqual(dose.origin.map((mm) => expect.closeTo(mm, 6) as unknown));
      }
    });
    // Relative doses, and the eight orientation files whose pixels were taken out.
    expect(read).toEqual({
      ok: 17,
      'UNSUPPORTED_OBJECT DoseUnits': 7,
      'UNSUPPORTED_OBJECT PixelData': 8,
    });
  });
});

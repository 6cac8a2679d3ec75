import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSet } from '#shared/dicom/dataset.ts';
import { nameOfTag } from '#shared/dicom/dictionary.ts';
import { type InstanceHeader, readHeader } from '#shared/dicom/header.ts';
import { readPart10 } from '#shared/dicom/part10.ts';
import { readDose, writeDose } from '#shared/dicom/rtDose.ts';
import { readPlan, writePlan } from '#shared/dicom/rtPlan.ts';
import { RT_ION_PLAN } from '#shared/dicom/uid.ts';
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

const ACCESSORIES = [
  'WedgeSequence',
  'CompensatorSequence',
  'ReferencedBolusSequence',
  'BlockSequence',
  'ApplicatorSequence',
];

/** Every standard attribute with a value in the items of a beam's accessories, as the file states it. */
const accessoriesIn = (beam: DataSet): Record<string, Record<string, unknown>[]> =>
  Object.fromEntries(
    ACCESSORIES.map((sequence) => [
      sequence,
      beam
        .sequence(sequence)
        .map((item) =>
          Object.fromEntries(
            [...item.elements.keys()]
              .filter((tag) => (tag >>> 16) % 2 === 0 && item.has(tag))
              .map((tag) => [nameOfTag(tag), item.element(tag)?.vr === 'DS' ? item.numbers(tag) : item.strings(tag)]),
          ),
        ),
    ]),
  );

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

  test('photon and electron plans of every vendor are read; ion plans are refused by class', () => {
    expect(outcomes('RTPLAN', readPlan)).toEqual({ ok: 48, 'UNSUPPORTED_OBJECT SOPClassUID': 12 });
    expect(ofModality('RTPLAN').filter(({ header }) => header.sopClassUid === RT_ION_PLAN)).toHaveLength(12);
  });

  test('and written again they hold the same control points, and boli, block and applicator attribute by attribute', () => {
    let points = 0;
    const carried: string[] = [];
    const written = outcomes('RTPLAN', (bytes, name) => {
      const context = objectContext(name);
      const plan = { ...readPlan(bytes, name), sopInstanceUid: context.sopInstanceUid };
      const complete = {
        ...plan,
        fractions: Math.max(1, plan.fractions),
        structureSetUid: plan.structureSetUid || '1.2.3',
      };
      const rewritten = writePlan(complete, context);
      const again = readPlan(rewritten);
      expect(again.beams, name).toEqual(complete.beams);
      const original = readPart10(bytes).dataset.sequence('BeamSequence');
      readPart10(rewritten)
        .dataset.sequence('BeamSequence')
        .forEach((beam, n) => {
          expect(accessoriesIn(beam), `${name}, beam ${n}`).toEqual(accessoriesIn(original[n]));
          carried.push(...ACCESSORIES.filter((sequence) => original[n].has(sequence)));
        });
      points += again.beams.reduce((sum, beam) => sum + beam.controlPoints.length, 0);
    });
    // Three have beams of a second fraction group, which our model would lose: they are never written again without them.
    expect(written).toEqual({ ok: 45, 'UNSUPPORTED_OBJECT BeamSequence': 3, 'UNSUPPORTED_OBJECT SOPClassUID': 12 });
    expect(points).toBeGreaterThan(15_000);
    // No plan of the collection has a wedge or a compensator.
    expect(tally(carried, (sequence) => sequence)).toEqual({
      ReferencedBolusSequence: 14,
      BlockSequence: 1,
      ApplicatorSequence: 1,
    });
  });

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

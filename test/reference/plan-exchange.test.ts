import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import { nameOfTag } from '#shared/dicom/codec/dictionary.ts';
import { readHeader } from '#shared/dicom/header.ts';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { readPlan, writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { RT_ION_PLAN } from '#shared/dicom/uid.ts';
import type { Plan } from '#shared/model/plan.ts';
import { objectContext } from '#test/builders/context.ts';

const DATA = path.resolve(process.cwd(), '../shared/data');

interface PlanFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly ion: boolean;
}

/** Every RT Plan and RT Ion Plan of the collection that has beams. */
function planFiles(): PlanFile[] {
  const files: PlanFile[] = [];
  for (const entry of readdirSync(DATA, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /\.(zip|xz|nrrd|txt|md)$/i.test(entry.name)) continue;
    const name = path.relative(DATA, path.join(entry.parentPath, entry.name));
    const bytes = readFileSync(path.join(DATA, name));
    try {
      const header = readHeader(bytes, name);
      if (header.modality === 'RTPLAN') files.push({ name, bytes, ion: header.sopClassUid === RT_ION_PLAN });
    } catch (error) {
      if (!(error instanceof IsocenterError)) throw error;
    }
  }
  return files.toSorted((a, b) => a.name.localeCompare(b.name));
}

/** Every value below a data set: `BeamSequence[1].BeamNumber` → its values, numbers as numbers. */
function valuesOf(set: DataSet, into = new Map<string, string>(), at = ''): Map<string, string> {
  for (const [tag, element] of set.elements) {
    if ((tag & 0xffff) === 0 || tag === 0x00080005) continue;
    const key = `${at}${nameOfTag(tag)}`;
    if (element.items !== undefined) element.items.forEach((item, n) => valuesOf(item, into, `${key}[${n + 1}].`));
    else if (element.length > 0) {
      const numeric = element.vr === 'DS' || element.vr === 'IS';
      const values = numeric
        ? set.numbers(tag)
        : element.vr === 'UN'
          ? [...set.bytes(tag)]
          : textsOf(set, tag, element.vr);
      if (values.some((value) => value !== '')) into.set(key, values.join('\\'));
    }
  }
  return into;
}

const textsOf = (set: DataSet, tag: number, vr: string): (string | number)[] =>
  ['OB', 'OW', 'OF', 'OD'].includes(vr) ? [...set.bytes(tag)] : set.strings(tag);

/** What a plan must have to be written, where a file lacks it. */
const complete = (plan: Plan, sopInstanceUid: string): Plan => ({
  ...plan,
  sopInstanceUid,
  fractions: Math.max(1, plan.fractions),
  structureSetUid: plan.structureSetUid || '1.2.3',
});

const SEQUENCES = [
  'BeamSequence',
  'IonBeamSequence',
  'FractionGroupSequence',
  'PatientSetupSequence',
  'DoseReferenceSequence',
  'ToleranceTableSequence',
  'IonToleranceTableSequence',
];
const inSequences = (values: Map<string, string>): [string, string][] =>
  [...values].filter(([key]) => SEQUENCES.some((name) => key.startsWith(`${name}[`)));

describe.skipIf(!existsSync(DATA))('RT Plans of every vendor', () => {
  const files = existsSync(DATA) ? planFiles() : [];
  const readable = files.flatMap((file) => {
    try {
      return [{ ...file, plan: readPlan(file.bytes, file.name) }];
    } catch {
      return [];
    }
  });

  test('are read: photons and electrons whole, ions as what they are; two without beams are refused', () => {
    expect(files).toHaveLength(60);
    expect(files.filter(({ ion }) => ion)).toHaveLength(12);
    const refused = files.filter(({ name }) => !readable.some((file) => file.name === name));
    expect(refused.map(({ name }) => path.basename(name))).toEqual([
      'ExplVR_BigEndNoMeta.dcm',
      'ExplVR_LitEndNoMeta.dcm',
    ]);
    for (const { bytes } of refused) expect(() => readPlan(bytes)).toThrow(/without beams/);
    for (const { name, plan, ion } of readable) {
      expect(plan.ion, name).toBe(ion ? true : undefined);
      for (const beam of plan.beams) expect(beam.radiationType === 'PROTON', name).toBe(ion);
    }
  });

  test('written again beside the object they came from, hold every value of it', () => {
    let compared = 0;
    for (const { name, bytes, plan } of readable) {
      const context = objectContext(name);
      const again = readPart10(
        writePlan(complete(plan, context.sopInstanceUid), context, { predecessor: bytes }),
      ).dataset;
      const [before, after] = [inSequences(valuesOf(readPart10(bytes).dataset)), valuesOf(again)];
      const lost = before.filter(
        ([key, value]) =>
          after.get(key) !== value &&
          // A plan that does not say how many fractions it has cannot be written: this test says one.
          !(key.endsWith('NumberOfFractionsPlanned') && plan.fractions === 0),
      );
      expect(lost, name).toEqual([]);
      expect(again.string('ApprovalStatus')).toBe('UNAPPROVED');
      compared += before.length;
    }
    expect(compared).toBeGreaterThan(150_000);
  });

  test('written by us alone, photon and electron beams hold the same control points and accessories', () => {
    const refused: string[] = [];
    let points = 0;
    for (const { name, plan, ion } of readable) {
      const context = objectContext(name);
      const own = complete(plan, context.sopInstanceUid);
      if (ion || plan.omitted !== undefined) {
        expect(() => writePlan(own, context), name).toThrow(/it would lose/);
        refused.push(name);
        continue;
      }
      expect(readPlan(writePlan(own, context)).beams, name).toEqual(own.beams);
      points += own.beams.reduce((sum, beam) => sum + beam.controlPoints.length, 0);
    }
    // Ten ion plans, three with beams of a second fraction group, three of a Gamma Knife whose beam is in no fraction group.
    expect(refused).toHaveLength(16);
    expect(points).toBeGreaterThan(15_000);
  });
});

import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeidentifier } from '#shared/deidentify/deidentify.ts';
import { findingsOf } from '#shared/deidentify/findings.ts';
import { type DeidentifyOptions, NOTHING_KEPT } from '#shared/deidentify/options.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import { type DicomFile, readPart10 } from '#shared/dicom/codec/part10.ts';
import { peerMissing } from '#test/peers/harness/missing.ts';
import { runProgram } from '#test/peers/harness/process.ts';

const DATA = path.resolve('../shared/data');
const SECRET = new Uint8Array(32).fill(5);
/** The first objects of each kind in a folder, none over 3 MB. */
const PER_FOLDER = 4;

function* filesUnder(dir: string): Generator<string> {
  for (const entry of readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const full = path.join(dir, entry.name);
    if (entry.isDirectory()) yield* filesUnder(full);
    else if (statSync(full).size < 3e6) yield full;
  }
}

/** Files that are cut short or no objects (DICOMDIR) cannot be exported. */
function readOrSkip(bytes: Uint8Array, name: string): DicomFile | undefined {
  try {
    return readPart10(bytes, name);
  } catch {
    return undefined;
  }
}

async function sample(): Promise<DicomFile[]> {
  const files: DicomFile[] = [];
  for (const folder of readdirSync(DATA, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const counts = new Map<string, number>();
    for (const file of filesUnder(path.join(DATA, folder.name))) {
      const bytes = await readFile(file);
      if (bytes.subarray(128, 132).toString('latin1') !== 'DICM') continue;
      const read = readOrSkip(bytes, path.relative(DATA, file));
      // Private and raw data are refused, which a unit test shows.
      if (read === undefined || findingsOf(read).some(({ kind }) => kind === 'content')) continue;
      const kind = `${read.dataset.string('SOPClassUID')} ${read.transferSyntaxUid}`;
      if (!read.dataset.has('SOPInstanceUID') || (counts.get(kind) ?? 0) >= PER_FOLDER) continue;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      files.push(read);
    }
  }
  return files;
}

const IDENTITY = ['PatientID', 'PatientName', 'AccessionNumber', 'StudyID', 'ReferringPhysicianName', 'OperatorsName', 'ReviewerName', 'PatientBirthDate', 'InstitutionName', 'StationName', 'PhysiciansOfRecord', 'DeviceSerialNumber']; // biome-ignore format: a list

/** Our own dummies, a product that a station is called after, and an enumerated value: they stand elsewhere without telling anything. */
const COMMON = ['ANONYMIZED', '20000101', 'pinnacle', 'OPERATOR'];

/** Values that must be gone, from anywhere in an object: identity in the attributes above, every UID and date of its own. */
function secretsOf(dataset: DataSet, found = new Set<string>()): Set<string> {
  for (const element of dataset.elements.values()) {
    for (const item of element.items ?? []) secretsOf(item, found);
    if (element.vr === 'UI')
      for (const uid of dataset.strings(element.tag))
        if (uid.length > 10 && !uid.startsWith('1.2.840.10008.')) found.add(uid);
    if (element.vr === 'DA')
      for (const date of dataset.strings(element.tag)) if (date.length === 8 && !COMMON.includes(date)) found.add(date);
  }
  for (const keyword of IDENTITY)
    for (const value of dataset.strings(keyword)) if (value.length >= 5 && !COMMON.includes(value)) found.add(value);
  return found;
}

/** All text of a data set: what is left may not hold a secret as a word or part of one. Numbers and pixels are not text. */
function textOf(dataset: DataSet): string {
  let text = '';
  for (const element of dataset.elements.values()) {
    for (const item of element.items ?? []) text += textOf(item);
    if (element.items !== undefined || element.fragments !== undefined) continue;
    if (['DS', 'IS', 'OB', 'OW', 'OF', 'OD', 'OL', 'US', 'SS', 'UL', 'SL', 'FL', 'FD', 'xs'].includes(element.vr))
      continue;
    text += `${Buffer.from(dataset.rawOf(element)).toString('latin1')}\n`;
  }
  return text.toLowerCase();
}

describe.skipIf(!existsSync(DATA))('de-identification of real objects (../shared/data)', () => {
  let files: DicomFile[] = [];
  let folder = '';
  beforeAll(async () => {
    files = await sample();
    folder = await mkdtemp(path.join(tmpdir(), 'isocenter-deidentify-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const cleaned = (file: DicomFile, options: Partial<DeidentifyOptions> = {}): Uint8Array =>
    createDeidentifier({ ...NOTHING_KEPT, allowBurnedIn: true, ...options }, SECRET).apply(file).bytes;

  it.each([
    {},
    { labels: true, descriptions: true, device: false, patientCharacteristics: true, dates: 'shift' },
  ] as const)('leaves no name, number, date or UID anywhere with %j, and the pixels as they are', (options) => {
    expect(files.length).toBeGreaterThan(60);
    const survivors: string[] = [];
    for (const file of files) {
      const bytes = cleaned(file, options);
      const { dataset, meta } = readPart10(bytes, file.dataset.object);
      const text = `${textOf(dataset)}${meta === undefined ? '' : textOf(meta)}`;
      for (const secret of secretsOf(file.dataset))
        if (text.includes(secret.toLowerCase())) survivors.push(`${file.dataset.object}: ${secret}`);
      const [before, after] = [file.dataset.element('PixelData'), dataset.element('PixelData')];
      if (before?.fragments !== undefined) expect(after?.fragments).toEqual(before.fragments);
      else if (file.dataset.source.littleEndian)
        expect(Buffer.compare(dataset.bytes('PixelData'), file.dataset.bytes('PixelData'))).toBe(0);
    }
    expect(survivors).toEqual([]);
  });

  it.skipIf(peerMissing('dciodvfy'))('brings no new error that dciodvfy sees', async () => {
    const errorsOf = async (bytes: Uint8Array): Promise<Set<string>> => {
      const file = path.join(folder, 'object.dcm');
      await writeFile(file, bytes);
      const { output } = await runProgram('dciodvfy', [file]);
      return new Set(
        output
          .split('\n')
          .filter((line) => line.startsWith('Error'))
          .map((line) => line.replace(/<[\d.]+>/, '<UID>')),
      );
    };
    const kinds = new Map<string, DicomFile>();
    for (const file of files) {
      const key = `${file.dataset.string('SOPClassUID')} ${file.dataset.string('Manufacturer')}`;
      if (!(file.dataset.number('BitsAllocated') === 32) && !kinds.has(key)) kinds.set(key, file);
    }
    expect(kinds.size).toBeGreaterThan(20);
    const added: string[] = [];
    for (const file of kinds.values()) {
      const original = await errorsOf(new Uint8Array(file.dataset.source.bytes));
      for (const error of await errorsOf(cleaned(file)))
        if (!original.has(error)) added.push(`${file.dataset.object}: ${error}`);
    }
    expect(added).toEqual([]);
  });
});

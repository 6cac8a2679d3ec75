import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHeader } from '#shared/dicom/header.ts';
import { startStorescp } from './harness/dcmtk.ts';
import { isocenterJson, runIsocenter } from './harness/isocenter.ts';
import { peerMissing } from './harness/missing.ts';
import { temporaryFolder } from './harness/process.ts';

interface Report {
  readonly objects: readonly { sopInstance: string; file: string }[];
  readonly changes: Readonly<Record<string, number>>;
}

describe('isocenter export --deidentify', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const at = (...parts: string[]): string => path.join(folder.path, ...parts);
  const command = (...more: string[]): string[] => [
    'export', '--archive', at('archive'), '--key', 'PatientID=PHANTOM-WATER-1', '--deidentify', ...more,
  ]; // biome-ignore format: a command line

  beforeAll(async () => {
    folder = await temporaryFolder('export');
    await isocenterJson(['phantom', 'water', '--out', at('water')]);
    await isocenterJson([
      'import',
      at('water', 'RTSTRUCT'),
      at('water', 'REG'),
      at('water', 'CT'),
      '--archive',
      at('archive'),
    ]);
    await writeFile(at('secret'), '0123456789abcdef');
  });
  afterAll(() => folder.remove());

  it('writes objects without identity that still belong together; the same secret gives the same', async () => {
    const args = ['--retain', 'labels', '--patient-id', 'T-1', '--secret-file', at('secret')];
    const first = (await isocenterJson(command('--out', at('one'), ...args))) as Report;
    const second = (await isocenterJson(command('--out', at('two'), ...args))) as Report;
    expect(second.objects.map(({ sopInstance }) => sopInstance)).toEqual(
      first.objects.map(({ sopInstance }) => sopInstance),
    );
    expect(first.objects.length).toBe(102);
    expect(first.changes['PatientName replaced']).toBe(102);
    const headers = [];
    for (const { file } of first.objects) {
      const bytes = await readFile(file);
      expect(bytes.includes('PHANTOM-WATER')).toBe(false);
      expect(bytes.equals(await readFile(path.join(at('two'), path.basename(file))))).toBe(true);
      headers.push(readHeader(bytes));
    }
    expect(new Set(headers.map(({ patientId }) => patientId))).toEqual(new Set(['T-1']));
    const slices = new Set(
      headers.filter(({ modality }) => modality === 'CT').map(({ sopInstanceUid }) => sopInstanceUid),
    );
    const [set] = headers.filter(({ modality }) => modality === 'RTSTRUCT');
    expect(new Set(set.references.images)).toEqual(slices);
  });

  it.skipIf(peerMissing('storescp'))('sends them to a node and leaves nothing on the disk', async () => {
    const peer = await startStorescp();
    try {
      const to = `STORESCP@127.0.0.1:${peer.peer.port}`;
      const report = (await isocenterJson(command('--to', to, '--retain', 'shifted-dates'))) as Report;
      const received = await peer.files();
      expect(received).toHaveLength(102);
      expect(report.objects[0].file).toBeUndefined();
      const header = readHeader(await readFile(received[0]));
      expect(header.patientId).toMatch(/^ANON-/);
      expect(header.studyDate).toMatch(/^\d{8}$/);
      expect(header.studyDate).not.toBe('20260105');
    } finally {
      await peer.stop();
    }
  });

  it('refuses options that would be without effect, and mixes no patients under one name', async () => {
    const without = await runIsocenter(['export', '--key', 'Modality=CT', '--out', at('x'), '--retain', 'dates']);
    expect(without).toMatchObject({ code: 2, stderr: 'error USAGE: needs --deidentify (--retain)\n' });
    const unknown = await runIsocenter(command('--out', at('x'), '--retain', 'everything'));
    expect(unknown.stderr).toMatch(/'everything' is none of dates, shifted-dates/);
    await isocenterJson(['phantom', 'water', '--seed', '2', '--out', at('other')]);
    await isocenterJson(['import', at('other', 'RTSTRUCT'), '--archive', at('archive')]);
    const both = await runIsocenter([
      'export', '--archive', at('archive'), '--key', 'Modality=RTSTRUCT', '--deidentify', '--patient-id', 'T-1', '--out', at('both'),
    ]); // biome-ignore format: a command line
    expect(both.stderr).toMatch(/^error CONFLICT: .*another patient/);
    expect(await readdir(at('both')).catch(() => [])).toEqual([]);
  });
});

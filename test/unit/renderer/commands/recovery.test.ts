import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recoveryBook } from '#main/host/books/recoveryBook.ts';
import { replaceRoi } from '#renderer/commands/contouring/rois.ts';
import { autosave } from '#renderer/commands/recovery/autosave.ts';
import { acceptRecovery, discardRecovery, findRecovery, type Recovery } from '#renderer/commands/recovery/recover.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { markStored, openDocument, undo, useDocument } from '#renderer/document/store.ts';
import { square, testDocument, testRoi, testStructures } from '../document/documentBuilder.ts';

/** Main's own book behind the page's calls. */
const main = vi.hoisted(() => ({ dir: '' }));
vi.mock('#renderer/client/dicomweb.ts', () => ({ storeInstances: vi.fn() }));
vi.mock('#renderer/client/rpc.ts', () => {
  const book = () => recoveryBook(main.dir);
  type Input = { patientKey: string; name: string; chunk: File; text: string; chunks: string[]; keep?: boolean };
  return {
    rpc: {
      recovery: {
        putChunk: async ({ patientKey, name, chunk }: Input) =>
          book().putChunk(patientKey, name, new Uint8Array(await chunk.arrayBuffer())),
        commit: ({ patientKey, text, chunks }: Input) => book().commit(patientKey, text, chunks),
        find: ({ patientKey }: Input) => book().find(patientKey),
        getChunk: async ({ patientKey, name }: Input) =>
          new File([new Uint8Array(await book().getChunk(patientKey, name))], name),
        clear: ({ patientKey, keep = false }: Input) => book().clear(patientKey, keep),
      },
    },
  };
});

const opened = (): ClinicalDocument =>
  testDocument({
    structures: testStructures([
      testRoi(1, 'BODY', { type: 'EXTERNAL', contours: [square(0, 0, 0, 80)] }),
      testRoi(2, 'PTV', { locked: true, contours: [{ ...square(0, 0, 0, 20), referencedSopInstanceUid: '1.2.3.5' }] }),
    ]),
  });
const current = (): ClinicalDocument => {
  const { document } = useDocument.getState();
  if (document === null) throw new Error('no document');
  return document;
};
const draw = (half: number): void =>
  replaceRoi('Draw BODY', 1, (roi) => ({
    ...roi,
    contours: [square(1 / 3, 0, 0, half), { ...square(0, 0, 5, half), interpolated: true as const }],
  }));
const folders = (): Promise<string[]> => readdir(main.dir).catch(() => []);
const kept = async (): Promise<string> => {
  const [folder = ''] = await folders();
  return join(main.dir, folder);
};
/** Waits until a version with so many edits is kept. */
const keptEdits = (edits: number): Promise<void> =>
  vi.waitFor(async () => {
    const text = await readFile(join(await kept(), 'newest.json'), 'utf8');
    expect(text).toContain(`\\"edits\\":${edits},`);
  });
async function found(): Promise<Recovery> {
  const recovery = await findRecovery(current());
  if (recovery === null || recovery === 'damaged') throw new Error(`found ${String(recovery)}`);
  return recovery;
}

describe('unsaved edits', () => {
  let stop: () => void;
  beforeEach(async () => {
    main.dir = await mkdtemp(join(tmpdir(), 'isocenter-recovery-'));
    openDocument(opened());
    stop = autosave(5);
  });
  afterEach(async () => {
    stop();
    await rm(main.dir, { recursive: true, force: true });
  });

  it('are kept by themselves and come back to the last bit, in an edit that undo takes back', async () => {
    draw(31.123456789);
    draw(32.987654321);
    await keptEdits(2);
    const lost = current().structures;
    stop();
    openDocument(opened());
    const recovery = await found();
    expect([recovery.record.edits, recovery.lost, recovery.remarks]).toEqual([2, [], []]);
    acceptRecovery(recovery);
    const { rois, history } = current().structures;
    expect(rois).toEqual(lost.rois);
    expect(history?.map(({ edit, times }) => [edit, times])).toEqual([['Draw BODY', 2], ['Recover unsaved edits', 1]]); // biome-ignore format: a list
    expect(current().structuresDirty).toBe(true);
    undo();
    expect(current().structuresDirty).toBe(false);
  });

  it('are forgotten when they are taken back, saved, or discarded with the patient', async () => {
    draw(30);
    await keptEdits(1);
    undo();
    await vi.waitFor(async () => expect(await folders()).toEqual([]));
    draw(31);
    await keptEdits(1);
    markStored({ structures: { ...current().structures, sopInstanceUid: '1.2.99' } });
    await vi.waitFor(async () => expect(await folders()).toEqual([]));
    draw(32);
    await keptEdits(1);
    openDocument(null);
    await vi.waitFor(async () => expect(await folders()).toEqual([]));
  });

  it('on another set than the one open now say so, and nothing is offered to another patient', async () => {
    draw(30);
    await keptEdits(1);
    stop();
    // Another set that is not stored either is as good: each opening makes one.
    openDocument(testDocument({ structures: { ...opened().structures, sopInstanceUid: '1.2.77' } }));
    expect((await found()).remarks).toEqual([]);
    openDocument(
      testDocument({ structures: opened().structures, savedInstances: [opened().structures.sopInstanceUid] }),
    );
    expect((await found()).remarks).toEqual([
      'The edits were made on another structure set than the one that is open now.',
    ]);
    openDocument({ ...opened(), patientKey: 'somebody else' });
    expect(await findRecovery(current())).toBeNull();
  });

  it('damaged in the newest version are read from the one before, and said', async () => {
    draw(30);
    await keptEdits(1);
    draw(31);
    await keptEdits(2);
    await writeFile(join(await kept(), 'newest.json'), '{"text":"tru');
    const recovery = await found();
    expect(recovery.record.edits).toBe(1);
    expect(recovery.remarks[0]).toContain('damaged');
    await discardRecovery('key', true);
    expect((await folders())[0]).toMatch(/-kept-\d+$/);
    expect(await findRecovery(current())).toBeNull();
  });

  it('with damaged contours name the structures that cannot be read', async () => {
    draw(30);
    await keptEdits(1);
    const folder = await kept();
    const version = JSON.parse(await readFile(join(folder, 'newest.json'), 'utf8')) as { text: string };
    const { rois } = JSON.parse(version.text) as { rois: { name: string; chunk: string }[] };
    const file = join(folder, `${rois.find(({ name }) => name === 'BODY')?.chunk}.chunk`);
    const bytes = await readFile(file);
    bytes[bytes.length >> 1] ^= 0x40;
    await writeFile(file, bytes);
    const recovery = await found();
    expect(recovery.lost).toEqual(['BODY']);
    expect(recovery.structures.rois.map(({ name }) => name)).toEqual(['PTV']);
    await writeFile(join(folder, 'newest.json'), '');
    expect(await findRecovery(current())).toBe('damaged');
  });

  it('keep only the parts that the newest two versions need', async () => {
    for (const half of [30, 31, 32, 33]) {
      draw(half);
      await keptEdits(half - 29);
    }
    const chunks = (await readdir(await kept())).filter((file) => file.endsWith('.chunk'));
    // BODY of two versions, PTV of both.
    expect(chunks).toHaveLength(3);
  });
});

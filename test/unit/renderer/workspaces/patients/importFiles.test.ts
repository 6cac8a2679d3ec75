import { describe, expect, it, vi } from 'vitest';
import { importFiles } from '#renderer/workspaces/patients/importFiles.ts';
import { IsocenterError } from '#shared/contract/errors.ts';

const files = Array.from({ length: 9 }, (_, i) => ({ path: `dir/${i}.dcm`, file: new File([String(i)], `${i}.dcm`) }));
const imported = { imported: 1, duplicates: 0, conflicts: [], refused: [] };

describe('importFiles', () => {
  it('imports every file and adds up the reports', async () => {
    const progress = vi.fn();
    const end = await importFiles(files, async () => imported, progress, new AbortController().signal);
    expect(end).toMatchObject({ done: 9, total: 9, imported: 9, refused: [] });
    expect(progress).toHaveBeenCalledTimes(9);
  });

  it('names a file whose upload fails and goes on with the rest', async () => {
    const end = await importFiles(
      files,
      async ({ name }) => {
        if (name === 'dir/3.dcm') throw new IsocenterError('NETWORK', 'gone');
        return name === 'dir/4.dcm'
          ? { ...imported, imported: 0, refused: [{ file: name, code: 'NOT_DICOM', reason: 'no' }] }
          : imported;
      },
      () => undefined,
      new AbortController().signal,
    );
    expect(end.imported).toBe(7);
    expect(end.refused.map(({ file, code }) => `${file} ${code}`).sort()).toEqual([
      'dir/3.dcm NETWORK',
      'dir/4.dcm NOT_DICOM',
    ]);
  });

  it('stops taking files when cancelled and does not count them as done', async () => {
    const stop = new AbortController();
    const end = await importFiles(
      files,
      async () => {
        stop.abort();
        return imported;
      },
      () => undefined,
      stop.signal,
    );
    expect(end.done).toBeLessThanOrEqual(4);
    expect(end.total).toBe(9);
  });
});

import type { closeSync, openSync, PathLike, writevSync } from 'node:fs';
import type { FileHandle, open } from 'node:fs/promises';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { dataSetOffset } from '#main/archive/fileMeta.ts';
import { archiveSink } from '#main/host/storageSink.ts';
import { createLog } from '#main/host/log.ts';
import { CT_IMAGE, EXPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { ctSlice, scratch, scratchArchive, store } from './objects.ts';

/** Bytes the pretended disk still has; opening fails too when it is negative. */
const disk = { free: Number.POSITIVE_INFINITY };
const noSpace = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

/** Whether an open file is one that objects are written to. */
const written = new Set<number>();
const isObjectFile = (path: PathLike, flags: unknown): boolean =>
  /\.(part|journal)$/.test(String(path)) && flags !== 'r';
const take = (buffers: readonly NodeJS.ArrayBufferView[]): void => {
  const size = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
  if (size > disk.free) throw noSpace();
  disk.free -= size;
};

vi.mock('node:fs/promises', async (load) => {
  const real = await load<{ open: typeof open }>();
  const pretended: typeof open = async (path, flags, mode) => {
    if (!isObjectFile(path, flags)) return real.open(path, flags, mode);
    if (disk.free < 0) throw noSpace();
    const handle = await real.open(path, flags, mode);
    written.add(handle.fd);
    const writev = handle.writev.bind(handle);
    handle.writev = (async (buffers: Uint8Array[], position?: number) => {
      take(buffers);
      return writev(buffers, position);
    }) as FileHandle['writev'];
    return handle;
  };
  return { ...real, open: pretended };
});

vi.mock('node:fs', async (load) => {
  const real = await load<{ openSync: typeof openSync; writevSync: typeof writevSync; closeSync: typeof closeSync }>();
  return {
    ...real,
    openSync: (path: PathLike, flags: string) => {
      if (isObjectFile(path, flags) && disk.free < 0) throw noSpace();
      const file = real.openSync(path, flags);
      if (isObjectFile(path, flags)) written.add(file);
      return file;
    },
    writevSync: (file: number, buffers: readonly NodeJS.ArrayBufferView[], position?: number) => {
      if (written.has(file)) take(buffers);
      return real.writevSync(file, buffers, position);
    },
    closeSync: (file: number) => {
      written.delete(file);
      real.closeSync(file);
    },
  };
});

afterEach(() => {
  disk.free = Number.POSITIVE_INFINITY;
});

describe('a full disk', () => {
  it('is a STORAGE error that leaves nothing behind and spares what is stored', async () => {
    await using scene = await scratchArchive();
    await store(scene.archive, ctSlice(1));
    disk.free = 100;
    await expect(store(scene.archive, ctSlice(2))).rejects.toMatchObject({
      code: 'STORAGE',
      message: 'no space left in the archive (ENOSPC)',
    });
    const receiving = await scene.archive.receive({ source: 'SCU' });
    const large = ctSlice(3, { PixelData: new Uint16Array(1 << 20) });
    await expect(receiving.write(large)).rejects.toMatchObject({ code: 'STORAGE' });
    await receiving.abort();
    expect(await readdir(join(scene.dir, 'incoming'))).toEqual([]);
    expect(await scene.archive.count()).toBe(1);
    disk.free = Number.POSITIVE_INFINITY;
    expect(await store(scene.archive, ctSlice(2))).toMatchObject({ outcome: 'stored' });
  });

  it('ends an import instead of refusing every further file', async () => {
    await using scene = await scratchArchive();
    await using source = await scratch();
    for (const n of [1, 2, 3]) await writeFile(join(source.dir, String(n)), ctSlice(n));
    disk.free = 0;
    await expect(scene.archive.importPaths([source.dir])).rejects.toMatchObject({ code: 'STORAGE' });
    expect(await readdir(join(scene.dir, 'incoming'))).toEqual([]);
  });

  it.each([0, -1])('is answered A700H to a storage SCU (%i bytes free)', async (free) => {
    await using scene = await scratchArchive();
    disk.free = free;
    const peer = {
      callingAe: 'SCU',
      calledAe: 'ISOCENTER',
      address: '127.0.0.1',
      implementationClassUid: '',
      implementationVersionName: '',
    };
    const begin = {
      sopClassUid: CT_IMAGE,
      sopInstanceUid: '1.2.3.2.1',
      transferSyntaxUid: EXPLICIT_LITTLE_ENDIAN,
      peer,
    };
    const sink = await archiveSink(scene.archive, createLog())(begin);
    const dataSet = ctSlice(1);
    await sink.write(dataSet.subarray(dataSetOffset(dataSet)));
    expect(await sink.finish()).toMatchObject({ status: 0xa700 });
    await sink.abort();
    expect(await readdir(join(scene.dir, 'incoming'))).toEqual([]);
  });
});

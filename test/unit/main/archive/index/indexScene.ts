import { join } from 'node:path';
import { type ArchiveIndex, openIndex } from '#main/archive/index/archiveIndex.ts';
import type { IndexedObject } from '#main/archive/index/write/indexObject.ts';
import { type InstanceHeader, readHeader } from '#shared/dicom/header.ts';
import { scratch } from '../objects.ts';

/** Two connections to one empty index, as two workstations have it; gone when disposed. */
export interface IndexScene extends AsyncDisposable {
  readonly index: ArchiveIndex;
  readonly other: ArchiveIndex;
}

export type OpenIndexScene = () => Promise<IndexScene>;

export async function scratchIndex(): Promise<IndexScene> {
  const folder = await scratch();
  return indexScene(join(folder.dir, 'index.sqlite'), () => folder[Symbol.asyncDispose]());
}

export async function indexScene(place: string, remove: () => PromiseLike<void>): Promise<IndexScene> {
  const [index, other] = [await openIndex(place), await openIndex(place)];
  return {
    index,
    other,
    async [Symbol.asyncDispose]() {
      await index.close();
      await other.close();
      await remove();
    },
  };
}

let files = 0;

/** Enters an object as if its file lay in the archive; each call is another file. */
export function enter(
  index: ArchiveIndex,
  object: Uint8Array,
  path = `objects/${++files}.dcm`,
): Promise<IndexedObject> {
  return enterHeader(index, readHeader(object), path);
}

export function enterHeader(
  index: ArchiveIndex,
  header: InstanceHeader,
  path = `objects/${++files}.dcm`,
): Promise<IndexedObject> {
  return index.add(header, { path, digest: path, bytes: 1000, received: '2026-01-02T03:04:05.678Z', source: 'test' });
}

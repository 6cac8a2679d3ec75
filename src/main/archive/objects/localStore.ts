import { existsSync, mkdirSync } from 'node:fs';
import { mkdir, opendir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readSome } from '../readSome.ts';
import { freeSpace, RESERVE, spaceGuard } from './diskSpace.ts';
import { syncFile, syncFolder } from './files.ts';
import { HALF, Journal } from './journal.ts';
import { LocalObject } from './localObject.ts';
import { openReader } from './objectReader.ts';
import type { ObjectStore } from './objectStore.ts';
import { removeStaleParts } from './partFile.ts';
import { replayJournals } from './replay.ts';
import { storageError } from './storageError.ts';

export interface LocalStoreOptions {
  /** Forces what the index was told to the disk; called before the journal forgets. */
  readonly flushIndex: () => Promise<void>;
  /** Bytes to be left free on the disk. */
  readonly reserve?: number;
}

/** Free space that leaves room for a whole journal without a thought, bytes. */
const PLENTY = 16 * HALF;

/**
 * The objects as files under `dir/objects`, with `dir/incoming` for what is being written and `dir/journal` for what is safe
 * but not yet durable as a file. See the README for what is forced to the disk when. @throws STORAGE
 */
export async function openLocalStore(dir: string, options: LocalStoreOptions): Promise<ObjectStore> {
  const objects = join(dir, 'objects');
  const incoming = join(dir, 'incoming');
  try {
    for (const folder of [objects, incoming, join(dir, 'journal')]) await mkdir(folder, { recursive: true });
    await removeStaleParts(incoming);
  } catch (error) {
    throw storageError(error, dir);
  }
  const checkSpace = spaceGuard(dir, options.reserve ?? RESERVE);
  const shards = new Set<string>();

  const makeDurable = async (names: ReadonlySet<string>): Promise<void> => {
    // A few at once share the commits of the file system; more would take the disk from the objects that arrive.
    for await (const _ of readSome(names, 3, (name) => syncFile(join(dir, name))));
    for (const folder of new Set([...names].map((name) => dirname(join(dir, name))))) await syncFolder(folder);
    await syncFolder(objects);
    await options.flushIndex();
  };
  const journal = new Journal(join(dir, 'journal'), makeDurable);

  /** Makes the folder of an object; sync, because it happens 256 times in the life of an archive. */
  const prepare = (name: string): void => {
    const folder = dirname(join(dir, name));
    if (shards.has(folder)) return;
    mkdirSync(folder, { recursive: true });
    shards.add(folder);
  };

  return {
    keepsQuickly: true,
    async prepare() {
      if ((await freeSpace(dir)) > PLENTY) await journal.prepare();
    },
    async create() {
      await checkSpace();
      return new LocalObject({ dir, incoming, journal, prepare });
    },
    open: (name) => openReader(join(dir, name)),
    // Asked for every object that arrives: microseconds, where another thread's answer takes longer to come back.
    exists: async (name) => existsSync(join(dir, name)),
    async *list() {
      for (const shard of await readdir(objects))
        for await (const entry of await opendir(join(objects, shard))) {
          if (!entry.name.endsWith('.dcm')) continue;
          const { mtime } = await stat(join(objects, shard, entry.name));
          yield { name: `objects/${shard}/${entry.name}`, received: mtime.toISOString() };
        }
    },
    async remove(name) {
      await journal.forget(name);
      await rm(join(dir, name), { force: true });
    },
    async recover(adopt) {
      try {
        const { objects: found, forget } = await replayJournals(dir, incoming);
        for (const facts of found) await adopt({ ...facts, open: () => openReader(join(dir, facts.name)) });
        if (found.length > 0) await makeDurable(new Set(found.map(({ name }) => name)));
        await forget();
      } catch (error) {
        throw storageError(error, dir);
      }
    },
    close: () => journal.close(),
  };
}

import { renameSync } from 'node:fs';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAll } from './files.ts';
import { hasOwner, inUse, OWNER } from './owner.ts';
import { storageError } from './storageError.ts';

/** Written this much, a large object is sent on to the disk, so that its last fsync does not have to wait for all of it. */
const SYNC_EVERY = 32 * 1024 * 1024;
let made = 0;

/** A file under `incoming` while an object is being written; its name says which process it belongs to. */
export class PartFile {
  readonly #path: string;
  /** Making the file can take as long as a commit of the file system, so it is begun when the object begins. */
  readonly #opening: Promise<FileHandle>;
  #handle: FileHandle | undefined;
  #unsynced = 0;
  #syncing: Promise<unknown> = Promise.resolve();

  constructor(incoming: string) {
    this.#path = join(incoming, `${OWNER}-${(made++).toString(36)}.part`);
    inUse.add(this.#path);
    this.#opening = open(this.#path, 'w');
    // It may fail long before anybody asks.
    this.#opening.catch(() => undefined);
  }

  /** The file is there. @throws STORAGE */
  async opened(): Promise<FileHandle> {
    try {
      this.#handle ??= await this.#opening;
      return this.#handle;
    } catch (error) {
      throw storageError(error, this.#path);
    }
  }

  /** Appends. @throws STORAGE */
  async write(bytes: Uint8Array): Promise<void> {
    const file = await this.opened();
    try {
      await writeAll(file, [bytes]);
      this.#unsynced += bytes.length;
      if (this.#unsynced < SYNC_EVERY) return;
      this.#unsynced = 0;
      await this.#syncing;
      // An error shows again in `sync`.
      this.#syncing = file.datasync().catch(() => undefined);
    } catch (error) {
      throw storageError(error, this.#path);
    }
  }

  /** Forces everything written to the disk. @throws STORAGE */
  async sync(): Promise<void> {
    try {
      await this.#syncing;
      await this.#handle?.datasync();
    } catch (error) {
      throw storageError(error, this.#path);
    }
  }

  async close(): Promise<void> {
    await this.#syncing;
    await (await this.opened()).close();
  }

  /** Gives the file its final name. */
  moveTo(target: string): void {
    renameSync(this.#path, target);
    inUse.delete(this.#path);
  }

  async discard(): Promise<void> {
    // It was never opened, or is closed already.
    await this.close().catch(() => undefined);
    await rm(this.#path, { force: true });
    inUse.delete(this.#path);
  }
}

/** Removes what a killed process left behind; files of processes that still run are theirs. */
export async function removeStaleParts(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    if (!hasOwner(name, path)) await rm(path, { force: true });
  }
}

import { closeSync, openSync, renameSync } from 'node:fs';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAll, writeAllNow } from './files.ts';
import { hasOwner, inUse, OWNER } from './owner.ts';
import { storageError } from './storageError.ts';

/** Written this much, a large object is sent on to the disk, so that its last fsync does not have to wait for all of it. */
const SYNC_EVERY = 32 * 1024 * 1024;
let made = 0;

/** A file under `incoming` while an object is being written; its name says which process it belongs to. */
export class PartFile {
  readonly #path: string;
  #handle: FileHandle | undefined;
  #unsynced = 0;
  #syncing: Promise<unknown> = Promise.resolve();

  constructor(incoming: string) {
    this.#path = join(incoming, `${OWNER}-${(made++).toString(36)}.part`);
  }

  /** Appends. @throws STORAGE */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      inUse.add(this.#path);
      const file = (this.#handle ??= await open(this.#path, 'w'));
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

  /**
   * A whole small object at once, without leaving this thread: it only goes to the page cache, which takes less time than asking
   * another thread to do it. @throws STORAGE
   */
  writeNow(bytes: Uint8Array): void {
    let file: number | undefined;
    try {
      inUse.add(this.#path);
      file = openSync(this.#path, 'w');
      writeAllNow(file, [bytes], 0);
    } catch (error) {
      throw storageError(error, this.#path);
    } finally {
      if (file !== undefined) closeSync(file);
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
    const handle = this.#handle;
    this.#handle = undefined;
    await this.#syncing;
    await handle?.close();
  }

  /** Gives the closed file its final name. */
  moveTo(target: string): void {
    renameSync(this.#path, target);
    inUse.delete(this.#path);
  }

  async discard(): Promise<void> {
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

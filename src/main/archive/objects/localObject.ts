import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from './files.ts';
import type { Journal, Ticket } from './journal.ts';
import type { Kept, KeptFacts, NewObject } from './objectStore.ts';
import { PartFile } from './partFile.ts';
import { giveSlab, SLAB, takeSlab } from './slabs.ts';
import { storageError } from './storageError.ts';

/** What a new object needs of the store it goes to. */
interface Place {
  readonly dir: string;
  readonly incoming: string;
  readonly journal: Journal;
  /** Makes the folder of an object of this name. */
  readonly prepare: (name: string) => void;
}

const NOTHING = new Uint8Array(0);

/**
 * An object on its way into the folder. Up to a slab it stays in memory and touches no file: it becomes durable through the
 * journal while its file is written beside. A larger one is written as it comes and fsynced itself.
 */
export class LocalObject implements NewObject {
  readonly #place: Place;
  #slab: Buffer | undefined = takeSlab();
  #filled = 0;
  /** Undefined once the object is kept or discarded. */
  #part: PartFile | undefined;
  /** It has outgrown the slab, and its file holds what came before. */
  #isLarge = false;
  /** Bytes of data that the journal has promised room for. */
  #reserved: number | undefined;

  constructor(place: Place) {
    this.#place = place;
    this.#part = new PartFile(place.incoming);
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    const slab = this.#slab;
    if (slab === undefined) return Promise.reject(storageError(new Error('written to after its end'), 'an object'));
    if (this.#filled + chunk.length > SLAB) return this.#spill(slab, chunk);
    slab.set(chunk, this.#filled);
    this.#filled += chunk.length;
    return undefined;
  }

  async ready(): Promise<void> {
    try {
      const part = this.#openPart();
      await part.opened();
      if (this.#isLarge) {
        await this.#flush(part);
        await part.sync();
      }
      await this.#reserve(this.#isLarge ? 0 : this.#filled);
    } catch (error) {
      await this.#refuse(error);
    }
  }

  async keep(facts: KeptFacts): Promise<Kept> {
    try {
      const part = this.#openPart();
      return await (this.#isLarge ? this.#keepLarge(part, facts) : this.#keepSmall(part, facts));
    } catch (error) {
      return await this.#refuse(error);
    }
  }

  async discard(): Promise<void> {
    if (this.#reserved !== undefined) this.#place.journal.release(this.#reserved);
    this.#reserved = undefined;
    const part = this.#part;
    this.#part = undefined;
    await part?.discard();
    this.#release();
  }

  #openPart(): PartFile {
    if (this.#part === undefined) throw new Error('used after its end');
    return this.#part;
  }

  async #reserve(dataLength: number): Promise<void> {
    await this.#place.journal.reserve(dataLength);
    this.#reserved = dataLength;
  }

  #append(facts: KeptFacts, data: Uint8Array): Promise<Ticket> {
    this.#reserved = undefined;
    return this.#place.journal.append(facts, data);
  }

  async #refuse(error: unknown): Promise<never> {
    await this.discard();
    throw storageError(error, 'an object');
  }

  /** The name appears only after the journal's fsync: whatever has its name is safe. */
  async #keepSmall(part: PartFile, facts: KeptFacts): Promise<Kept> {
    const data = (this.#slab ?? Buffer.alloc(0)).subarray(0, this.#filled);
    // Both on other threads, while this one makes the rows; the slab is theirs until both are done.
    const [noted, written] = await Promise.allSettled([this.#append(facts, data), part.write(data)]);
    if (noted.status === 'rejected') throw noted.reason;
    if (written.status === 'rejected') {
      await noted.value.void();
      throw written.reason;
    }
    return this.#name(part, facts, noted.value);
  }

  /** The record without bytes is for the moment between rename and index: a kill there must not leave an object unknown. */
  async #keepLarge(part: PartFile, facts: KeptFacts): Promise<Kept> {
    const ticket = await this.#append(facts, NOTHING);
    const kept = await this.#name(part, facts, ticket);
    const folder = dirname(join(this.#place.dir, facts.name));
    try {
      await syncFolder(folder);
      await syncFolder(dirname(folder));
    } catch (error) {
      await kept.undo();
      throw error;
    }
    return kept;
  }

  async #name(part: PartFile, { name }: KeptFacts, ticket: Ticket): Promise<Kept> {
    const path = join(this.#place.dir, name);
    try {
      this.#place.prepare(name);
      part.moveTo(path);
    } catch (error) {
      await ticket.void();
      throw error;
    }
    this.#part = undefined;
    this.#release();
    // Nobody waits for it, and everything that mattered was forced to the disk.
    part.close().catch(() => undefined);
    return {
      settle: () => ticket.settle(),
      async undo() {
        await rm(path, { force: true });
        await ticket.void();
      },
    };
  }

  async #spill(slab: Buffer, chunk: Uint8Array): Promise<void> {
    const part = this.#openPart();
    this.#isLarge = true;
    for (let taken = 0; taken < chunk.length; ) {
      const count = Math.min(chunk.length - taken, SLAB - this.#filled);
      slab.set(chunk.subarray(taken, taken + count), this.#filled);
      this.#filled += count;
      taken += count;
      if (this.#filled === SLAB) await this.#flush(part);
    }
  }

  async #flush(part: PartFile): Promise<void> {
    if (this.#slab !== undefined) await part.write(this.#slab.subarray(0, this.#filled));
    this.#filled = 0;
  }

  #release(): void {
    if (this.#slab !== undefined) giveSlab(this.#slab);
    this.#slab = undefined;
  }
}

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
  /** Set once the object has outgrown the slab. */
  #part: PartFile | undefined;
  /** Bytes of data that the journal has promised room for. */
  #reserved: number | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    const slab = this.#slab;
    if (slab === undefined) return Promise.reject(storageError(new Error('written to after its end'), 'an object'));
    if (this.#filled + chunk.length > SLAB) return this.#spill(slab, chunk);
    slab.set(chunk, this.#filled);
    this.#filled += chunk.length;
    return undefined;
  }

  ready(): Promise<void> | undefined {
    const part = this.#part;
    if (part === undefined) return this.#reserve(this.#filled);
    return this.#finish(part).catch((error: unknown) => this.#refuse(error));
  }

  async keep(facts: KeptFacts): Promise<Kept> {
    try {
      return await (this.#part === undefined ? this.#keepSmall(facts) : this.#keepLarge(this.#part, facts));
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

  #reserve(dataLength: number): Promise<void> | undefined {
    const wait = this.#place.journal.reserve(dataLength);
    if (wait === undefined) this.#reserved = dataLength;
    return wait?.then(() => {
      this.#reserved = dataLength;
    });
  }

  #append(facts: KeptFacts, data: Uint8Array): Promise<Ticket> {
    this.#reserved = undefined;
    return this.#place.journal.append(facts, data);
  }

  async #refuse(error: unknown): Promise<never> {
    await this.discard();
    throw storageError(error, 'an object');
  }

  /** Everything of a large object is on the disk, but for its name. */
  async #finish(part: PartFile): Promise<void> {
    await this.#flush(part);
    await part.sync();
    await part.close();
    await this.#reserve(0);
  }

  /** The name appears only after the journal's fsync: whatever has its name is safe. */
  async #keepSmall(facts: KeptFacts): Promise<Kept> {
    const data = (this.#slab ?? Buffer.alloc(0)).subarray(0, this.#filled);
    const noting = this.#append(facts, data);
    const part = new PartFile(this.#place.incoming);
    this.#part = part;
    try {
      part.writeNow(data);
    } catch (error) {
      await (await noting).void();
      throw error;
    }
    return this.#name(part, facts, await noting);
  }

  /** The record without bytes is for the moment between rename and index: a kill there must not leave an object unknown. */
  async #keepLarge(part: PartFile, facts: KeptFacts): Promise<Kept> {
    const ticket = await this.#append(facts, NOTHING);
    const kept = await this.#name(part, facts, ticket);
    const folder = dirname(join(this.#place.dir, facts.name));
    await syncFolder(folder);
    await syncFolder(dirname(folder));
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
    return {
      settle: () => ticket.settle(),
      async undo() {
        await rm(path, { force: true });
        await ticket.void();
      },
    };
  }

  async #spill(slab: Buffer, chunk: Uint8Array): Promise<void> {
    const part = (this.#part ??= new PartFile(this.#place.incoming));
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

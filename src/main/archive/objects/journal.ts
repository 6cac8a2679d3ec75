import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAll } from './files.ts';
import { BLOCK, encodeHalf, encodeHead, padding, recordSize, zeros } from './journalFormat.ts';
import type { KeptFacts } from './objectStore.ts';
import { inUse, OWNER } from './owner.ts';
import { SLAB } from './slabs.ts';
import { storageError } from './storageError.ts';

/** Bytes of one half: what a burst may bring before files have to be forced to the disk; a CT of 240 slices. */
export const HALF = 128 * 1024 * 1024;
/** Name of a journal that nobody uses: taken again, because a file that has its blocks is twice as fast to write durably. */
export const SPARE = 'spare.journal';
/** Of a record, bytes. */
const LARGEST = recordSize(SLAB);
/** A growing file is given blocks ahead, twice as many each time: a record that needs new ones costs a commit of the file system. */
const MOST_AHEAD = 8 * 1024 * 1024;
/** Quiet time after which the journal is emptied, ms. */
const QUIET = 1000;
const { O_RDWR, O_CREAT, O_TRUNC, O_DSYNC } = constants;
/**
 * Linux makes a write durable by itself: one errand to another thread instead of two with this one's turn between them, which may
 * be making rows. Elsewhere the same flag does not mean that the drive has written it down.
 */
const SYNCED = process.platform === 'linux' ? O_DSYNC : 0;

/** A record that is durable. Its half is not emptied before the record is settled or void. */
export interface Ticket {
  settle(): void;
  /** Durably takes the record back. */
  void(): Promise<void>;
}

interface Half {
  readonly base: number;
  /** Where the next record goes, from the half's start; 0 when the half is empty. */
  at: number;
  epoch: Buffer;
  /** Objects whose files may not be durable yet. */
  names: Set<string>;
  unsettled: number;
  onSettled: (() => void) | undefined;
  /** Settles when the half is empty again. */
  emptied: Promise<void> | undefined;
}

interface Waiting {
  readonly facts: KeptFacts;
  readonly data: Uint8Array;
  readonly resolve: (ticket: Ticket) => void;
  readonly reject: (error: Error) => void;
}

const emptyHalf = (base: number): Half => ({
  base,
  at: 0,
  epoch: Buffer.alloc(8),
  names: new Set(),
  unsettled: 0,
  onSettled: undefined,
  emptied: undefined,
});

let made = 0;

/**
 * Makes small objects durable with one sequential write and one fsync for all that wait at the moment, instead of three fsyncs
 * each. What it holds is forced to the disk as files behind (`makeDurable`), half a journal at a time; then it forgets.
 */
export class Journal {
  readonly #folder: string;
  readonly #makeDurable: (names: ReadonlySet<string>) => Promise<void>;
  readonly #path: string;
  #file: FileHandle | undefined;
  #halves: [current: Half, other: Half] = [emptyHalf(0), emptyHalf(HALF)];
  #waiting: Waiting[] = [];
  /** Promised to records that are not written yet, bytes. */
  #reserved = 0;
  /** Bytes of the file that have their blocks. */
  #allocated = 0;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `makeDurable` forces the files of these objects, their names and their index entries to the disk. */
  constructor(folder: string, makeDurable: (names: ReadonlySet<string>) => Promise<void>) {
    this.#folder = folder;
    this.#makeDurable = makeDurable;
    this.#path = join(folder, `${OWNER}-${(made++).toString(36)}.journal`);
  }

  /**
   * Room for a record with so many bytes of data; undefined when there is some at once. Waiting for it is waiting for files to
   * be forced to the disk and for the index, so nothing that these need may be held meanwhile. @throws STORAGE
   */
  reserve(dataLength: number): Promise<void> | undefined {
    const size = recordSize(dataLength);
    if (this.#reserved + size > this.#free()) return this.#waitForRoom(size);
    this.#reserved += size;
    return undefined;
  }

  /**
   * Gives the file all its blocks, so that no record has to wait for some: an overwrite is durable in a quarter of the time. For
   * who is going to receive; records wait while it goes on. A failure (a full disk) shows with the records.
   */
  prepare(): Promise<void> {
    this.#running ??= this.#allocate().then(
      () => this.#run(),
      () => this.#run(),
    );
    return this.#running;
  }

  /** Gives reserved room back that is not needed after all. */
  release(dataLength: number): void {
    this.#reserved -= recordSize(dataLength);
  }

  /**
   * Writes a record down in its reserved room; safe against a power cut when it resolves. `data` (at most 1 MiB) must stay as it
   * is until then; empty for an object whose bytes are durable already. @throws STORAGE
   */
  append(facts: KeptFacts, data: Uint8Array): Promise<Ticket> {
    const { promise, resolve, reject } = Promise.withResolvers<Ticket>();
    this.#waiting.push({ facts, data, resolve, reject });
    this.#running ??= this.#run();
    return promise;
  }

  /** No crash brings the object of this name back any more, once it has been removed. */
  async forget(name: string): Promise<void> {
    for (const half of [...this.#halves].reverse())
      while (half.names.has(name)) {
        await this.#running;
        if (half === this.#halves[0]) {
          await this.#empty(this.#halves[1]);
          if (this.#reserved > 0 || half !== this.#halves[0]) continue;
          this.#halves = [this.#halves[1], half];
        }
        await this.#empty(half);
      }
  }

  /** Makes everything durable as files and gives the journal away for reuse. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    clearTimeout(this.#timer);
    if (this.#file === undefined) return;
    for (const half of this.#halves) await this.#empty(half);
    await this.#file.close();
    this.#file = undefined;
    await rename(this.#path, join(this.#folder, SPARE)).catch(() => rm(this.#path, { force: true }));
    inUse.delete(this.#path);
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#waiting.length > 0) {
      let batch: Waiting[] = [];
      try {
        const half = this.#room(recordSize(this.#waiting[0].data.length));
        batch = this.#takeFitting(half);
        const tickets = await this.#write(half, batch);
        for (const [i, { resolve }] of batch.entries()) resolve(tickets[i]);
      } catch (error) {
        if (batch.length === 0) batch = this.#waiting.splice(0);
        for (const { facts, reject } of batch) reject(storageError(error, facts.name));
      } finally {
        for (const { data } of batch) this.release(data.length);
      }
    }
    this.#running = undefined;
    this.#timer = setTimeout(() => this.#rest(), QUIET);
    this.#timer.unref();
  }

  async #allocate(): Promise<void> {
    await this.#open();
    // All of it at the end, not piece by piece.
    await using file = await open(this.#path, 'r+');
    for (; this.#allocated < 2 * HALF; this.#allocated += MOST_AHEAD)
      await writeAll(file, zeros(MOST_AHEAD), this.#allocated);
    await file.datasync();
  }

  /** What was written to `file` is durable. */
  async #sync(file: FileHandle): Promise<void> {
    if (SYNCED === 0) await file.datasync();
  }

  #takeFitting(half: Half): Waiting[] {
    let size = Math.max(half.at, BLOCK);
    let count = 0;
    for (const { data } of this.#waiting) {
      size += recordSize(data.length);
      if (size > HALF && count > 0) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #write(half: Half, batch: readonly Waiting[]): Promise<Ticket[]> {
    // Without a turn in between when it is open: the write below is then under way before `append` returns.
    const file = this.#file ?? (await this.#open());
    const buffers: Uint8Array[] = [];
    let at = half.at;
    if (at === 0) {
      half.epoch = randomBytes(8);
      // Later than any other half, even when the clock stands still.
      started = Math.max(started + 1, Date.now());
      buffers.push(encodeHalf(half.epoch, started));
      at = BLOCK;
    }
    const { epoch } = half;
    const records = batch.map(({ facts, data }) => {
      const record = { facts, data, offset: half.base + at };
      buffers.push(encodeHead(epoch, facts, data), data, ...padding(data.length));
      at += recordSize(data.length);
      return record;
    });
    const end = half.base + at;
    if (end > this.#allocated) {
      this.#allocated = Math.max(end, Math.min(2 * this.#allocated, this.#allocated + MOST_AHEAD));
      buffers.push(...zeros(this.#allocated - end));
    }
    await writeAll(file, buffers, half.base + half.at);
    await this.#sync(file);
    half.at = at;
    return records.map(({ facts, data, offset }) => {
      half.names.add(facts.name);
      half.unsettled++;
      return {
        settle: () => this.#settle(half),
        void: async () => {
          try {
            await writeAll(file, [encodeHead(epoch, facts, data, true)], offset);
            await this.#sync(file);
          } finally {
            this.#settle(half);
          }
        },
      };
    });
  }

  #settle(half: Half): void {
    half.unsettled--;
    if (half.unsettled === 0) half.onSettled?.();
  }

  async #open(): Promise<FileHandle> {
    if (this.#file !== undefined) return this.#file;
    inUse.add(this.#path);
    const reused = await rename(join(this.#folder, SPARE), this.#path).then(
      () => true,
      () => false,
    );
    this.#file = await open(this.#path, (reused ? O_RDWR : O_RDWR | O_CREAT | O_TRUNC) | SYNCED);
    this.#allocated = (await this.#file.stat()).size;
    return this.#file;
  }

  /** The current half, or the other, which is empty then: what is appended was reserved. */
  #room(size: number): Half {
    const [current, other] = this.#halves;
    if (Math.max(current.at, BLOCK) + size <= HALF) return current;
    this.#halves = [other, current];
    // Goes on behind; whoever needs the half again waits for it and hears of a failure.
    this.#empty(current).catch(() => undefined);
    return other;
  }

  /** What can be promised, less what may stay unused at the end of the current half. */
  #free(): number {
    const [current, other] = this.#halves;
    const left = Math.max(0, HALF - Math.max(current.at, BLOCK) - LARGEST);
    return left + (other.at === 0 ? HALF - BLOCK - LARGEST : 0);
  }

  async #waitForRoom(size: number): Promise<void> {
    while (this.#reserved + size > this.#free()) {
      const [, other] = this.#halves;
      try {
        await (other.at > 0 ? this.#empty(other) : this.#running);
      } catch (error) {
        throw storageError(error, this.#path);
      }
    }
    this.#reserved += size;
  }

  /** Nothing more comes for the moment: a crash from here on has nothing to repeat. */
  #rest(): void {
    const [current, other] = this.#halves;
    if (current.at === 0 || this.#reserved > 0) return;
    if (other.at === 0) {
      this.#halves = [other, current];
      this.#empty(current).catch(() => undefined);
    } else
      this.#empty(other).then(
        () => this.#rest(),
        () => undefined,
      );
  }

  /** Makes the objects of a half durable as files, then erases it. May be called again after a failure. */
  #empty(half: Half): Promise<void> {
    if (half.at === 0) return Promise.resolve();
    half.emptied ??= this.#emptyNow(half).finally(() => {
      half.emptied = undefined;
    });
    return half.emptied;
  }

  async #emptyNow(half: Half): Promise<void> {
    if (half.unsettled > 0)
      await new Promise<void>((resolve) => {
        half.onSettled = resolve;
      });
    half.onSettled = undefined;
    await this.#makeDurable(half.names);
    const file = await this.#open();
    await writeAll(file, [Buffer.alloc(BLOCK)], half.base);
    await this.#sync(file);
    half.names = new Set();
    half.at = 0;
  }
}

let started = 0;

import { hash } from 'node:crypto';

/** What a store writes down of an object it is about to keep, so that nothing is forgotten should the process die. */
export interface KeptFacts {
  /** `objects/<shard>/<SOP Instance UID>~<digest>.dcm`: the same name always stands for the same data set. */
  readonly name: string;
  /** SHA-256 (hex) of transfer syntax and data set. */
  readonly digest: string;
  /** Where it came from, as people read it. */
  readonly source: string;
  /** ISO 8601 with milliseconds, UTC. */
  readonly received: string;
}

/** An object that is safe against a power cut and visible under its name. */
export interface Kept {
  /** The index knows it durably enough to be read back by `flushIndex`: the store may forget that it was under way. */
  settle(): void;
  /** The index refused it: as if it had never been. */
  undo(): Promise<void>;
}

/** An object on its way in; nothing of it is visible before `keep` returns. */
export interface NewObject {
  /** Takes a chunk, which the caller may change once this returns or resolves. @throws STORAGE */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** All bytes are there. Takes as long as the disk needs; `keep` then takes as little as possible. @throws STORAGE */
  ready(): Promise<void> | undefined;
  /** To be called after `ready`. @throws STORAGE, and nothing is kept */
  keep(facts: KeptFacts): Promise<Kept>;
  /** May be called at any time, also twice. */
  discard(): Promise<void>;
}

/** One stored object, open for reading by ranges. */
export interface ObjectReader extends AsyncDisposable {
  /** Size of the whole file. */
  readonly bytes: number;
  /** Bytes `start` up to `end` (exclusive), fewer where the object ends. @throws STORAGE */
  read(start: number, end: number): Promise<Uint8Array>;
  /** The bytes in order, in chunks that may be kept; memory does not depend on the size. */
  stream(start?: number, end?: number): AsyncIterable<Uint8Array>;
}

export interface ListedObject {
  readonly name: string;
  /** ISO 8601 with milliseconds, UTC: when its last byte was written. */
  readonly received: string;
}

/** An object found after a crash; `stream` reads it. */
export interface RecoveredObject extends KeptFacts {
  open(): Promise<ObjectReader>;
}

/**
 * Where the bytes of objects live: files in a folder, or another archive. Immutable objects by name; who knows what they are
 * is the index. All errors are IsocenterError STORAGE, NOT_FOUND where an object is not there.
 */
export interface ObjectStore {
  /** `keep` takes milliseconds and waits for nothing but its own disk: a transaction may be held open meanwhile. */
  readonly keepsQuickly: boolean;
  /** Many objects are going to come: does beforehand what would slow down the first of them. Takes some tenths of a second. */
  prepare(): Promise<void>;
  /** Room for a new object. @throws STORAGE when there is hardly any space left */
  create(): Promise<NewObject>;
  open(name: string): Promise<ObjectReader>;
  exists(name: string): Promise<boolean>;
  /** Every object, in no particular order. */
  list(): AsyncIterable<ListedObject>;
  /** Removes an object; no error when it is not there. */
  remove(name: string): Promise<void>;
  /**
   * Run once, before anything else: finishes what a killed process had begun and hands every object that may be unknown to the
   * index to `adopt`, in order of receipt.
   */
  recover(adopt: (object: RecoveredObject) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** What an object of this UID and digest is called: the digest in it keeps other bytes under the same UID apart. */
export function objectName(sopInstanceUid: string, digest: string): string {
  const shard = hash('sha256', sopInstanceUid, 'hex').slice(0, 2);
  return `objects/${shard}/${sopInstanceUid}~${digest.slice(0, 16)}.dcm`;
}

export const OBJECT_NAME = /^objects\/[0-9a-f]{2}\/[0-9.]{1,64}~[0-9a-f]{16}\.dcm$/;

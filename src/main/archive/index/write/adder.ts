import type { InstanceHeader } from '#shared/dicom/header.ts';
import type { IndexDatabase } from '../storage/database.ts';
import { type FileFacts, type IndexedObject, indexObject } from './indexObject.ts';

interface Waiting {
  readonly header: InstanceHeader;
  readonly file: FileFacts;
  readonly safe: Promise<unknown> | undefined;
  resolve(indexed: IndexedObject): void;
  reject(error: unknown): void;
}

/** Objects in one transaction: enough to share its cost, few enough that others get their turn within some milliseconds. */
const TOGETHER = 32;

/**
 * See `ArchiveIndex.add`. Who comes while a transaction runs waits for the next, which takes all that wait; one object that cannot be
 * entered does not keep the others out.
 */
export function createAdder(write: IndexDatabase['write']) {
  const waiting: Waiting[] = [];
  let running = false;

  const drain = async (): Promise<void> => {
    for (let batch = waiting.splice(0, TOGETHER); batch.length > 0; batch = waiting.splice(0, TOGETHER)) {
      try {
        await enter(batch);
      } catch (error) {
        if (batch.length === 1) batch[0].reject(error);
        else for (const one of batch) await enter([one]).catch((alone: unknown) => one.reject(alone));
      }
      // Database work in this process ends in microtasks only: the network has to get its turn too.
      if (waiting.length > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    running = false;
  };
  const enter = async (batch: readonly Waiting[]): Promise<void> => {
    const indexed = await write(async (db) => {
      const done: IndexedObject[] = [];
      for (const { header, file } of batch) done.push(await indexObject(db, header, file));
      // Rows are made while the disk works, but nobody sees them before their objects are safe.
      await Promise.all(batch.flatMap(({ safe }) => safe ?? []));
      return done;
    });
    for (const [i, one] of batch.entries()) one.resolve(indexed[i]);
  };
  return (header: InstanceHeader, file: FileFacts, safe?: Promise<unknown>): Promise<IndexedObject> =>
    new Promise((resolve, reject) => {
      waiting.push({ header, file, safe, resolve, reject });
      if (running) return;
      running = true;
      void drain();
    });
}

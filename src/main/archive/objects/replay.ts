import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ObjectScan } from '../objectScan.ts';
import { HALF, SPARE } from './journal.ts';
import { BLOCK, decodeHalf, decodeHead, frontSum, type JournalRecord, recordSize } from './journalFormat.ts';
import type { KeptFacts } from './objectStore.ts';
import { openReader } from './objectReader.ts';
import { hasOwner, OWNER } from './owner.ts';
import { PartFile } from './partFile.ts';

/** Where halves begin; earlier versions had them half as long, and one of them may have crashed last. */
const BASES = [0, HALF / 2, HALF];

/** What a dead process had acknowledged or was about to. */
export interface Replayed {
  /** Objects that are in their files now, in order of receipt. */
  readonly objects: readonly KeptFacts[];
  /** To be called once they are durable and indexed: forgets the journals. */
  readonly forget: () => Promise<void>;
}

/**
 * Brings back what the journals of processes that are gone hold: an object whose file is missing, cut short or full of zeros
 * after a power cut is written once more from the journal. Files and names still have to be forced to the disk.
 */
export async function replayJournals(dir: string, incoming: string): Promise<Replayed> {
  const folder = join(dir, 'journal');
  const halves: { path: string; base: number; epoch: Buffer; started: number }[] = [];
  const claimed: string[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name === SPARE || hasOwner(name, path)) continue;
    const mine = join(folder, `${OWNER}-${name.slice(0, 80)}`);
    // Of two processes that find it, one gets it.
    const won = await rename(path, mine).then(
      () => true,
      () => false,
    );
    if (!won) continue;
    claimed.push(mine);
    await using file = await open(mine, 'r');
    for (const base of BASES) {
      const half = decodeHalf(await readAt(file, base, BLOCK));
      if (half !== undefined) halves.push({ path: mine, base, ...half });
    }
  }
  halves.sort((a, b) => a.started - b.started);
  const objects: KeptFacts[] = [];
  for (const { path, base, epoch } of halves) {
    await using file = await open(path, 'r');
    for (let at = BLOCK; at < HALF; ) {
      const record = decodeHead(await readAt(file, base + at, BLOCK), epoch);
      if (record === undefined) break;
      const read = () => readAt(file, base + at + record.dataStart, record.dataLength);
      if (!record.isVoid && (await restore(dir, incoming, record, read))) objects.push(record.facts);
      at += recordSize(record.dataLength);
    }
  }
  return {
    objects,
    async forget() {
      for (const path of claimed) await rm(path, { force: true });
    },
  };
}

/** Whether the object lies in its file in the end. One that was not acknowledged may be beyond saving. */
async function restore(
  dir: string,
  incoming: string,
  { facts, dataLength, frontSum: sum }: JournalRecord,
  read: () => Promise<Buffer>,
): Promise<boolean> {
  const path = join(dir, facts.name);
  if ((await digestOfFile(path)) === facts.digest) return true;
  if (dataLength === 0) return false;
  const data = await read();
  if (data.length !== dataLength || frontSum(data) !== sum || digestOf(data) !== facts.digest) return false;
  const part = new PartFile(incoming);
  try {
    await part.write(data);
    await part.sync();
    await part.close();
    await mkdir(dirname(path), { recursive: true });
    part.moveTo(path);
  } catch (error) {
    await part.discard();
    throw error;
  }
  return true;
}

async function digestOfFile(path: string): Promise<string | undefined> {
  try {
    await using reader = await openReader(path);
    const scan = new ObjectScan(path);
    for await (const chunk of reader.stream()) scan.push(chunk);
    return scan.finish().digest;
  } catch {
    // Not there, or no whole object.
    return undefined;
  }
}

function digestOf(data: Uint8Array): string | undefined {
  try {
    const scan = new ObjectScan('a record of the journal');
    scan.push(data);
    return scan.finish().digest;
  } catch {
    return undefined;
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}

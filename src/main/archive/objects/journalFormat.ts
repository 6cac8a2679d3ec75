import { crc32 } from 'node:zlib';
import { type KeptFacts, OBJECT_NAME } from './objectStore.ts';

/*
 * A journal file has two halves. A half is a block that starts it and records, each at a multiple of BLOCK so that no two
 * share a sector:
 *
 *     half    magic(8) epoch(8) started(8, float64) crc32(4)                                        padded to BLOCK
 *     record  magic(8) epoch(8) state(1) 0(1) nameLength(2) sourceLength(2) 0(2) dataLength(4) frontCrc(4)
 *             received(8, float64 ms) digest(32) name source … crc32(4, the last of the HEAD bytes)  HEAD bytes
 *             data                                                                                    padded to BLOCK
 *
 * A record counts only when it bears the epoch of its half, so that what an earlier round left behind means nothing.
 */
export const BLOCK = 4096;
const HEAD = 512;
const HALF_MAGIC = Buffer.from('ISOJ\0h\0\x01');
const RECORD_MAGIC = Buffer.from('ISOJ\0r\0\x01');
const FIXED = 72;
/** Checked by its own sum: preamble and file meta information, which the digest does not cover, lie here. */
const FRONT = 64 * 1024;
const VOID = 0;
const VALID = 1;

/** Space a record takes, bytes. */
export const recordSize = (dataLength: number): number => Math.ceil((HEAD + dataLength) / BLOCK) * BLOCK;

export function encodeHalf(epoch: Buffer, started: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  HALF_MAGIC.copy(block);
  epoch.copy(block, 8);
  block.writeDoubleLE(started, 16);
  block.writeUInt32LE(crc32(block.subarray(0, 24)), 24);
  return block;
}

/** Epoch and start of a half in use; undefined when it was emptied, never used or not written whole. */
export function decodeHalf(block: Buffer): { readonly epoch: Buffer; readonly started: number } | undefined {
  if (block.length < 28 || !block.subarray(0, 8).equals(HALF_MAGIC)) return undefined;
  if (block.readUInt32LE(24) !== crc32(block.subarray(0, 24))) return undefined;
  return { epoch: Buffer.from(block.subarray(8, 16)), started: block.readDoubleLE(16) };
}

/** The head of a record; `data` and padding to `recordSize` follow. `isVoid`: the object was refused after all. */
export function encodeHead(epoch: Buffer, facts: KeptFacts, data: Uint8Array, isVoid = false): Buffer {
  const name = Buffer.from(facts.name, 'latin1');
  const source = Buffer.from(facts.source, 'utf8').subarray(0, HEAD - FIXED - 4 - name.length);
  const head = Buffer.alloc(HEAD);
  RECORD_MAGIC.copy(head);
  epoch.copy(head, 8);
  head[16] = isVoid ? VOID : VALID;
  head.writeUInt16LE(name.length, 18);
  head.writeUInt16LE(source.length, 20);
  head.writeUInt32LE(data.length, 24);
  head.writeUInt32LE(frontSum(data), 28);
  head.writeDoubleLE(Date.parse(facts.received), 32);
  head.write(facts.digest, 40, 'hex');
  name.copy(head, FIXED);
  source.copy(head, FIXED + name.length);
  head.writeUInt32LE(crc32(head.subarray(0, HEAD - 4)), HEAD - 4);
  return head;
}

/** CRC-32 of the beginning of an object's bytes. */
export const frontSum = (data: Uint8Array): number => crc32(data.subarray(0, FRONT));

const ZEROS = Buffer.alloc(1 << 20);

/** So many zeros, without making them. */
export function zeros(count: number): Buffer[] {
  const rest = count % ZEROS.length;
  return [...Array.from({ length: Math.floor(count / ZEROS.length) }, () => ZEROS), ZEROS.subarray(0, rest)];
}

/** What follows the data of a record. */
export const padding = (dataLength: number): Buffer[] => zeros(recordSize(dataLength) - HEAD - dataLength);

export interface JournalRecord {
  readonly facts: KeptFacts;
  readonly isVoid: boolean;
  /** Where its data is: offset from the record's start, and length. No data: the object's file was durable before. */
  readonly dataStart: number;
  readonly dataLength: number;
  readonly frontSum: number;
}

/** Reads the head of a record of this epoch; undefined where there is none: the journal ends here. */
export function decodeHead(head: Buffer, epoch: Buffer): JournalRecord | undefined {
  if (head.length < HEAD || !head.subarray(0, 8).equals(RECORD_MAGIC) || !head.subarray(8, 16).equals(epoch))
    return undefined;
  if (head.readUInt32LE(HEAD - 4) !== crc32(head.subarray(0, HEAD - 4))) return undefined;
  const nameEnd = FIXED + head.readUInt16LE(18);
  const name = head.toString('latin1', FIXED, nameEnd);
  if (!OBJECT_NAME.test(name)) return undefined;
  return {
    facts: {
      name,
      digest: head.toString('hex', 40, FIXED),
      source: head.toString('utf8', nameEnd, nameEnd + head.readUInt16LE(20)),
      received: new Date(head.readDoubleLE(32)).toISOString(),
    },
    isVoid: head[16] === VOID,
    dataStart: HEAD,
    dataLength: head.readUInt32LE(24),
    frontSum: head.readUInt32LE(28),
  };
}

import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { IsocenterError } from '#shared/contract/errors.ts';

const CHUNK = 128 * 1024;

/** Two buffers that take turns: one is read into while the other is used. */
export type BufferPair = readonly [Buffer, Buffer];

export const newBufferPair = (): BufferPair => [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)];

/**
 * Bytes `start` to `end` of a file, always read one chunk ahead; opening and the first read begin at once, so that the
 * disk works while the previous object is still on its way. Memory is the pair of buffers, whatever the file's size.
 */
export class ReadAhead {
  readonly #path: string;
  readonly #end: number;
  readonly #buffers: BufferPair;
  readonly #opening: Promise<FileHandle>;
  #pending: Promise<Uint8Array>;
  #at: number;
  #turn = 0;

  constructor(path: string, start: number, end: number, buffers: BufferPair) {
    this.#path = path;
    this.#at = start;
    this.#end = end;
    this.#buffers = buffers;
    this.#opening = open(path);
    this.#pending = this.#read();
  }

  /**
   * The chunks in order, once. Each is gone when the next but one is asked for.
   * @throws IsocenterError TRUNCATED when the file has become shorter; whatever opening or reading throws.
   */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const chunk = await this.#pending;
      this.#at += chunk.length;
      if (this.#at < this.#end) this.#pending = this.#read();
      if (chunk.length > 0) yield chunk;
      if (this.#at >= this.#end) return;
    }
  }

  /** To be called in any case, used or not. */
  async close(): Promise<void> {
    await this.#pending.catch(() => undefined);
    const file = await this.#opening.catch(() => undefined);
    await file?.close();
  }

  #read(): Promise<Uint8Array> {
    const reading = this.#readNow();
    // It may fail long before anybody asks for the chunk.
    reading.catch(() => undefined);
    return reading;
  }

  async #readNow(): Promise<Uint8Array> {
    const at = this.#at;
    const buffer = this.#buffers[this.#turn++ % 2];
    const file = await this.#opening;
    if (at >= this.#end) return buffer.subarray(0, 0);
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, this.#end - at), at);
    if (bytesRead === 0) {
      throw new IsocenterError('TRUNCATED', `the file ends at byte ${at} of ${this.#end}`, { object: this.#path });
    }
    return buffer.subarray(0, bytesRead);
  }
}

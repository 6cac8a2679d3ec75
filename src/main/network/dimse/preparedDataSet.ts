import { HEAD_LENGTH, roomFor, writeHead } from './pduFrame.ts';

/** A data set of known length that is read where it lies, straight into the PDUs that carry it. */
export interface DataSetSource {
  /** Bytes; even (PS3.5 7.1). */
  readonly length: number;
  /** Fills all views with what is at `position` and after. */
  read(views: readonly Uint8Array[], position: number): Promise<void>;
}

/** Bytes of PDUs read at once: an image of 512 × 512 with its heads goes in one piece. */
const BATCH = 768 * 1024;
/** Views a single read takes; Linux allows 1024. */
const MOST_FRAMES = 512;
/** Room before the PDUs for the command that goes out with them. */
const HEADROOM = 1024;

/** A buffer laid out as a row of full PDUs. */
interface Frames {
  readonly buffer: Buffer;
  /** Where the data of each PDU goes. */
  readonly slots: readonly Uint8Array[];
}

/** The buffers of one association, used again and again: allocating them costs more than filling them. */
export class FramePool {
  readonly #room: number;
  readonly #free: Frames[] = [];

  /** @param maxPduLength the peer's maximum length, bytes */
  constructor(maxPduLength: number) {
    this.#room = roomFor(maxPduLength);
  }

  take(): Frames {
    return this.#free.pop() ?? this.#make();
  }

  give(frames: Frames): void {
    this.#free.push(frames);
  }

  #make(): Frames {
    const step = this.#room + HEAD_LENGTH;
    const count = Math.min(MOST_FRAMES, Math.max(1, Math.floor(BATCH / step)));
    const buffer = Buffer.allocUnsafeSlow(HEADROOM + count * step);
    const slots = Array.from({ length: count }, (_, index) => {
      const start = HEADROOM + index * step + HEAD_LENGTH;
      return buffer.subarray(start, start + this.#room);
    });
    return { buffer, slots };
  }
}

/** Some PDUs in a row, ready to be sent. */
export interface Batch {
  readonly frames: Frames;
  /** The PDUs. */
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

/**
 * A data set on its way out that is read one batch ahead, from the moment it is made: so the disk works while the
 * previous object is still with the peer. Memory is two batches, whatever its size.
 */
export class PreparedDataSet {
  readonly #source: DataSetSource;
  readonly #contextId: number;
  readonly #pool: FramePool;
  #at = 0;
  #isClosed = false;
  #next: Promise<Batch> | undefined;

  constructor(source: DataSetSource, contextId: number, pool: FramePool) {
    this.#source = source;
    this.#contextId = contextId;
    this.#pool = pool;
    this.#readAhead();
  }

  /** The next batch; undefined after the last. @throws what the source throws */
  async next(): Promise<Batch | undefined> {
    const batch = await this.#next;
    this.#next = undefined;
    if (batch !== undefined && !batch.isLast && !this.#isClosed) this.#readAhead();
    return batch;
  }

  /** The socket has taken a batch. */
  recycle({ frames }: Batch): void {
    this.#pool.give(frames);
  }

  /** Nothing more is wanted; what is being read is dropped. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const batch = await this.#next?.catch(() => undefined);
    this.#next = undefined;
    if (batch !== undefined) this.recycle(batch);
  }

  #readAhead(): void {
    this.#next = this.#read();
    // It may fail long before anybody asks.
    this.#next.catch(() => undefined);
  }

  async #read(): Promise<Batch> {
    const frames = this.#pool.take();
    const { buffer, slots } = frames;
    const room = slots[0].length;
    const left = this.#source.length - this.#at;
    const length = Math.min(left, room * slots.length);
    const count = Math.max(1, Math.ceil(length / room));
    const isLast = length === left;
    const tail = length - (count - 1) * room;
    const views =
      tail === room ? slots.slice(0, count) : [...slots.slice(0, count - 1), slots[count - 1].subarray(0, tail)];
    const step = room + HEAD_LENGTH;
    for (let index = 0; index < count; index++) {
      const isTail = index === count - 1;
      writeHead(buffer, HEADROOM + index * step, this.#contextId, isTail ? tail : room, false, isLast && isTail);
    }
    const position = this.#at;
    this.#at += length;
    if (length > 0) {
      try {
        await this.#source.read(views, position);
      } catch (error) {
        this.#pool.give(frames);
        throw error;
      }
    }
    const end = HEADROOM + (count - 1) * step + HEAD_LENGTH + tail;
    return { frames, bytes: buffer.subarray(HEADROOM, end), isLast };
  }
}

/** Command and first batch as one piece, or undefined when the command is too long to stand before it. */
export function withCommand(command: Uint8Array, { frames, bytes }: Batch): Buffer | undefined {
  if (command.length > HEADROOM) return undefined;
  frames.buffer.set(command, HEADROOM - command.length);
  return frames.buffer.subarray(HEADROOM - command.length, HEADROOM + bytes.length);
}

import type { PresentationDataValue } from './types.ts';
import { PduError } from './types.ts';

/** Length, context ID and message control header (PS3.8 9.3.5.1, annex E). */
const HEAD = 6;

/**
 * Takes the presentation data values out of one P-DATA-TF while it arrives. Nothing is gathered: a value that comes in
 * pieces is handed on in pieces, as views of what came, each of them a fragment like any other; only the end of the last
 * one carries the "last" flag. So memory and copying do not depend on how long the peer's PDUs are.
 */
export class DataValues {
  readonly #head = Buffer.alloc(HEAD);
  #headFilled = 0;
  #pduLeft = 0;
  #valueLeft = 0;

  /** A PDU of `length` bytes follows. */
  begin(length: number): void {
    this.#pduLeft = length;
    this.#headFilled = 0;
  }

  /** The PDU is complete. */
  get isDone(): boolean {
    return this.#pduLeft === 0;
  }

  /**
   * Takes bytes of `chunk` from `at` on, up to one piece of a value or the end of the PDU.
   * @throws PduError when a length leads past the end of the PDU
   */
  take(chunk: Buffer, at: number): { readonly end: number; readonly value?: PresentationDataValue } {
    let from = at;
    if (this.#headFilled < HEAD) {
      const count = chunk.copy(
        this.#head,
        this.#headFilled,
        from,
        Math.min(chunk.length, from + HEAD - this.#headFilled),
      );
      if (this.#headFilled === 0 && this.#pduLeft < HEAD)
        throw new PduError('P-DATA-TF: presentation data value cut short');
      this.#headFilled += count;
      this.#pduLeft -= count;
      from += count;
      if (this.#headFilled < HEAD) return { end: from };
      this.#begun();
    }
    const end = Math.min(chunk.length, from + this.#valueLeft);
    const isWhole = end - from === this.#valueLeft;
    this.#valueLeft -= end - from;
    this.#pduLeft -= end - from;
    if (isWhole) this.#headFilled = 0;
    else if (end === from) return { end };
    const control = this.#head[5];
    return {
      end,
      value: {
        contextId: this.#head[4],
        command: (control & 1) === 1,
        last: isWhole && (control & 2) === 2,
        data: chunk.subarray(from, end),
      },
    };
  }

  /** The head of a value is complete. */
  #begun(): void {
    const length = this.#head.readUInt32BE(0);
    // Context ID and control header count as part of the value; they are already taken.
    const left = this.#pduLeft + 2;
    if (length < 2 || length > left) {
      throw new PduError(`P-DATA-TF: presentation data value claims ${length} bytes, ${left} are left`);
    }
    this.#valueLeft = length - 2;
  }
}

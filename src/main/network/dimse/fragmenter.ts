import { HEAD_LENGTH, roomFor, writeHead } from './pduFrame.ts';

const NOTHING = Buffer.alloc(0);

/**
 * Cuts one data set of unknown length into P-DATA-TF PDUs no longer than the peer takes. Whole PDUs leave as soon as it
 * is known that more follows; the last fragment is flagged by `end`.
 */
export class Fragmenter {
  readonly #contextId: number;
  readonly #isCommand: boolean;
  readonly #room: number;
  /** What may still turn out to be the last fragment. */
  #carry = NOTHING;
  #carried = 0;

  /** @param maxPduLength the peer's maximum length, bytes, at least 8. */
  constructor(contextId: number, isCommand: boolean, maxPduLength: number) {
    this.#contextId = contextId;
    this.#isCommand = isCommand;
    this.#room = roomFor(maxPduLength);
  }

  /** Bytes to send now (perhaps none). `chunk` is copied: the caller may reuse it. */
  push(chunk: Uint8Array): Buffer {
    const count = Math.max(0, Math.ceil((this.#carried + chunk.length) / this.#room) - 1);
    const out = count === 0 ? NOTHING : Buffer.allocUnsafe(count * (this.#room + HEAD_LENGTH));
    let taken = 0;
    for (let index = 0; index < count; index++) {
      const at = index * (this.#room + HEAD_LENGTH);
      writeHead(out, at, this.#contextId, this.#room, this.#isCommand, false);
      this.#carry.copy(out, at + HEAD_LENGTH, 0, this.#carried);
      const fresh = this.#room - this.#carried;
      out.set(chunk.subarray(taken, taken + fresh), at + HEAD_LENGTH + this.#carried);
      taken += fresh;
      this.#carried = 0;
    }
    this.#keep(chunk.subarray(taken));
    return out;
  }

  /** The last PDU. */
  end(): Buffer {
    const out = Buffer.allocUnsafe(HEAD_LENGTH + this.#carried);
    writeHead(out, 0, this.#contextId, this.#carried, this.#isCommand, true);
    this.#carry.copy(out, HEAD_LENGTH, 0, this.#carried);
    return out;
  }

  /** The carry grows with what is in it: most messages are far shorter than a PDU may be. */
  #keep(rest: Uint8Array): void {
    const needed = this.#carried + rest.length;
    if (needed > this.#carry.length) {
      const grown = Buffer.allocUnsafe(Math.min(this.#room, Math.max(needed, 2 * this.#carry.length)));
      this.#carry.copy(grown, 0, 0, this.#carried);
      this.#carry = grown;
    }
    this.#carry.set(rest, this.#carried);
    this.#carried = needed;
  }
}

/** One command set as PDUs. */
export function commandPdus(contextId: number, command: Buffer, maxPduLength: number): Buffer {
  const head = new Fragmenter(contextId, true, maxPduLength);
  const first = head.push(command);
  const last = head.end();
  return first.length === 0 ? last : Buffer.concat([first, last]);
}

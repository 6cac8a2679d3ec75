import { PDU_TYPE } from './pdu/types.ts';

/** PDU head (6) + presentation data value length (4) + context ID + message control header (PS3.8 9.3.5, annex E). */
const HEAD = 12;
/** Bytes of the P-DATA-TF length that are not data: the last six of the head. */
const VALUE_HEAD = 6;
const NOTHING = Buffer.alloc(0);

/**
 * Cuts one command or data set into P-DATA-TF PDUs no longer than the peer takes. Whole PDUs leave as soon as it is
 * known that more follows; the last fragment is flagged by `end`.
 */
export class Fragmenter {
  readonly #contextId: number;
  readonly #control: number;
  /** Data bytes per PDU; even, as fragments have to be. */
  readonly #room: number;
  /** What may still turn out to be the last fragment. */
  readonly #carry: Buffer;
  #carried = 0;

  /** @param maxPduLength the peer's maximum length, bytes, at least 8. */
  constructor(contextId: number, isCommand: boolean, maxPduLength: number) {
    this.#contextId = contextId;
    this.#control = isCommand ? 1 : 0;
    this.#room = (maxPduLength - VALUE_HEAD) & ~1;
    this.#carry = Buffer.allocUnsafe(this.#room);
  }

  /** Bytes to send now (perhaps none). `chunk` is copied: the caller may reuse it. */
  push(chunk: Uint8Array): Buffer {
    const count = Math.max(0, Math.ceil((this.#carried + chunk.length) / this.#room) - 1);
    const out = count === 0 ? NOTHING : Buffer.allocUnsafe(count * (this.#room + HEAD));
    let taken = 0;
    for (let index = 0; index < count; index++) {
      const at = index * (this.#room + HEAD);
      this.#writeHead(out, at, this.#room, false);
      this.#carry.copy(out, at + HEAD, 0, this.#carried);
      const fresh = this.#room - this.#carried;
      out.set(chunk.subarray(taken, taken + fresh), at + HEAD + this.#carried);
      taken += fresh;
      this.#carried = 0;
    }
    this.#carry.set(chunk.subarray(taken), this.#carried);
    this.#carried += chunk.length - taken;
    return out;
  }

  /** The last PDU. */
  end(): Buffer {
    const out = Buffer.allocUnsafe(HEAD + this.#carried);
    this.#writeHead(out, 0, this.#carried, true);
    this.#carry.copy(out, HEAD, 0, this.#carried);
    return out;
  }

  #writeHead(out: Buffer, at: number, length: number, last: boolean): void {
    out[at] = PDU_TYPE['P-DATA-TF'];
    out[at + 1] = 0;
    out.writeUInt32BE(length + VALUE_HEAD, at + 2);
    out.writeUInt32BE(length + 2, at + 6);
    out[at + 10] = this.#contextId;
    out[at + 11] = this.#control | (last ? 2 : 0);
  }
}

import { DataValues } from './dataValues.ts';
import { decodePdu } from './decode.ts';
import type { Pdu } from './types.ts';
import { ABORT_REASON, PDU_TYPE, PduError } from './types.ts';

const HEAD = 6;
/** 128 contexts with a long list of transfer syntaxes each come to about 150 KiB. */
const MAX_ASSOCIATE_LENGTH = 512 * 1024;
/** Reject, release and abort have exactly four bytes; a little slack costs nothing. */
const MAX_SHORT_LENGTH = 128;

/**
 * Cuts a byte stream into PDUs. A claimed length is checked the moment its head is complete, before anything is
 * allocated, so memory per connection stays below one PDU whatever the peer claims.
 */
export class PduReader {
  readonly #maxDataLength: number;
  readonly #head = Buffer.alloc(HEAD);
  #headFilled = 0;
  #body: Buffer | undefined;
  #bodyFilled = 0;
  readonly #data = new DataValues();
  #failed = false;

  /** @param maxDataLength the maximum length that this side announced for P-DATA-TF, bytes. */
  constructor(maxDataLength: number) {
    this.#maxDataLength = maxDataLength;
  }

  /**
   * Yields the PDUs that `chunk` completes, and of data the pieces it holds: a long P-DATA-TF comes out as several. After a PduError the stream has lost its frame: all later bytes are dropped.
   * @throws PduError
   */
  *read(chunk: Buffer): Generator<Pdu, void, undefined> {
    let at = 0;
    while (at < chunk.length && !this.#failed) {
      if (this.#headFilled < HEAD) {
        at += this.#fillHead(chunk, at);
        continue;
      }
      if (this.#head[0] === PDU_TYPE['P-DATA-TF']) {
        const { end, value } = this.#takeData(chunk, at);
        at = end;
        if (value !== undefined) yield { type: 'P-DATA-TF', values: [value] };
        continue;
      }
      const length = this.#head.readUInt32BE(2);
      let body: Buffer;
      if (this.#body === undefined && chunk.length - at >= length) {
        body = chunk.subarray(at, at + length);
        at += length;
      } else {
        this.#body ??= Buffer.allocUnsafe(length);
        const count = chunk.copy(this.#body, this.#bodyFilled, at);
        at += count;
        this.#bodyFilled += count;
        if (this.#bodyFilled < length) return;
        body = this.#body;
      }
      this.#headFilled = 0;
      this.#body = undefined;
      this.#bodyFilled = 0;
      yield this.#decode(body);
    }
  }

  #fillHead(chunk: Buffer, at: number): number {
    const count = chunk.copy(this.#head, this.#headFilled, at, at + HEAD - this.#headFilled);
    this.#headFilled += count;
    const type = this.#head[0];
    if (type < 1 || type > 7) {
      this.#fail(`PDU type ${type.toString(16)}H is not defined`, ABORT_REASON.unrecognizedPdu);
    }
    if (this.#headFilled === HEAD) {
      const length = this.#head.readUInt32BE(2);
      this.#checkLength(type, length);
      this.#data.begin(length);
    }
    return count;
  }

  #takeData(chunk: Buffer, at: number): ReturnType<DataValues['take']> {
    try {
      const taken = this.#data.take(chunk, at);
      if (this.#data.isDone) this.#headFilled = 0;
      return taken;
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  #checkLength(type: number, length: number): void {
    const cap =
      type === PDU_TYPE['P-DATA-TF']
        ? this.#maxDataLength
        : type <= PDU_TYPE['A-ASSOCIATE-AC']
          ? MAX_ASSOCIATE_LENGTH
          : MAX_SHORT_LENGTH;
    if (length > cap) this.#fail(`PDU type ${type}H claims ${length} bytes, the limit is ${cap}`);
    if (length < 4) this.#fail(`PDU type ${type}H has only ${length} bytes`);
  }

  #decode(body: Buffer): Pdu {
    try {
      return decodePdu(this.#head[0], body);
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  #fail(message: string, reason?: number): never {
    this.#failed = true;
    throw new PduError(message, reason);
  }
}

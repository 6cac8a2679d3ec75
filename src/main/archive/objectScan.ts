import type { Hash } from 'node:crypto';
import { IsocenterError } from '#shared/contract/errors.ts';
import { InflateStream } from '#shared/dicom/codec/deflate.ts';
import { type InstanceHeader, readStreamedHeader } from '#shared/dicom/header.ts';
import { HeaderStream } from '#shared/dicom/headerStream.ts';
import { type ObjectStart, readObjectStart } from '#shared/dicom/codec/part10.ts';
import { startDigest } from './digest.ts';
import { dataSetOffset, findDataSet, type FrontKind, frontKind, missingHead } from './fileMeta.ts';

/** File meta information may hold private information, but not more than this. */
const LONGEST_META = 1024 * 1024;
/** Taken at first, then as much again each time, until the data set is found. */
const STEP = 4096;

/** What an object turned out to be. */
export interface Scanned {
  readonly header: InstanceHeader;
  /** SHA-256 (hex) as in `digest.ts`. */
  readonly digest: string;
  /** Of everything pushed. */
  readonly bytes: number;
}

interface Body {
  readonly start: ObjectStart;
  readonly hash: Hash;
  readonly header: HeaderStream;
  readonly inflate?: InflateStream;
}

/**
 * Reads an object as its bytes pass: what the index needs of it, its digest, and whether it is whole. Memory is the header
 * without long values, whatever the object's size.
 */
export class ObjectScan {
  readonly #name: string;
  #front: Buffer = Buffer.alloc(0);
  #kind: FrontKind | undefined;
  #body: Body | undefined;
  #bytes = 0;

  /** `name` is what errors call the object. */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * What has to be written before the object to make a Part 10 file of it (often nothing); undefined as long as that is not
   * known: for a bare data set its SOP Class and Instance UID must have passed.
   */
  get missingHead(): Uint8Array | undefined {
    if (this.#kind === undefined || this.#body === undefined) return undefined;
    const { sopClass = '', sopInstance = '' } = this.#body.header.identity;
    if (this.#kind === 'bare' && (sopClass === '' || sopInstance === '')) return undefined;
    const { transferSyntaxUid } = this.#body.start;
    return missingHead(this.#kind, { sopClassUid: sopClass, sopInstanceUid: sopInstance, transferSyntaxUid });
  }

  /** @throws NOT_DICOM, DECODE_FAILED, MISSING_ATTRIBUTE, UNSUPPORTED_TRANSFER_SYNTAX as soon as it is certain */
  push(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    let at = 0;
    while (this.#body === undefined && at < chunk.length) {
      const step = Math.max(STEP, this.#front.length);
      this.#front = Buffer.concat([this.#front, chunk.subarray(at, at + step)]);
      at += step;
      this.#start(findDataSet(this.#front));
    }
    if (this.#body !== undefined && at < chunk.length) this.#pass(this.#body, at === 0 ? chunk : chunk.subarray(at));
  }

  /** The object is complete. @throws also TRUNCATED, UNSUPPORTED_OBJECT (DICOMDIR), MISSING_ATTRIBUTE (identifiers) */
  finish(): Scanned {
    if (this.#body === undefined) this.#start(dataSetOffset(this.#front));
    const body = this.#body as Body | undefined;
    if (body === undefined) throw new IsocenterError('INTERNAL', 'nothing was found', { object: this.#name });
    this.#judged(body, () => {
      body.inflate?.end();
      body.header.end();
    });
    if (body.start.meta === undefined && body.header.identity.sopClass === undefined)
      throw this.#notDicom('no DICM prefix, and no SOP Class UID in what might be a data set');
    const header = readStreamedHeader(body.start, body.header.header, this.#name);
    return { header, digest: body.hash.digest('hex'), bytes: this.#bytes };
  }

  #start(offset: number | undefined): void {
    if (offset === undefined) {
      if (this.#front.length > LONGEST_META)
        throw new IsocenterError('DECODE_FAILED', `more than ${LONGEST_META} bytes of file meta information`, {
          object: this.#name,
        });
      return;
    }
    this.#kind = frontKind(this.#front);
    const dataSet = this.#front.subarray(offset);
    const start = readObjectStart(this.#front, dataSet, this.#name);
    const header = new HeaderStream(start.encoding, this.#name);
    this.#front = Buffer.alloc(0);
    this.#body = {
      start,
      header,
      hash: startDigest(start.transferSyntaxUid),
      ...(start.isDeflated ? { inflate: new InflateStream((bytes) => header.push(bytes), this.#name) } : {}),
    };
    this.#pass(this.#body, dataSet);
  }

  #pass(body: Body, bytes: Uint8Array): void {
    body.hash.update(bytes);
    this.#judged(body, () => (body.inflate ?? body.header).push(bytes));
  }

  /** A bare data set that fails before its SOP Class UID is no broken DICOM file but none at all. */
  #judged(body: Body, read: () => void): void {
    try {
      read();
    } catch (error) {
      const isComposite = body.header.identity.sopClass?.startsWith('1.2.') ?? false;
      if (error instanceof IsocenterError && body.start.meta === undefined && !isComposite)
        throw this.#notDicom('no DICM prefix, and not a data set');
      throw error;
    }
  }

  #notDicom(why: string): IsocenterError {
    return new IsocenterError('NOT_DICOM', why, { object: this.#name });
  }
}

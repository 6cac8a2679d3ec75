import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PduReader } from '#main/network/pdu/reader.ts';
import type { Pdu } from '#main/network/pdu/types.ts';
import { ABORT_REASON, PduError } from '#main/network/pdu/types.ts';
import { bytes } from '#test/encoded/bytes.ts';
import {
  abort,
  echoRequestData,
  echoscuAssociateRequest,
  fourGibibytePdu,
  releaseRequest,
} from '#test/encoded/pdus.ts';

const STREAM = Buffer.concat([echoscuAssociateRequest, echoRequestData, releaseRequest, abort]);
const TYPES = ['A-ASSOCIATE-RQ', 'P-DATA-TF', 'A-RELEASE-RQ', 'A-ABORT'];

function readAll(reader: PduReader, chunks: readonly Buffer[]): Pdu[] {
  return chunks.flatMap((chunk) => [...reader.read(chunk)]);
}

/** Data that came in pieces put together again, as its reader does. */
function joined(pdus: readonly Pdu[]): Pdu[] {
  const whole: Pdu[] = [];
  for (const pdu of pdus) {
    const before = whole.at(-1);
    if (pdu.type === 'P-DATA-TF' && before?.type === 'P-DATA-TF' && !before.values[0].last) {
      const data = Buffer.concat([before.values[0].data, pdu.values[0].data]);
      whole[whole.length - 1] = { type: 'P-DATA-TF', values: [{ ...pdu.values[0], data }] };
    } else whole.push(pdu);
  }
  return whole;
}

function reasonOf(action: () => unknown): number | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(PduError);
    return (error as PduError).reason;
  }
}

describe('PduReader', () => {
  test('several PDUs in one chunk', () => {
    expect(readAll(new PduReader(16384), [STREAM]).map(({ type }) => type)).toEqual(TYPES);
  });

  test('the same PDUs whatever the cuts of the stream', () => {
    const expected = readAll(new PduReader(16384), [STREAM]);
    const cuts = fc.uniqueArray(fc.nat(STREAM.length), { maxLength: 40 });
    fc.assert(
      fc.property(cuts, (at) => {
        const sorted = [0, ...at.sort((a, b) => a - b), STREAM.length];
        const chunks = sorted.slice(1).map((end, index) => STREAM.subarray(sorted[index], end));
        expect(joined(readAll(new PduReader(16384), chunks))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('byte by byte', () => {
    const chunks = Array.from(STREAM, (byte) => Buffer.from([byte]));
    expect(joined(readAll(new PduReader(16384), chunks)).map(({ type }) => type)).toEqual(TYPES);
  });

  test('a 4 GiB claim is refused on its sixth byte, before anything is allocated', () => {
    const reader = new PduReader(131072);
    expect(readAll(reader, [fourGibibytePdu.subarray(0, 5)])).toEqual([]);
    const before = process.memoryUsage().arrayBuffers;
    expect(reasonOf(() => readAll(reader, [fourGibibytePdu.subarray(5, 6)]))).toBe(ABORT_REASON.invalidParameter);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  test('an unknown type is refused on its first byte', () => {
    expect(reasonOf(() => readAll(new PduReader(16384), [Buffer.from('G')]))).toBe(ABORT_REASON.unrecognizedPdu);
  });

  test('data may be as long as announced, and not a byte longer', () => {
    const data = (length: number) => {
      const pdu = Buffer.alloc(6 + length);
      pdu[0] = 4;
      pdu.writeUInt32BE(length, 2);
      pdu.writeUInt32BE(length - 4, 6);
      pdu[10] = 1;
      return pdu;
    };
    expect(readAll(new PduReader(1000), [data(1000)])).toHaveLength(1);
    expect(reasonOf(() => readAll(new PduReader(1000), [data(1001)]))).toBe(ABORT_REASON.invalidParameter);
  });

  test.each([
    ['an association request over the cap', '01 00 00100000'],
    ['a release request over the cap', '05 00 00001000'],
    ['a release request without its four bytes', '05 00 00000000'],
  ])('refuses %s', (_what, head) => {
    expect(reasonOf(() => readAll(new PduReader(16384), [bytes(head)]))).toBe(ABORT_REASON.invalidParameter);
  });

  test('after an error the rest of the stream is dropped', () => {
    const reader = new PduReader(16384);
    reasonOf(() => readAll(reader, [fourGibibytePdu]));
    expect(readAll(reader, [STREAM])).toEqual([]);
  });

  test('any stream ends in PDUs or one PduError, in bounded memory', () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom(STREAM, echoRequestData, fourGibibytePdu),
    );
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 20 }), (chunks) => {
        const reader = new PduReader(1024);
        let errors = 0;
        for (const each of chunks) {
          if (reasonOf(() => readAll(reader, [Buffer.from(each)])) !== undefined) errors++;
        }
        expect(errors).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2000 },
    );
  });
});

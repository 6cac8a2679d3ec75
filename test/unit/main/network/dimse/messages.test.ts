import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CommandSet } from '#main/network/commandSet.ts';
import { COMMAND, commandName, decodeCommandSet, encodeCommandSet } from '#main/network/commandSet.ts';
import { DataSetStream } from '#main/network/dimse/dataSetStream.ts';
import { Fragmenter } from '#main/network/dimse/fragmenter.ts';
import type { Message } from '#main/network/dimse/messageAssembler.ts';
import { MessageAssembler } from '#main/network/dimse/messageAssembler.ts';
import { PduReader } from '#main/network/pdu/reader.ts';
import type { DataPdu } from '#main/network/pdu/types.ts';
import { PduError } from '#main/network/pdu/types.ts';
import { bytes } from '#test/encoded/bytes.ts';
import { echoRequestData } from '#test/encoded/pdus.ts';

const ECHO: CommandSet = {
  affectedSopClassUid: '1.2.840.10008.1.1',
  commandField: COMMAND['C-ECHO'],
  messageId: 1,
  commandDataSetType: 0x0101,
};

describe('command sets', () => {
  test('C-ECHO-RQ in the bytes of PS3.7', () => {
    const recorded = echoRequestData.subarray(12);
    expect(decodeCommandSet(recorded)).toEqual(ECHO);
    expect(encodeCommandSet(ECHO).toString('hex')).toBe(recorded.toString('hex'));
  });

  test('attribute tags, AE titles and comments', () => {
    const command: CommandSet = {
      commandField: COMMAND['C-MOVE'] | 0x8000,
      offendingElement: [0x00100010, 0xffff0001],
      moveDestination: 'ODD',
      errorComment: 'no such study',
      remainingSuboperations: 65535,
    };
    expect(decodeCommandSet(encodeCommandSet(command))).toEqual(command);
    expect(encodeCommandSet(command).length % 2).toBe(0);
  });

  test('names for the log', () => {
    expect(commandName(0x0001)).toBe('C-STORE-RQ');
    expect(commandName(0x8030)).toBe('C-ECHO-RSP');
    expect(commandName(0x0077)).toBe('command 0077H-RQ');
  });

  test.each([
    ['cut within an element head', bytes('0000 0001 0200')],
    ['cut within a value', bytes('0000 0001 02000000 30')],
    ['another group', bytes('0800 1600 00000000')],
    ['a four-byte status', bytes('0000 0001 02000000 3000  0000 0009 04000000 00000000')],
    ['no command field', bytes('0000 1001 02000000 0100')],
  ])('refuses %s', (_what, encoded) => {
    expect(() => decodeCommandSet(encoded)).toThrow(PduError);
  });

  test('any bytes decode or are a PduError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(75), fc.nat(255), (noise, at, value) => {
        const flipped = Buffer.from(echoRequestData.subarray(12));
        flipped[at % flipped.length] = value;
        for (const encoded of [Buffer.from(noise), flipped]) {
          try {
            decodeCommandSet(encoded);
          } catch (error) {
            expect(error).toBeInstanceOf(PduError);
          }
        }
      }),
      { numRuns: 3000 },
    );
  });
});

/** The PDUs in a byte stream that only holds P-DATA-TF. */
function dataPdus(stream: Buffer, maxPduLength: number): DataPdu[] {
  return [...new PduReader(maxPduLength).read(stream)].map((pdu) => {
    if (pdu.type !== 'P-DATA-TF') throw new Error(pdu.type);
    return pdu;
  });
}

describe('Fragmenter', () => {
  test('any data in any chunks comes out whole, in even fragments no longer than allowed, one of them the last', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 12 });
    fc.assert(
      fc.property(chunks, fc.integer({ min: 128, max: 600 }), (parts, maxPduLength) => {
        const fragmenter = new Fragmenter(5, false, maxPduLength);
        const out = parts.map((part) => fragmenter.push(part));
        const pdus = dataPdus(Buffer.concat([...out, fragmenter.end()]), maxPduLength);
        const values = pdus.flatMap((pdu) => pdu.values);
        expect(Buffer.concat(values.map(({ data }) => data))).toEqual(Buffer.concat(parts));
        expect(values.every(({ contextId, command }) => contextId === 5 && !command)).toBe(true);
        expect(values.slice(0, -1).every(({ data, last }) => data.length % 2 === 0 && data.length > 0 && !last)).toBe(
          true,
        );
        expect(values.at(-1)?.last).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('a chunk may be reused once pushed', () => {
    const fragmenter = new Fragmenter(1, false, 1024);
    const chunk = Buffer.from('abcd');
    const first = fragmenter.push(chunk);
    chunk.fill(0);
    const [pdu] = dataPdus(Buffer.concat([first, fragmenter.end()]), 1024);
    expect(Buffer.from(pdu.values[0].data).toString()).toBe('abcd');
  });

  test('an exact multiple of the room needs no empty fragment at the end', () => {
    const fragmenter = new Fragmenter(1, false, 106);
    const pdus = dataPdus(Buffer.concat([fragmenter.push(Buffer.alloc(200)), fragmenter.end()]), 106);
    expect(pdus.map(({ values }) => values[0].data.length)).toEqual([100, 100]);
  });
});

describe('DataSetStream', () => {
  test('holds the writer while too much is queued, and lets go when it is read', async () => {
    const stream = new DataSetStream();
    let pressure: Promise<void> | undefined;
    let pushed = 0;
    while (pressure === undefined) {
      pressure = stream.push(Buffer.alloc(64 * 1024));
      pushed += 64 * 1024;
    }
    expect(pushed).toBe(512 * 1024);
    const reader = stream[Symbol.asyncIterator]();
    const { value } = await reader.next();
    await pressure;
    expect(value?.length).toBe(64 * 1024);
    for (let read = 1; read < 8; read++) expect((await reader.next()).value?.length).toBe(64 * 1024);
    stream.end();
    expect((await reader.next()).done).toBe(true);
  });

  test('a lost association reaches the reader, even one that waits', async () => {
    const stream = new DataSetStream();
    void stream.push(Buffer.from('ab'));
    const seen: string[] = [];
    const reading = (async () => {
      for await (const chunk of stream) seen.push(Buffer.from(chunk).toString());
    })();
    setTimeout(() => stream.fail(new Error('gone')), 5);
    await expect(reading).rejects.toThrow('gone');
    await expect(stream.arrived).rejects.toThrow('gone');
    expect(seen).toEqual(['ab']);
  });

  test('leaving the loop drops the rest', async () => {
    const stream = new DataSetStream();
    void stream.push(Buffer.alloc(10));
    for await (const _chunk of stream) break;
    expect(stream.push(Buffer.alloc(10 * 1024 * 1024))).toBeUndefined();
    stream.end();
    await stream.arrived;
  });
});

describe('MessageAssembler', () => {
  const pdu = (...values: [id: number, command: boolean, last: boolean, data: Buffer][]): DataPdu => ({
    type: 'P-DATA-TF',
    values: values.map(([contextId, command, last, data]) => ({ contextId, command, last, data })),
  });
  const store = encodeCommandSet({ commandField: 1, messageId: 7, commandDataSetType: 0 });

  test('a message is handed on with its command, the data set streams after it', async () => {
    const messages: Message[] = [];
    const assembler = new MessageAssembler((message) => void messages.push(message));
    void assembler.take(pdu([1, true, false, store.subarray(0, 20)]));
    expect(messages).toHaveLength(0);
    void assembler.take(pdu([1, true, true, store.subarray(20)], [1, false, false, Buffer.from('ab')]));
    expect(messages.map(({ command }) => command.messageId)).toEqual([7]);
    void assembler.take(pdu([1, false, true, Buffer.from('cd')]));
    const chunks: string[] = [];
    for await (const chunk of messages[0].dataSet ?? []) chunks.push(Buffer.from(chunk).toString());
    expect(chunks.join('')).toBe('abcd');
  });

  test.each<[string, DataPdu[]]>([
    ['data without a command', [pdu([1, false, true, Buffer.from('ab')])]],
    [
      'data after a command that announced none',
      [pdu([1, true, true, encodeCommandSet(ECHO)], [1, false, true, store])],
    ],
    ['data on another context', [pdu([1, true, true, store]), pdu([3, false, false, store])]],
    ['a command within a data set', [pdu([1, true, true, store]), pdu([1, true, true, store])]],
    ['a command that changes its context', [pdu([1, true, false, store]), pdu([3, true, true, store])]],
    ['an endless command', Array.from({ length: 70 }, () => pdu([1, true, false, Buffer.alloc(1024)]))],
  ])('refuses %s', (_what, pdus) => {
    const assembler = new MessageAssembler(() => undefined);
    expect(() => pdus.map((each) => assembler.take(each))).toThrow(PduError);
  });
});

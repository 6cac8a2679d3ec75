import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COMMAND } from '#main/network/commandSet.ts';
import { MessageSender } from '#main/network/dimse/messageSender.ts';
import { PduReader } from '#main/network/pdu/reader.ts';
import type { DataSetSource } from '#main/network/dimse/preparedDataSet.ts';

const STORE = { commandField: COMMAND['C-STORE'], messageId: 1 };

/** A source that reads into whatever views it gets, in later turns. */
function sourceOf(bytes: Buffer, failAt = Infinity): DataSetSource {
  return {
    length: bytes.length,
    read: async (views, position) => {
      await Promise.resolve();
      let at = position;
      for (const view of views) {
        if (at + view.length > failAt) throw new Error('disk');
        view.set(bytes.subarray(at, at + view.length));
        at += view.length;
      }
    },
  };
}

function senderInto(sent: Buffer[], maxPduLength: number) {
  const broken: unknown[] = [];
  const sender = new MessageSender({
    peerMaxPduLength: maxPduLength,
    write: async (bytes) => {
      await Promise.resolve();
      // The buffer is used again: what counts is what it holds now.
      sent.push(Buffer.from(bytes));
    },
    onBroken: (error) => broken.push(error),
  });
  return { sender, broken };
}

/** Command and data bytes as the peer puts them together; PDUs longer than announced are refused by the reader. */
function received(sent: readonly Buffer[], maxPduLength: number) {
  const reader = new PduReader(maxPduLength);
  const data: Uint8Array[] = [];
  let commands = 0;
  let isEnded = false;
  for (const pdu of reader.read(Buffer.concat(sent))) {
    if (pdu.type !== 'P-DATA-TF') throw new Error(pdu.type);
    for (const value of pdu.values) {
      expect(isEnded).toBe(false);
      expect(value.contextId).toBe(5);
      if (value.command) commands++;
      else {
        data.push(value.data);
        isEnded = value.last;
      }
    }
  }
  return { commands, data: Buffer.concat(data), isEnded };
}

test('data of any length arrives whole in PDUs of any length', async () => {
  const length = fc.oneof(fc.nat(600), fc.nat(2000)).map((half) => 2 * half);
  const maxLength = fc.oneof(fc.integer({ min: 128, max: 300 }), fc.constantFrom(16384, 131072));
  await fc.assert(
    fc.asyncProperty(length, maxLength, async (size, max) => {
      const bytes = Buffer.from(Array.from({ length: size }, (_, at) => (at * 7 + (at >> 8)) & 0xff));
      const sent: Buffer[] = [];
      const { sender } = senderInto(sent, max);
      await sender.send(5, STORE, sender.prepare(5, sourceOf(bytes)));
      const { data, isEnded } = received(sent, max);
      expect(isEnded).toBe(true);
      expect(data.equals(bytes)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('more than a batch goes in several, one read ahead; buffers go round', async () => {
  const bytes = Buffer.alloc(3_000_000);
  for (let at = 0; at < bytes.length; at += 2) bytes.writeUInt16LE((at / 2) & 0xffff, at);
  const sent: Buffer[] = [];
  const { sender } = senderInto(sent, 16384);
  const [first, second] = [sender.prepare(5, sourceOf(bytes)), sender.prepare(5, sourceOf(bytes.subarray(0, 100)))];
  await sender.send(5, STORE, first);
  expect(received(sent, 16384).data.equals(bytes)).toBe(true);
  // The command stands before the first batch, in one piece.
  expect(sent.length).toBe(4);
  sent.length = 0;
  await sender.send(5, STORE, second);
  expect(received(sent, 16384).data.equals(bytes.subarray(0, 100))).toBe(true);
});

test('a source that fails at once has sent nothing; later it breaks the message', async () => {
  const bytes = Buffer.alloc(2_000_000);
  const sent: Buffer[] = [];
  const { sender, broken } = senderInto(sent, 16384);
  const early = sender.prepare(5, sourceOf(bytes, 10));
  await expect(sender.send(5, STORE, early)).rejects.toThrow('disk');
  expect([sent.length, broken.length]).toEqual([0, 0]);
  const late = sender.prepare(5, sourceOf(bytes, 1_000_000));
  await expect(sender.send(5, STORE, late)).rejects.toThrow('disk');
  expect(sent.length).toBeGreaterThan(0);
  expect(broken.length).toBe(1);
  await Promise.all([early.close(), late.close()]);
});

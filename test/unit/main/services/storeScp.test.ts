import { afterEach, describe, expect, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMMAND, decodeCommandSet, encodeCommandSet } from '#main/network/commandSet.ts';
import type { CommandSet } from '#main/network/commandSet.ts';
import { Fragmenter } from '#main/network/dimse/fragmenter.ts';
import type { Listener } from '#main/network/listen.ts';
import { listen } from '#main/network/listen.ts';
import type { StoreBegin, StoreSink } from '#main/services/storeScp.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import { CT, EXPLICIT, ScriptedPeer } from '#test/unit/main/network/scriptedPeer.ts';
import { ctFile } from '#test/peers/harness/part10.ts';

let listener: Listener | undefined;
afterEach(async () => {
  await listener?.close();
  listener = undefined;
});

const UID = '1.2.826.0.1.3680043.10.999.7';
const { dataSet } = ctFile(UID, 64);

/** A sink that remembers; `change` replaces parts of it. */
interface Kept {
  begin: StoreBegin | undefined;
  bytes: Buffer[];
  finished: number;
  aborted: number;
}

async function start(change: (kept: Kept) => Partial<StoreSink> = () => ({})) {
  const kept: Kept = { begin: undefined, bytes: [], finished: 0, aborted: 0 };
  const handlers = storeHandlers((begin) => {
    kept.begin = begin;
    return {
      write: (chunk) => {
        kept.bytes.push(Buffer.from(chunk));
      },
      finish: async () => {
        kept.finished++;
        return { status: 0 };
      },
      abort: () => {
        kept.aborted++;
      },
      ...change(kept),
    };
  });
  listener = await listen({ port: 0, host: '127.0.0.1', aeTitle: 'ISOCENTER', handlers });
  const peer = await ScriptedPeer.associated(listener.port);
  return { kept, peer, port: listener.port };
}

const STORE: CommandSet = {
  commandField: COMMAND['C-STORE'],
  messageId: 3,
  affectedSopClassUid: CT,
  affectedSopInstanceUid: UID,
  priority: 0,
};

async function answer(peer: ScriptedPeer): Promise<CommandSet> {
  const pdu = await peer.next();
  if (pdu === 'closed' || pdu.type !== 'P-DATA-TF') throw new Error(JSON.stringify(pdu));
  return decodeCommandSet(Buffer.from(pdu.values[0].data));
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > 5000) throw new Error('waited in vain');
    await sleep(5);
  }
}

describe('storage SCP', () => {
  test('streams the data set unchanged and answers after it is stored', async () => {
    let release: () => void = () => undefined;
    const stored = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { kept, peer } = await start((into) => ({
      finish: async () => {
        await stored;
        into.finished++;
        return { status: 0xb000, comment: 'coerced\\é' };
      },
    }));
    peer.sendMessage(3, { ...STORE, moveOriginatorAe: 'MOVER', moveOriginatorMessageId: 12 }, dataSet);
    const answered = answer(peer);
    expect(await Promise.race([answered, sleep(50, 'not yet')])).toBe('not yet');
    release();
    expect(await answered).toEqual({
      affectedSopClassUid: CT,
      commandField: 0x8001,
      messageIdBeingRespondedTo: 3,
      commandDataSetType: 0x0101,
      status: 0xb000,
      errorComment: 'coerced??',
      affectedSopInstanceUid: UID,
    });
    expect(Buffer.concat(kept.bytes).equals(dataSet)).toBe(true);
    expect(kept.begin).toEqual({
      sopClassUid: CT,
      sopInstanceUid: UID,
      transferSyntaxUid: EXPLICIT,
      moveOriginatorAe: 'MOVER',
      moveOriginatorMessageId: 12,
      peer: {
        callingAe: 'SCRIPT',
        calledAe: 'ISOCENTER',
        address: '127.0.0.1',
        implementationClassUid: '1.2.3',
        implementationVersionName: 'SCRIPT',
      },
    });
    peer.close();
  });

  test.each<[string, Partial<CommandSet>, Buffer | undefined, number]>([
    ['another SOP class than the context', { affectedSopClassUid: '1.2.840.10008.5.1.4.1.1.4' }, dataSet, 0x0122],
    ['an instance UID that would leave the folder', { affectedSopInstanceUid: '../../etc/passwd' }, dataSet, 0x0117],
    ['an empty instance UID', { affectedSopInstanceUid: '' }, dataSet, 0x0117],
    ['no data set', {}, undefined, 0xc000],
    ['a data set cut short', {}, dataSet.subarray(0, dataSet.length - 100), 0xc000],
    ['a data set of another instance', { affectedSopInstanceUid: '1.2.3.4' }, dataSet, 0xa900],
  ])('refuses %s, and serves the next request', async (_what, change, bytes, status) => {
    const { kept, peer } = await start();
    peer.sendMessage(3, { ...STORE, ...change }, bytes);
    expect(await answer(peer)).toMatchObject({ status });
    expect(kept.finished).toBe(0);
    expect(kept.aborted).toBe(kept.begin === undefined ? 0 : 1);
    peer.sendMessage(3, STORE, dataSet);
    expect(await answer(peer)).toMatchObject({ status: 0 });
    peer.close();
  });

  test('a full disk is A700H, any other failure 0110H; the rest of the data set is skipped', async () => {
    const faults = [Object.assign(new Error('no space'), { code: 'ENOSPC' }), new Error('broken')];
    for (const [index, fault] of faults.entries()) {
      const { kept, peer } = await start(() => ({
        write: () => {
          throw fault;
        },
      }));
      peer.sendMessage(3, STORE, dataSet);
      expect(await answer(peer)).toMatchObject({ status: index === 0 ? 0xa700 : 0x0110 });
      expect(kept.aborted).toBe(1);
      peer.sendMessage(3, STORE, dataSet);
      expect(await answer(peer)).toMatchObject({ messageIdBeingRespondedTo: 3 });
      peer.close();
      await listener?.close();
    }
  });

  test('a sink that cannot be opened, or does not finish, is a processing failure', async () => {
    const { peer } = await start(() => ({ finish: () => Promise.reject(new Error('index is broken')) }));
    peer.sendMessage(3, STORE, dataSet);
    expect(await answer(peer)).toMatchObject({ status: 0x0110 });
    peer.close();
  });

  test.each<[string, (peer: ScriptedPeer) => void]>([
    ['closes', (peer) => peer.close()],
    ['aborts', (peer) => peer.send({ type: 'A-ABORT', source: 0, reason: 0 })],
    ['breaks the protocol', (peer) => peer.send(Buffer.from('nonsense'))],
  ])('half an object is thrown away when the peer %s', async (_what, act) => {
    const { kept, peer } = await start();
    const values = [
      { contextId: 3, command: true, last: true, data: encodeCommandSet({ ...STORE, commandDataSetType: 0 }) },
      { contextId: 3, command: false, last: false, data: dataSet.subarray(0, 1000) },
    ];
    peer.send({ type: 'P-DATA-TF', values });
    await until(() => kept.bytes.length > 0);
    act(peer);
    await until(() => kept.aborted > 0);
    expect(kept).toMatchObject({ aborted: 1, finished: 0 });
  });

  test('a slow sink holds the sender: memory does not grow with the object', async () => {
    let taken = 0;
    const { peer } = await start(() => ({
      write: async (chunk) => {
        taken += chunk.length;
        await sleep(2);
      },
    }));
    const size = 48 * 1024 * 1024;
    const header = Buffer.alloc(12);
    header.writeUInt16LE(0x7fe0, 0);
    header.writeUInt16LE(0x0010, 2);
    header.write('OW', 4, 'latin1');
    header.writeUInt32LE(size, 8);
    peer.send({
      type: 'P-DATA-TF',
      values: [
        { contextId: 3, command: true, last: true, data: encodeCommandSet({ ...STORE, commandDataSetType: 0 }) },
      ],
    });
    const fragmenter = new Fragmenter(3, false, 131072);
    peer.send(fragmenter.push(header));
    let worst = 0;
    const chunk = Buffer.alloc(256 * 1024);
    for (let sent = 0; sent < size; sent += chunk.length) {
      await peer.sendAndDrain(fragmenter.push(chunk));
      worst = Math.max(worst, sent - taken);
    }
    peer.send(fragmenter.end());
    expect(await answer(peer)).toMatchObject({ status: 0 });
    expect(taken).toBe(size + header.length);
    // Kernel buffers of both ends, our queue, and what is being written.
    expect(worst).toBeLessThan(24 * 1024 * 1024);
    peer.close();
  });

  test('requests pipelined without waiting are served in order', async () => {
    const { kept, peer } = await start();
    for (let messageId = 1; messageId <= 4; messageId++) peer.sendMessage(3, { ...STORE, messageId }, dataSet);
    for (let messageId = 1; messageId <= 4; messageId++) {
      expect(await answer(peer)).toMatchObject({ messageIdBeingRespondedTo: messageId, status: 0 });
    }
    expect(kept.finished).toBe(4);
    peer.close();
  });
});

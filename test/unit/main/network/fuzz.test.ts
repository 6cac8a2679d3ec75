import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { COMMAND, encodeCommandSet } from '#main/network/commandSet.ts';
import { Fragmenter } from '#main/network/fragmenter.ts';
import { listen } from '#main/network/listen.ts';
import { encodePdu } from '#main/network/pdu/encode.ts';
import { echo } from '#main/services/echo.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import { ctFile } from '#test/peers/harness/part10.ts';
import { CT, ScriptedPeer } from './scriptedPeer.ts';

const UID = '1.2.826.0.1.3680043.10.999.9';

/** What follows an accepted association, as one stream: C-STORE in small PDUs, C-ECHO, release. */
function session(): Buffer {
  const store = {
    commandField: COMMAND['C-STORE'],
    messageId: 1,
    affectedSopClassUid: CT,
    affectedSopInstanceUid: UID,
    commandDataSetType: 0,
  };
  const echoRequest = { commandField: COMMAND['C-ECHO'], messageId: 2, commandDataSetType: 0x0101 };
  const data = new Fragmenter(3, false, 256);
  const value = (contextId: number, bytes: Buffer) =>
    encodePdu({ type: 'P-DATA-TF', values: [{ contextId, command: true, last: true, data: bytes }] });
  return Buffer.concat([
    value(3, encodeCommandSet(store)),
    data.push(ctFile(UID, 16).dataSet),
    data.end(),
    value(1, encodeCommandSet(echoRequest)),
    encodePdu({ type: 'A-RELEASE-RQ' }),
  ]);
}

test('400 damaged sessions: nothing crashes or hangs, no half object is kept, memory stays flat', async () => {
  let opened = 0;
  let settled = 0;
  const handlers = storeHandlers(() => {
    opened++;
    return {
      write: () => undefined,
      finish: async () => {
        settled++;
        return { status: 0 };
      },
      abort: () => {
        settled++;
      },
    };
  });
  const listener = await listen({ port: 0, host: '127.0.0.1', aeTitle: 'ISOCENTER', handlers });
  const peer = { aeTitle: 'ISOCENTER', host: '127.0.0.1', port: listener.port };
  const good = session();
  const memory: number[] = [];
  const flips = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
  const cut = fc.oneof(fc.constant(good.length), fc.nat(good.length));
  await fc.assert(
    fc.asyncProperty(flips, cut, async (changes, length) => {
      const bytes = Buffer.from(good.subarray(0, length));
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      const script = await ScriptedPeer.associated(listener.port);
      script.send(bytes);
      await Promise.race([script.next(), sleep(20)]);
      script.close();
      memory.push(process.memoryUsage().arrayBuffers);
    }),
    { numRuns: 400 },
  );
  expect((await echo(peer, { callingAe: 'AFTER' })).status).toBe(0);
  for (let waited = 0; settled < opened && waited < 2000; waited += 10) await sleep(10);
  expect(opened).toBeGreaterThan(50);
  expect(settled).toBe(opened);
  expect(Math.max(...memory)).toBeLessThan(256 * 1024 * 1024);
  await listener.close();
});

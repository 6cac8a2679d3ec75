import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openArchive } from '#main/archive/archive.ts';
import { createLog } from '#main/host/log.ts';
import { archiveSink } from '#main/host/storageSink.ts';
import { listen } from '#main/network/listen.ts';
import { echo } from '#main/services/echo.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import { DECODERS, survive } from '#test/fuzz/decoders.ts';
import { converse } from '#test/fuzz/hostileClient.ts';
import { mutated, seededInteger } from '#test/fuzz/mutations.ts';
import { CONVERSATIONS } from '#test/fuzz/samples.ts';
import { temporaryFolder } from '#test/peers/harness/process.ts';

describe('1,000 damaged inputs a decoder end in a value or a named error', () => {
  test.each(DECODERS)('$name', async (decoder) => {
    const good = await Promise.all(decoder.samples.map((sample) => survive(decoder, sample)));
    expect(good).toContain(true);
    const random = seededInteger(20261124);
    for (let run = 0; run < 1000; run++) await survive(decoder, mutated(decoder.samples, random));
  });
});

test('500 damaged conversations: the node stays in service and keeps only whole objects', async () => {
  const folder = await temporaryFolder('fuzz');
  const archive = await openArchive(folder.path);
  const listener = await listen({
    port: 0,
    host: '127.0.0.1',
    aeTitle: 'ISOCENTER',
    handlers: storeHandlers(archiveSink(archive, createLog())),
    asyncOperations: { invoked: 1, performed: 2 },
    authenticate: async () => ({ accepted: true }),
  });
  const random = seededInteger(3);
  const hung: string[] = [];
  const run = async () => {
    for (let session = 0; session < 125; session++) {
      const bytes = mutated(CONVERSATIONS, random);
      if (!(await converse(listener.port, bytes, 5000))) hung.push(bytes.toString('hex'));
    }
  };
  await Promise.all([run(), run(), run(), run()]);
  expect(hung).toEqual([]);
  const peer = { aeTitle: 'ISOCENTER', host: '127.0.0.1', port: listener.port };
  expect((await echo(peer, { callingAe: 'AFTER' })).status).toBe(0);
  await listener.close();
  expect(await archive.count()).toBeGreaterThan(3);
  const { missing, orphans } = await archive.verify();
  expect({ missing, orphans }).toEqual({ missing: [], orphans: [] });
  await archive.close();
  const left = (await readdir(folder.path, { recursive: true })).filter((name) => path.extname(name) === '.part');
  expect(left).toEqual([]);
  await folder.remove();
}, 30_000);

import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { expect, it } from 'vitest';
import { startWebHost } from '#main/host/web.ts';
import { createApp } from '#main/server/app.ts';
import type { contract } from '#shared/contract/rpc.ts';
import { ctSlice, store } from '../archive/objects.ts';
import { serverScene } from './scene.ts';

it('streams events over HTTP and lets go of a page that went away', async () => {
  await using scene = await serverScene();
  let listening = 0;
  const events: typeof scene.archive.events = {
    subscribe(listener) {
      listening++;
      const stop = scene.archive.events.subscribe(listener);
      return () => {
        listening--;
        stop();
      };
    },
  };
  const app = createApp(
    { ...scene.services, archive: { ...scene.archive, events } },
    { access: { kind: 'trusted' }, pageDir: scene.dir },
  );
  const host = await startWebHost(app, { bind: '127.0.0.1', port: 0 });
  const client: ContractRouterClient<typeof contract> = createORPCClient(new RPCLink({ url: `${host.origin}/rpc` }));
  const gone = new AbortController();
  const stream = await client.archive.events(undefined, { signal: gone.signal });
  expect((await stream.next()).value).toEqual({ event: 'heartbeat' });
  expect(listening).toBe(1);
  await store(scene.archive, ctSlice(1));
  expect((await stream.next()).value).toMatchObject({ event: 'stored', sopInstanceUid: '1.2.3.2.1' });
  gone.abort();
  await expect.poll(() => listening).toBe(0);
  await host.close();
});

it('carries a large object both ways', async () => {
  await using scene = await serverScene();
  const app = createApp(scene.services, { access: { kind: 'trusted' }, pageDir: scene.dir });
  const host = await startWebHost(app, { bind: '127.0.0.1', port: 0 });
  const pixels = new Uint16Array(8 << 20).map((_, i) => i);
  const file = ctSlice(1, { Rows: 4096, Columns: 2048, PixelData: pixels });
  const head = Buffer.from('--b\r\nContent-Type: application/dicom\r\n\r\n');
  const stored = await fetch(`${host.origin}/dicom-web/studies`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' },
    body: Buffer.concat([head, file, Buffer.from('\r\n--b--')]),
  });
  expect(stored.status).toBe(200);
  const path = '/dicom-web/studies/1.2.3.1/series/1.2.3.2/instances/1.2.3.2.1';
  const back = await fetch(`${host.origin}${path}`, { headers: { accept: 'application/dicom' } });
  expect(Buffer.from(await back.arrayBuffer()).equals(Buffer.from(file))).toBe(true);
  await host.close();
});

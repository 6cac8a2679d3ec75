import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openArchive } from '#main/archive/archive.ts';
import { createServices, type Services } from '#main/host/services.ts';
import { transfersFile } from '#main/host/transfers.ts';
import { queuedObject } from '#main/transfers/queuedObject.ts';
import { openTransferDatabase } from '#main/transfers/store/database.ts';
import { TransferStore } from '#main/transfers/store/transferStore.ts';
import { isFinished, type Transfer } from '#shared/contract/rpc/transfers.ts';
import { route } from '#shared/contract/rpc/routing.ts';
import { runStorescu } from './harness/dcmtk.ts';
import { isocenterJson } from './harness/isocenter.ts';
import { peerMissing } from './harness/missing.ts';
import { ctFile } from './harness/part10.ts';
import { freePort, temporaryFolder } from './harness/process.ts';
import { startOrthanc } from './harness/orthanc.ts';
import { dataSetHashes, filesIn, sinkAt } from './harness/transferScene.ts';

const uid = (n: number) => `1.2.826.0.1.3680043.10.999.5.${n}`;
const numbers = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

let folder = { path: '', remove: async () => undefined as void };
const open: { close(): Promise<unknown> }[] = [];
beforeEach(async () => {
  folder = await temporaryFolder('transfers');
});
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
  await folder.remove();
});

const inFolder = async (name: string): Promise<string> => {
  const dir = path.join(folder.path, name);
  await mkdir(dir, { recursive: true });
  return dir;
};

async function sink(port: number, args: readonly string[] = []) {
  const dir = await inFolder('sink');
  const running = await sinkAt(port, dir, args);
  open.push({ close: () => running.stop() });
  return { ...running, files: () => filesIn(dir) };
}

async function services(name: string, aeTitle = 'ISOCENTER'): Promise<Services> {
  const made = await createServices({ archive: await inFolder(name), shell: 'web', aeTitle, dicom: { port: 0 } });
  open.push(made);
  return made;
}

const nodeAt = (port: number, id = 'sink', aeTitle = 'SINK') => ({ id, name: id, aeTitle, host: '127.0.0.1', port });

/** An archive with `n` slices of `size`² pixels, and all of them queued for the sink. */
async function queued(us: Services, port: number, n: number, size = 64): Promise<number> {
  for (const i of numbers(n)) await us.archive.store(ctFile(uid(i), size).file, { source: 'test' });
  const node = await us.nodes.save(nodeAt(port));
  const objects = (await us.archive.locate({})).map(queuedObject);
  return us.transfers.enqueue({ node, why: 'user', patient: 'Phantom Thorax · TEST1', objects });
}

const ended = (us: Services, id: number): Promise<Transfer> =>
  expect
    .poll(() => isFinished(us.transfers.get(id)), { timeout: 30_000, interval: 50 })
    .toBe(true)
    .then(() => us.transfers.get(id));

const archived = async (us: Services): Promise<string[]> =>
  dataSetHashes((await us.archive.locate({})).map(({ file }) => file));

describe.skipIf(peerMissing('storescp'))('transfers to DCMTK', () => {
  test('wait for a peer that is started late', async () => {
    const us = await services('us');
    const port = await freePort();
    const id = await queued(us, port, 3);
    await expect.poll(() => us.transfers.get(id).state).toBe('retrying');
    expect(us.transfers.get(id).reason).toMatch(/refused/i);
    const peer = await sink(port);
    expect(await ended(us, id)).toMatchObject({ state: 'done', sent: 3, attempts: 2 });
    expect(await dataSetHashes(await peer.files())).toEqual(await archived(us));
  });

  test('go on when the peer is killed in the middle and comes back', async () => {
    const us = await services('us');
    const port = await freePort();
    const first = await sink(port);
    const id = await queued(us, port, 150, 256);
    await expect.poll(() => us.transfers.get(id).sent, { interval: 5 }).toBeGreaterThan(10);
    process.kill(first.pid, 'SIGKILL');
    await expect.poll(() => us.transfers.get(id).state).toBe('retrying');
    expect(us.transfers.get(id).sent).toBeLessThan(150);
    expect(us.transfers.get(id).failed).toBe(0);
    const peer = await sink(port);
    us.transfers.retry(id);
    expect(await ended(us, id)).toMatchObject({ state: 'done', sent: 150, failed: 0 });
    expect(await dataSetHashes(await peer.files())).toEqual(await archived(us));
  });

  test('fail at once, in words, when the peer rejects for good', async () => {
    const us = await services('us');
    const port = await freePort();
    await sink(port, ['--refuse']);
    const end = await ended(us, await queued(us, port, 2));
    expect(end).toMatchObject({ state: 'failed', sent: 0, failed: 2, attempts: 1 });
    expect(end.reason).toMatch(/^nothing was taken: rejected permanently/);
    const [object] = us.transfers.objects(end.id, { failed: true, limit: 1 });
    expect(object.reason).toMatch(/^rejected permanently/);
  });

  test('survive kill -9 in mid-send, twice: everything arrives as it was stored', async () => {
    const archive = await inFolder('us');
    const port = await freePort();
    await writeFile(path.join(archive, 'settings.json'), JSON.stringify({ nodes: [nodeAt(port)] }));
    const us = await openArchive(archive);
    for (const i of numbers(100)) await us.store(ctFile(uid(i), 512).file, { source: 'test' });
    const files = await us.locate({});
    const expected = await dataSetHashes(files.map(({ file }) => file));
    await us.close();
    const database = openTransferDatabase(transfersFile(archive));
    open.push({ close: async () => database.close() });
    const store = new TransferStore(database);
    const objects = files.map(queuedObject);
    const id = store.add({ node: { id: 'sink', name: 'sink' }, why: 'user', patient: 'P', objects }, Date.now());
    const peer = await sink(port);
    const main = path.resolve('src/main/cli/main.ts');
    const serve = ['serve', '--archive', archive, '--port', '0', '--http', '127.0.0.1:0'];
    let sent: string[] = [];
    for (const enough of [25, 60, 100]) {
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...serve]);
      while (store.get(id).sent < enough) await sleep(2);
      if (enough < 100) child.kill('SIGKILL');
      else {
        while (!isFinished(store.get(id))) await sleep(20);
        child.kill('SIGTERM');
      }
      await once(child, 'close');
      const now = store.sent(id).map(({ sopInstanceUid }) => sopInstanceUid);
      expect(now.length).toBeGreaterThanOrEqual(enough);
      if (enough < 100) expect(now.length).toBeLessThan(100);
      // What was reported as sent stays so.
      expect(sent.filter((each) => !now.includes(each))).toEqual([]);
      sent = now;
    }
    expect(store.get(id)).toMatchObject({ state: 'done', sent: 100, failed: 0, total: 100 });
    expect(await dataSetHashes(await peer.files())).toEqual(expected);
  });

  test('are seen, cancelled and retried from the command line while the app runs', async () => {
    const us = await services('us');
    const port = await freePort();
    const id = await queued(us, port, 2);
    await expect.poll(() => us.transfers.get(id).state).toBe('retrying');
    const archive = us.archive.dir;
    expect(await isocenterJson(['transfers', 'list', '--archive', archive, '--search', 'thorax'])).toMatchObject([
      { id, state: 'retrying', nodeName: 'sink', total: 2, sent: 0, patient: 'Phantom Thorax · TEST1' },
    ]);
    expect(await isocenterJson(['transfers', 'cancel', 'all', '--archive', archive])).toMatchObject([
      { id, state: 'cancelled' },
    ]);
    expect(us.transfers.get(id).state).toBe('cancelled');
    const peer = await sink(port);
    await isocenterJson(['transfers', 'retry', String(id), '--archive', archive]);
    expect(await ended(us, id)).toMatchObject({ state: 'done', sent: 2 });
    expect(await peer.files()).toHaveLength(2);
  });
});

describe.skipIf(peerMissing('Orthanc'))('transfers to Orthanc', () => {
  test('are done when it has committed to keep everything', async () => {
    const us = await services('us');
    const own = { aeTitle: 'ISOCENTER', host: '127.0.0.1', port: us.dicomPort };
    const orthanc = await startOrthanc({ us: own }, { AllowStorageCommitment: true });
    open.push({ close: () => orthanc.stop() });
    for (const i of numbers(3)) await us.archive.store(ctFile(uid(i), 64).file, { source: 'test' });
    const node = await us.nodes.save({ ...nodeAt(orthanc.peer.port, 'pacs', 'ORTHANC'), commit: true });
    const objects = (await us.archive.locate({})).map(queuedObject);
    const id = us.transfers.enqueue({ node, why: 'user', patient: 'Phantom Thorax · TEST1', objects });
    expect(await ended(us, id)).toMatchObject({ state: 'done', sent: 3, failed: 0 });
    expect(us.transfers.objects(id, { failed: false, limit: 9 }).map(({ state }) => state)).toEqual([
      'committed',
      'committed',
      'committed',
    ]);
  });
});

describe.skipIf(peerMissing('storescu'))('routing beside DCMTK', () => {
  test('a rule of the command line sends on what storescu sends, once, and not what does not fit', async () => {
    const us = await services('us');
    const port = await freePort();
    const peer = await sink(port);
    await us.nodes.save(nodeAt(port));
    const rule = ['route', 'add', 'Slices', '--to', 'SINK', '--from', 'CT*', '--modality', 'CT', '--quiet', '1'];
    await isocenterJson([...rule, '--archive', us.archive.dir]);
    await expect.poll(async () => (await us.routes.list()).length).toBe(1);
    const files = await Promise.all(
      numbers(6).map(async (i) => {
        const file = path.join(folder.path, `${i}.dcm`);
        await writeFile(file, ctFile(uid(i), 64).file);
        return file;
      }),
    );
    const own = { aeTitle: 'ISOCENTER', host: '127.0.0.1', port: us.dicomPort };
    await runStorescu(own, files.slice(0, 4), ['-aet', 'CT1']);
    await runStorescu(own, files.slice(4), ['-aet', 'OTHER']);
    await runStorescu(own, files.slice(0, 4), ['-aet', 'CT1']);
    await expect
      .poll(() => us.transfers.list({ search: '', limit: 9 }), { timeout: 15_000 })
      .toMatchObject([
        { state: 'done', why: 'route', rule: 'Slices', sent: 4, content: 'CT × 4', patient: 'Phantom Thorax · TEST1' },
      ]);
    expect(await dataSetHashes(await peer.files())).toEqual(await dataSetHashes(files.slice(0, 4)));
    expect(await isocenterJson(['route', 'remove', 'Slices', '--archive', us.archive.dir])).toMatchObject({
      removed: { name: 'Slices' },
    });
  });

  test('what was acknowledged is sent on even when we were killed right after', async () => {
    const archive = await inFolder('us');
    const [port, dicom] = [await freePort(), await freePort()];
    const peer = await sink(port);
    const rule = route.parse({ id: 'r', name: 'All', enabled: true, node: 'sink', quietSeconds: 1 });
    await writeFile(path.join(archive, 'settings.json'), JSON.stringify({ nodes: [nodeAt(port)], routes: [rule] }));
    const file = path.join(folder.path, 'one.dcm');
    await writeFile(file, ctFile(uid(1), 64).file);
    const main = path.resolve('src/main/cli/main.ts');
    const serve = ['serve', '--archive', archive, '--port', String(dicom), '--http', '127.0.0.1:0'];
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...serve]);
    await once(child.stdout, 'data');
    const stored = await runStorescu({ aeTitle: 'ISOCENTER', host: '127.0.0.1', port: dicom }, [file], ['-aet', 'CT1']);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(stored.code).toBe(0);
    expect(await peer.files()).toEqual([]);
    await services('us');
    await expect.poll(peer.files, { timeout: 15_000 }).toHaveLength(1);
    expect(await dataSetHashes(await peer.files())).toEqual(await dataSetHashes([file]));
  });

  test('two nodes that route to each other send nothing in a circle', async () => {
    const [a, b] = [await services('a', 'A'), await services('b', 'B')];
    for (const [from, to, aeTitle] of [[a, b, 'B'] as const, [b, a, 'A'] as const]) {
      await from.nodes.save(nodeAt(to.dicomPort, 'other', aeTitle));
      await from.routes.save(route.parse({ id: 'r', name: 'on', enabled: true, node: 'other' }));
    }
    const file = path.join(folder.path, 'one.dcm');
    await writeFile(file, ctFile(uid(1), 64).file);
    await runStorescu({ aeTitle: 'A', host: '127.0.0.1', port: a.dicomPort }, [file], ['-aet', 'CT1']);
    await expect.poll(() => b.archive.count(), { timeout: 10_000 }).toBe(1);
    // Longer than B's router needs to look.
    await sleep(3000);
    expect(b.transfers.list({ search: '', limit: 9 })).toEqual([]);
    expect(a.transfers.list({ search: '', limit: 9 })).toMatchObject([{ state: 'done', sent: 1 }]);
  });

  test('what another process imports is told by a running app, once', async () => {
    const us = await services('us');
    const told: string[] = [];
    us.archive.events.subscribe(({ result, source }) => told.push(`${source} ${result.sopInstanceUid}`));
    await us.archive.store(ctFile(uid(1), 64).file, { source: 'here' });
    const file = path.join(folder.path, 'two.dcm');
    await writeFile(file, ctFile(uid(2), 64).file);
    await isocenterJson(['import', file, '--archive', us.archive.dir]);
    await expect.poll(() => told, { timeout: 10_000 }).toEqual([`here ${uid(1)}`, `import ${uid(2)}`]);
    await sleep(2500);
    expect(told).toHaveLength(2);
  });
});

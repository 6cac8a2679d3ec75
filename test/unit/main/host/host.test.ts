import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataSetOffset } from '#main/archive/fileMeta.ts';
import { findBrowser, hasDisplay, openAppWindow } from '#main/host/browser.ts';
import { findElectron } from '#main/host/electronRuntime.ts';
import { createLog } from '#main/host/log.ts';
import { parseStartOptions } from '#main/host/options.ts';
import { defaultArchiveDir, projectRoot } from '#main/host/paths.ts';
import { createServices } from '#main/host/services.ts';
import { openSettings } from '#main/host/settings.ts';
import { isLoopback, startWebHost } from '#main/host/web.ts';
import { queuedObject } from '#main/transfers/queuedObject.ts';
import { ctSlice, PLAN, plan, scratch, store } from '../archive/objects.ts';

describe('options of npm start', () => {
  it('have safe defaults', () => {
    expect(parseStartOptions([])).toEqual({
      help: false,
      json: false,
      archive: defaultArchiveDir(),
      aeTitle: undefined,
      dicomPort: undefined,
      bind: undefined,
      httpPort: 0,
      open: true,
      demo: true,
    });
  });

  it('are all understood', () => {
    const argv = '--archive /x --ae PLAN --port 104 --bind 0.0.0.0 --http 8080 --no-open --no-demo --json'.split(' ');
    expect(parseStartOptions(argv)).toMatchObject({
      archive: '/x', aeTitle: 'PLAN', dicomPort: 104, bind: '0.0.0.0', httpPort: 8080, open: false, demo: false, json: true,
    }); // biome-ignore format: one line reads best
  });

  it.each([
    ['--prot', '104'],
    ['--port', 'x'],
    ['--port', '70000'],
    ['--http', '-1'],
    ['--ae', ''],
    ['--bind', 'elsewhere'],
    ['--archive'],
    ['stray'],
  ])('are refused when wrong: %s %s', (...argv) => {
    expect(() => parseStartOptions(argv)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('places', () => {
  it('are where each system has them', () => {
    expect(defaultArchiveDir({ XDG_DATA_HOME: '/data' }, 'linux')).toBe('/data/isocenter/archive');
    expect(defaultArchiveDir({}, 'linux')).toMatch(/\.local\/share\/isocenter\/archive$/);
    expect(defaultArchiveDir({}, 'darwin')).toMatch(/Library\/Application Support\/isocenter\/archive$/);
    expect(defaultArchiveDir({ LOCALAPPDATA: 'C:\\L' }, 'win32')).toMatch(/^C:\\L.isocenter.archive$/);
    expect(existsSync(join(projectRoot(), 'electron.vite.config.ts'))).toBe(true);
    // As the bundle in out/main looks for it.
    expect(projectRoot(join(projectRoot(), 'out', 'main'))).toBe(projectRoot());
  });
});

describe('shells', () => {
  it('Electron counts only when its executable is there, and is never imported', async () => {
    await using folder = await scratch();
    const dist = join(folder.dir, 'node_modules', 'electron', 'dist');
    expect(findElectron(folder.dir, {}, 'linux')).toBeUndefined();
    await mkdir(dist, { recursive: true });
    expect(findElectron(folder.dir, {}, 'linux')).toBeUndefined();
    await writeFile(join(dist, 'electron'), '');
    expect(findElectron(folder.dir, {}, 'linux')).toBe(join(dist, 'electron'));
    expect(findElectron('/nowhere', { ELECTRON_OVERRIDE_DIST_PATH: dist }, 'linux')).toBe(join(dist, 'electron'));
    expect(findElectron('/nowhere', { ELECTRON_OVERRIDE_DIST_PATH: dist }, 'win32')).toBeUndefined();
    for (const file of ['start.ts', 'electronRuntime.ts', 'browser.ts'])
      expect(await readFile(join(projectRoot(), 'src/main/host', file), 'utf8')).not.toMatch(
        /from 'electron'|import\('electron'\)/,
      );
  });

  it('a browser is looked for in PATH, Chromium first', async () => {
    await using folder = await scratch();
    const env = { PATH: `/nowhere:${folder.dir}` };
    expect(findBrowser(env, 'linux')).toBeUndefined();
    await writeFile(join(folder.dir, 'google-chrome'), '');
    expect(findBrowser(env, 'linux')).toBe(join(folder.dir, 'google-chrome'));
    await writeFile(join(folder.dir, 'chromium'), '');
    expect(findBrowser(env, 'linux')).toBe(join(folder.dir, 'chromium'));
    expect([hasDisplay({}, 'linux'), hasDisplay({ DISPLAY: ':0' }, 'linux'), hasDisplay({}, 'win32')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it.skipIf(process.platform === 'win32')(
    'an app window gets the address and a profile of its own, which is gone afterwards',
    async () => {
      await using folder = await scratch();
      const browser = join(folder.dir, 'browser');
      const seen = join(folder.dir, 'seen');
      await writeFile(browser, `#!/bin/sh\nfor a in "$@"; do echo "$a" >> ${seen}; done\nexit 7\n`);
      await chmod(browser, 0o755);
      const window = await openAppWindow(browser, 'http://127.0.0.1:1/?token=x');
      expect(await window.closed).toMatchObject({ code: 7 });
      const flags = (await readFile(seen, 'utf8')).split('\n');
      expect(flags).toContain('--app=http://127.0.0.1:1/?token=x');
      const profile = flags.find((flag) => flag.startsWith('--user-data-dir='))?.slice('--user-data-dir='.length) ?? '';
      expect(profile).not.toBe('');
      expect(existsSync(profile)).toBe(false);
      expect(await (await openAppWindow('/no/such/browser', 'x')).closed).toMatchObject({ code: null });
    },
  );

  it('the web host carries requests and answers over HTTP', async () => {
    const host = await startWebHost(
      async (request) => new Response(`${request.method} ${request.url} ${await request.text()}`),
      {
        bind: '127.0.0.1',
        port: 0,
      },
    );
    const answer = await fetch(`${host.origin}/a?b=c`, { method: 'POST', body: 'body' });
    expect(await answer.text()).toBe(`POST ${host.origin}/a?b=c body`);
    await expect(
      startWebHost(async () => new Response(), { bind: '127.0.0.1', port: host.port }),
    ).rejects.toMatchObject({ code: 'NETWORK' });
    await host.close();
    await expect(fetch(host.origin)).rejects.toThrow();
    expect(['127.0.0.1', '127.1.2.3', '::1', 'localhost', '0.0.0.0', '10.0.0.1', '::'].map(isLoopback)).toEqual([
      true, true, true, true, false, false, false,
    ]); // biome-ignore format: a list
  });
});

describe('services', () => {
  const open = (dir: string, port: number, fallBack = false) =>
    createServices({ archive: dir, shell: 'web', dicom: { port, bind: '127.0.0.1', fallBack } });

  it('take a free DICOM port and say so when theirs is in use, or fail when it was asked for', async () => {
    await using folder = await scratch();
    const first = await open(join(folder.dir, 'a'), 0);
    await expect(open(join(folder.dir, 'b'), first.dicomPort)).rejects.toMatchObject({ code: 'NETWORK' });
    const second = await open(join(folder.dir, 'b'), first.dicomPort, true);
    expect(second.dicomPort).not.toBe(first.dicomPort);
    expect(second.log.lines().map((line) => line.text)).toContainEqual(
      expect.stringMatching(new RegExp(`${first.dicomPort} is in use.*${second.dicomPort}`)),
    );
    expect((await second.security.state()).warnings.map(({ text }) => text)).toContainEqual(
      expect.stringContaining(`Port ${first.dicomPort} is in use`),
    );
    expect(await second.info()).toMatchObject({
      aeTitle: 'ISOCENTER',
      dicomPort: second.dicomPort,
      shell: 'web',
      instances: 0,
    });
    const node = { id: 'a', name: 'a', aeTitle: 'ANY', host: '127.0.0.1', port: first.dicomPort };
    expect(await second.network.echo(node)).toMatchObject({ status: '0000' });
    await Promise.all([first.close(), second.close()]);
    await expect(open(join(folder.dir, 'a'), 0).then((services) => services.close())).resolves.toBeUndefined();
  });

  it('store what another node sends, answer per object, and tell of it', async () => {
    await using folder = await scratch();
    const [sender, receiver] = [await open(join(folder.dir, 'a'), 0), await open(join(folder.dir, 'b'), 0)];
    for (const bytes of [ctSlice(1), ctSlice(2, {}, '1.2.840.10008.1.2'), plan()]) await store(sender.archive, bytes);
    const sources: string[] = [];
    receiver.archive.events.subscribe(({ source }) => sources.push(source));
    const node = { id: 'b', name: 'b', aeTitle: 'B', host: '127.0.0.1', port: receiver.dicomPort };
    await sender.nodes.save(node);
    const results: unknown[] = [];
    const ended = new Promise<void>((resolve) => {
      sender.transfers.subscribe((event) => {
        if (event.event === 'object') results.push([event.sopInstanceUid, event.label, event.ok, event.status]);
        if (event.event === 'transfer' && event.transfer.finished !== undefined) resolve();
      });
    });
    const objects = (await sender.archive.locate({})).map(queuedObject);
    sender.transfers.enqueue({ node, why: 'user', patient: 'DOE JOHN', objects });
    await ended;
    expect(results).toEqual([
      ['1.2.3.2.1', 'CT', true, '0000'],
      ['1.2.3.2.2', 'CT', true, '0000'],
      [PLAN, 'Lung', true, '0000'],
    ]);
    expect(sources).toEqual(['ISOCENTER', 'ISOCENTER', 'ISOCENTER']);
    const sets = async ({ archive }: typeof sender) =>
      Promise.all(
        (await archive.locate({})).map(async ({ file }) => {
          const bytes = await readFile(file);
          return bytes.subarray(dataSetOffset(bytes)).toString('hex');
        }),
      );
    expect(await sets(receiver)).toEqual(await sets(sender));
    await Promise.all([sender.close(), receiver.close()]);
  });

  it('name what is wrong in the settings and leave the file alone', async () => {
    await using folder = await scratch();
    const file = join(folder.dir, 'settings.json');
    for (const [text, attribute] of [
      ['{', undefined],
      ['{"aeTitle":""}', 'aeTitle'],
      ['{"nodes":[{"id":"a"}]}', 'nodes.0.name'],
      ['{"colour":1}', ''],
    ] as const) {
      await writeFile(file, text);
      await expect(openSettings(file)).rejects.toMatchObject({ code: 'INVALID_ATTRIBUTE', object: file, attribute });
      await expect(open(folder.dir, 0)).rejects.toMatchObject({ code: 'INVALID_ATTRIBUTE' });
      expect(await readFile(file, 'utf8')).toBe(text);
    }
    await writeFile(file, '{"aeTitle":"PLAN"}');
    const services = await open(folder.dir, 0);
    expect(services.aeTitle).toBe('PLAN');
    await services.close();
  });

  it('keep the last thousand lines of the log', () => {
    const seen: string[] = [];
    const log = createLog((line) => seen.push(line.text));
    for (let i = 0; i < 1005; i++) log.info(String(i));
    log.error('last');
    expect(log.lines()).toHaveLength(1000);
    expect(log.lines()[0].text).toBe('6');
    expect(log.lines().at(-1)).toMatchObject({ level: 'error', text: 'last' });
    expect(seen).toHaveLength(1006);
  });
});

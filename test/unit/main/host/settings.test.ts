import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSettings } from '#main/host/settings.ts';
import { scratch } from '../archive/objects.ts';

const NODE = { id: 'pacs', name: 'PACS', aeTitle: 'PACS', host: 'pacs.example', port: 104 };

describe('settings', () => {
  it('have safe defaults: loopback, no TLS, no users, and a file of the owner alone', async () => {
    await using folder = await scratch();
    const file = join(folder.dir, 'settings.json');
    const settings = await openSettings(file);
    expect(settings.current).toMatchObject({
      aeTitle: 'ISOCENTER',
      listening: { enabled: true, bind: '127.0.0.1', port: 11112 },
      tls: { enabled: false, port: 2762, mutual: true },
      access: { enabled: false },
      users: { mode: 'off', list: [] },
    });
    await settings.nodes.save(NODE);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: 1, nodes: [NODE] });
  });

  it('are refused by name when they are wrong or newer', async () => {
    await using folder = await scratch();
    const file = join(folder.dir, 'settings.json');
    for (const [text, attribute] of [
      ['{"version":2}', 'version'],
      ['{"listening":{"bind":"everywhere"}}', 'listening.bind'],
      ['{"access":{"peers":[{}]}}', 'access.peers.0'],
      ['{"users":{"list":[{"name":"a","hash":"secret"}]}}', 'users.list.0.hash'],
      ['{"tls":{"colour":1}}', 'tls'],
    ] as const) {
      await writeFile(file, text);
      await expect(openSettings(file), text).rejects.toMatchObject({ code: 'INVALID_ATTRIBUTE', attribute });
    }
  });

  it('never tell a passcode, keep it, and want it again for another address', async () => {
    await using folder = await scratch();
    const { nodes } = await openSettings(join(folder.dir, 'settings.json'));
    const saved = await nodes.save({ ...NODE, user: { name: 'planner', passcode: 'secret' } });
    expect(saved.user).toEqual({ name: 'planner', hasPasscode: true });
    await nodes.save({ ...NODE, name: 'Archive', user: { name: 'planner' } });
    expect(JSON.stringify(await nodes.list())).not.toContain('secret');
    expect((await nodes.get('pacs')).userIdentity).toEqual({ type: 'username', name: 'planner', passcode: 'secret' });
    for (const change of [{ host: 'elsewhere' }, { port: 105 }, { user: { name: 'other' } }])
      await expect(nodes.save({ ...NODE, user: { name: 'planner' }, ...change })).rejects.toMatchObject({
        code: 'INVALID_ATTRIBUTE',
        attribute: 'user.passcode',
      });
    expect((await nodes.save({ ...NODE, user: { name: 'planner', passcode: '' } })).user?.hasPasscode).toBe(false);
  });

  it('lose no change when two processes and many callers write at once', async () => {
    await using folder = await scratch();
    const file = join(folder.dir, 'settings.json');
    const code = (who: string) =>
      `const { openSettings } = await import('#main/host/settings.ts'); const s = await openSettings(${JSON.stringify(file)});` +
      `await Promise.all(Array.from({ length: 8 }, (_, n) => s.nodes.save({ ...${JSON.stringify(NODE)}, id: '${who}' + n })));`;
    const children = ['a', 'b'].map((who) =>
      spawn(process.execPath, ['--input-type=module', '-e', code(who)], { stdio: ['ignore', 'inherit', 'inherit'] }),
    );
    expect(await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number))).toEqual([0, 0]);
    const { nodes } = (await openSettings(file)).current;
    expect(nodes.map(({ id }) => id).sort()).toEqual(
      ['a', 'b'].flatMap((who) => Array.from({ length: 8 }, (_, n) => `${who}${n}`)),
    );
  });

  it('take over what others write and tell of it; what is wrong changes nothing', async () => {
    await using folder = await scratch();
    const file = join(folder.dir, 'settings.json');
    const settings = await openSettings(file);
    const titles: string[] = [];
    settings.subscribe(({ aeTitle }) => titles.push(aeTitle));
    await writeFile(file, '{"aeTitle":"OTHER"}');
    expect((await settings.refresh()).aeTitle).toBe('OTHER');
    await settings.refresh();
    await writeFile(file, '{"aeTitle":');
    await expect(settings.refresh()).rejects.toMatchObject({ code: 'INVALID_ATTRIBUTE' });
    await expect(settings.nodes.save(NODE)).rejects.toMatchObject({ code: 'INVALID_ATTRIBUTE' });
    expect(settings.current.aeTitle).toBe('OTHER');
    expect(titles).toEqual(['OTHER']);
    expect(await readFile(file, 'utf8')).toBe('{"aeTitle":');
  });

  it('a lock left by a killed process is no obstacle', async () => {
    await using folder = await scratch();
    const file = join(folder.dir, 'settings.json');
    const settings = await openSettings(file);
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    await writeFile(`${file}.lock`, String(gone.pid));
    await settings.nodes.save(NODE);
    await writeFile(`${file}.lock`, String(process.pid));
    const old = new Date(Date.now() - 60_000);
    await utimes(`${file}.lock`, old, old);
    expect(await settings.nodes.remove('pacs')).toBe(true);
  });
});

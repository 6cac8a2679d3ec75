import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { access, ORIGIN, serverScene } from './scene.ts';

const status = async (response: Promise<Response>): Promise<number> => (await response).status;
const cookieOf = (response: Response): string => (response.headers.get('set-cookie') ?? '').split(';')[0];

describe('access by token', () => {
  it('lets nobody in without one', async () => {
    await using scene = await serverScene({ access: access() });
    for (const path of ['/', '/index.html', '/dicom-web/studies', '/rpc/system/info', '/nothing'])
      expect(await status(scene.fetch(path)), path).toBe(401);
    expect(await status(scene.fetch('/dicom-web/studies', { method: 'POST', body: 'x' }))).toBe(401);
  });

  it('exchanges the launch token once for a cookie that scripts cannot read', async () => {
    const token = access();
    await using scene = await serverScene({ access: token });
    const first = await scene.fetch(`/?token=${token.launchToken}`);
    expect(first.status).toBe(303);
    expect(first.headers.get('location')).toBe('/');
    expect(first.headers.get('set-cookie')).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    const cookie = cookieOf(first);
    expect(await status(scene.fetch('/dicom-web/studies', { headers: { cookie } }))).toBe(200);
    const again = await scene.fetch(`/?token=${token.launchToken}`);
    expect(again.status).toBe(401);
    expect(cookieOf(again)).not.toBe(cookie);
    // The first window goes on working.
    expect(await status(scene.fetch('/dicom-web/studies', { headers: { cookie } }))).toBe(200);
  });

  it.each(['wrong', '', 'ä'])("refuses the token '%s' and does not use up the right one", async (wrong) => {
    const token = access();
    await using scene = await serverScene({ access: token });
    expect(await status(scene.fetch(`/?token=${encodeURIComponent(wrong)}`))).toBe(401);
    expect(await status(scene.fetch(`/?token=${token.bearerToken}`))).toBe(401);
    expect(await status(scene.fetch(`/?token=${token.launchToken}`))).toBe(303);
  });

  it('takes the bearer token and no invented cookie', async () => {
    const token = access();
    await using scene = await serverScene({ access: token });
    const bearer = (text: string) => ({ headers: { authorization: `Bearer ${text}` } });
    expect(await status(scene.fetch('/dicom-web/studies', bearer(token.bearerToken)))).toBe(200);
    expect(await status(scene.fetch('/dicom-web/studies', bearer(token.launchToken)))).toBe(401);
    expect(await status(scene.fetch('/dicom-web/studies', bearer(`${token.bearerToken}x`)))).toBe(401);
    expect(await status(scene.fetch('/', { headers: { cookie: 'isocenter_session=undefined' } }))).toBe(401);
  });

  it('opens DICOMweb alone when told to', async () => {
    await using scene = await serverScene({ access: access(true) });
    expect(await status(scene.fetch('/dicom-web/studies'))).toBe(200);
    expect(await status(scene.fetch('/rpc/system/info'))).toBe(401);
    expect(await status(scene.fetch('/dicom-web/../rpc/system/info'))).toBe(401);
    expect(await status(scene.fetch('/'))).toBe(401);
  });

  it('answers to addresses and names of its own only (DNS rebinding)', async () => {
    await using scene = await serverScene({ access: access(true) });
    const ask = (origin: string) => status(scene.fetch(`${origin}/dicom-web/studies`));
    for (const ours of [ORIGIN, 'http://localhost:1', 'http://[::1]:1', 'http://192.168.1.5', `http://${hostname()}`])
      expect(await ask(ours), ours).toBe(200);
    for (const foreign of [
      'http://evil.example',
      'http://localhost.evil.example',
      'http://127.0.0.1.evil.example:8080',
    ])
      expect(await ask(foreign), foreign).toBe(421);
  });

  it('refuses what a browser sends for another site', async () => {
    await using scene = await serverScene({ access: access(true) });
    const ask = (headers: Record<string, string>) => status(scene.fetch('/dicom-web/studies', { headers }));
    expect(await ask({ origin: ORIGIN, 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await ask({ 'sec-fetch-site': 'none' })).toBe(200);
    expect(await ask({ origin: 'http://evil.example' })).toBe(403);
    expect(await ask({ origin: 'http://127.0.0.1:9999' })).toBe(403);
    expect(await ask({ origin: 'null' })).toBe(403);
    expect(await ask({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await ask({ 'sec-fetch-site': 'same-site' })).toBe(403);
  });
});

describe('the page', () => {
  it('comes with every security header, as all answers do', async () => {
    await using scene = await serverScene();
    for (const path of ['/', '/dicom-web/studies', '/dicom-web/nothing', '/rpc/nothing', '/nothing']) {
      const { headers } = await scene.fetch(path);
      const policy = (headers.get('content-security-policy') ?? '').split('; ');
      for (const rule of [
        "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "worker-src 'self' blob:", "style-src 'self' 'unsafe-inline'",
        "img-src 'self' blob: data:", "connect-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'none'",
      ]) // biome-ignore format: a list
        expect(policy, path).toContain(rule);
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
    expect((await scene.fetch('/dicom-web/studies')).headers.get('cache-control')).toBe('no-store');
  });

  it('serves what lies in its folder and nothing beside it', async () => {
    await using scene = await serverScene();
    const page = join(scene.dir, 'page');
    await mkdir(join(page, 'assets'), { recursive: true });
    await writeFile(join(page, 'index.html'), '<!doctype html>');
    await writeFile(join(page, 'assets', 'app-1a2b.js'), 'go()');
    await writeFile(join(scene.dir, 'secret.txt'), 'secret');
    await using served = await serverScene({ pageDir: page });
    const index = await served.fetch('/');
    expect([index.status, index.headers.get('content-type'), await index.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<!doctype html>',
    ]);
    const script = await served.fetch('/assets/app-1a2b.js');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toContain('immutable');
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/assets',
      '/%00',
      '/%ff',
      '/x.js',
    ])
      expect(await status(served.fetch(path)), path).toBe(404);
    expect(await status(served.fetch('/', { method: 'POST' }))).toBe(404);
  });

  it('says how to build it when it is not built', async () => {
    await using scene = await serverScene();
    const response = await scene.fetch('/');
    expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('npm run build')]);
  });
});

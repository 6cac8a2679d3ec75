import { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** What Electron would be told: every call is kept, nothing happens. */
const fake = vi.hoisted(() => ({
  calls: [] as [name: string, ...args: unknown[]][],
  handlers: new Map<string, (request: Request) => Promise<Response> | Response>(),
  lock: true,
  packaged: false,
  app: undefined as unknown as EventEmitter,
  windows: [] as { options: Record<string, unknown>; emitter: EventEmitter; shown: string[]; minimized: boolean }[],
}));

vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  const note =
    (name: string) =>
    (...args: unknown[]): void =>
      void fake.calls.push([name, ...args]);
  class Application extends Emitter {
    get isPackaged(): boolean {
      return fake.packaged;
    }
    requestSingleInstanceLock = (): boolean => fake.lock;
    whenReady = (): Promise<void> => {
      note('app.whenReady')();
      return Promise.resolve();
    };
    quit = note('app.quit');
    exit = note('app.exit');
    enableSandbox = note('app.enableSandbox');
  }
  class BrowserWindow {
    readonly #window;
    constructor(options: Record<string, unknown>) {
      this.#window = { options, emitter: new Emitter(), shown: [] as string[], minimized: false };
      fake.windows.push(this.#window);
    }
    once = (event: string, listener: () => void): void => void this.#window.emitter.once(event, listener);
    loadURL = (url: string): Promise<void> => {
      this.#window.shown.push(url);
      return Promise.resolve();
    };
    show = (): void => void this.#window.shown.push('show');
    isMinimized = (): boolean => this.#window.minimized;
    restore = (): void => void this.#window.shown.push('restore');
    focus = (): void => void this.#window.shown.push('focus');
  }
  const app = new Application();
  fake.app = app;
  return {
    app,
    BrowserWindow,
    dialog: { showErrorBox: note('dialog.showErrorBox') },
    protocol: {
      registerSchemesAsPrivileged: note('protocol.registerSchemesAsPrivileged'),
      handle: (scheme: string, handler: (request: Request) => Promise<Response>) =>
        void fake.handlers.set(scheme, handler),
    },
  };
});

const { runShell, ownArguments } = await import('#main/shell/run.ts');
const named = (name: string) => fake.calls.filter(([called]) => called === name);

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'isocenter-shell-'));
  Object.assign(fake, { calls: [], windows: [], lock: true, packaged: false });
  fake.handlers.clear();
  fake.app.removeAllListeners();
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  // Quit as Electron would, so that the services are closed.
  let waits = 0;
  fake.app.emit('will-quit', { preventDefault: () => waits++ });
  if (waits > 0) await vi.waitFor(() => expect(named('app.quit').length).toBeGreaterThan(0));
  await rm(dir, { recursive: true, force: true });
});

const run = (...more: string[]) => runShell(['electron', '.', '--archive', dir, '--port', '0', '--no-demo', ...more]);

describe('the Electron shell', () => {
  it('opens one isolated window without Node on its own protocol', async () => {
    await run();
    expect(fake.windows).toHaveLength(1);
    const [{ options, shown, emitter }] = fake.windows;
    expect(options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
    });
    expect(options.webPreferences).not.toHaveProperty('preload');
    expect(options.show).toBe(false);
    expect(shown).toEqual(['isocenter://app/']);
    emitter.emit('ready-to-show');
    expect(shown).toEqual(['isocenter://app/', 'show']);
    expect(named('app.enableSandbox')).toHaveLength(1);
  });

  it('declares the scheme standard, secure and under CSP before Electron is ready', async () => {
    await run();
    const order = fake.calls.map(([name]) => name);
    expect(order.indexOf('protocol.registerSchemesAsPrivileged')).toBeLessThan(order.indexOf('app.whenReady'));
    expect(order.indexOf('app.enableSandbox')).toBeLessThan(order.indexOf('app.whenReady'));
    expect(named('protocol.registerSchemesAsPrivileged')[0][1]).toEqual([
      {
        scheme: 'isocenter',
        privileges: {
          standard: true,
          secure: true,
          supportFetchAPI: true,
          stream: true,
          bypassCSP: false,
          corsEnabled: false,
        },
      },
    ]);
  });

  it('serves the one fetch handler on isocenter://app and nothing on other hosts', async () => {
    await run();
    const handle = fake.handlers.get('isocenter');
    const ask = async (url: string) => (await handle?.(new Request(url))) ?? new Response(null, { status: 599 });
    const studies = await ask('isocenter://app/dicom-web/studies');
    expect([studies.status, await studies.json()]).toEqual([200, []]);
    expect(studies.headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval'");
    const info = await handle?.(
      new Request('isocenter://app/rpc/system/info', {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json' },
      }),
    );
    expect(await info?.json()).toMatchObject({ json: { shell: 'electron' } });
    expect((await ask('isocenter://evil/dicom-web/studies')).status).toBe(404);
  });

  it('denies windows, navigation, redirects and webviews of every web contents', async () => {
    await run();
    const contents = Object.assign(new EventEmitter(), { opened: undefined as unknown, setWindowOpenHandler: vi.fn() });
    fake.app.emit('web-contents-created', {}, contents);
    const [[openHandler]] = contents.setWindowOpenHandler.mock.calls as [[(details: unknown) => unknown]];
    expect(openHandler({ url: 'isocenter://app/' })).toEqual({ action: 'deny' });
    const prevented = (event: string, url: string): boolean => {
      const preventDefault = vi.fn();
      contents.emit(event, { url, preventDefault });
      return preventDefault.mock.calls.length > 0;
    };
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      for (const url of [
        'https://evil.example/',
        'file:///etc/passwd',
        'isocenter://evil/',
        'isocenter://app.evil/',
        'data:text/html,x',
      ])
        expect(prevented(event, url), `${event} ${url}`).toBe(true);
      expect(prevented(event, 'isocenter://app/'), event).toBe(false);
    }
    expect(prevented('will-attach-webview', '')).toBe(true);
  });

  it('denies permissions, devices and requests that leave the app, in every session', async () => {
    await run();
    const session = {
      setPermissionRequestHandler:
        vi.fn<(handler: (contents: unknown, permission: string, answer: (granted: boolean) => void) => void) => void>(),
      setPermissionCheckHandler: vi.fn<(handler: () => boolean) => void>(),
      setDevicePermissionHandler: vi.fn<(handler: () => boolean) => void>(),
      webRequest: {
        onBeforeRequest:
          vi.fn<
            (handler: (details: { url: string }, answer: (response: { cancel: boolean }) => void) => void) => void
          >(),
      },
    };
    fake.app.emit('session-created', session);
    const granted = vi.fn();
    session.setPermissionRequestHandler.mock.calls[0][0]({}, 'media', granted);
    expect(granted.mock.calls).toEqual([[false]]);
    expect(session.setPermissionCheckHandler.mock.calls[0][0]()).toBe(false);
    expect(session.setDevicePermissionHandler.mock.calls[0][0]()).toBe(false);
    const cancelled = (url: string): boolean => {
      const answer = vi.fn<(response: { cancel: boolean }) => void>();
      session.webRequest.onBeforeRequest.mock.calls[0][0]({ url }, answer);
      return answer.mock.calls[0][0].cancel;
    };
    expect(
      ['https://evil.example/', 'http://127.0.0.1/', 'ws://127.0.0.1/', 'file:///etc/passwd'].map(cancelled),
    ).toEqual([true, true, true, true]);
    expect(['isocenter://app/', 'blob:isocenter://app/1', 'data:image/png,'].map(cancelled)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('brings the window to the front instead of starting twice', async () => {
    await run();
    fake.windows[0].minimized = true;
    fake.app.emit('second-instance');
    expect(fake.windows[0].shown.slice(-2)).toEqual(['restore', 'focus']);
    fake.lock = false;
    await run();
    expect(fake.windows).toHaveLength(1);
    expect(named('app.quit')).toHaveLength(1);
  });

  it('says what is wrong and exits when it cannot start', async () => {
    await run('--ae', 'much too long for an AE title');
    expect(named('dialog.showErrorBox')[0][2]).toMatch(/^USAGE: .*--ae/);
    expect(named('app.exit')).toEqual([['app.exit', 1]]);
    expect(fake.windows).toHaveLength(0);
  });

  it('quits with the last window, after the archive is closed', async () => {
    await run();
    fake.app.emit('window-all-closed');
    expect(named('app.quit')).toHaveLength(1);
    let prevented = 0;
    const quit = () => fake.app.emit('will-quit', { preventDefault: () => prevented++ });
    quit();
    expect(prevented).toBe(1);
    await vi.waitFor(() => expect(named('app.quit')).toHaveLength(2));
    quit();
    expect(prevented).toBe(1);
  });

  it('finds its own arguments behind switches and application folder', () => {
    expect(ownArguments(['electron', '--inspect=0', '--remote-debugging-port=0', '/app', '--no-demo'])).toEqual([
      '--no-demo',
    ]);
    expect(ownArguments(['electron'])).toEqual([]);
    fake.packaged = true;
    expect(ownArguments(['isocenter', '--no-demo'])).toEqual(['--no-demo']);
  });
});

import { EventEmitter } from 'node:events';

/**
 * Stands in for the `electron` module when the built entry runs under plain Node (see electronBundle.test.ts): the window
 * asks the custom protocol what a page would ask, prints the answers as JSON and quits.
 */
const handlers = new Map<string, (request: Request) => Promise<Response> | Response>();

class Application extends EventEmitter {
  readonly isPackaged = false;
  requestSingleInstanceLock = (): boolean => true;
  whenReady = (): Promise<void> => Promise.resolve();
  enableSandbox = (): void => undefined;
  exit = (code: number): never => process.exit(code);
  quit = (): void => {
    let prevented = false;
    this.emit('will-quit', { preventDefault: () => (prevented = true) });
    if (!prevented) process.exit(0);
  };
}

export const app = new Application();

export const protocol = {
  registerSchemesAsPrivileged: (): void => undefined,
  handle: (scheme: string, handler: (request: Request) => Promise<Response>): void =>
    void handlers.set(scheme, handler),
};

export const dialog = {
  showErrorBox: (title: string, text: string): void => console.error(`${title}: ${text}`),
};

export class BrowserWindow extends EventEmitter {
  show = (): void => undefined;
  loadURL = async (url: string): Promise<void> => {
    const handler = handlers.get(new URL(url).protocol.replace(':', ''));
    const ask = async (path: string): Promise<Response> => {
      if (handler === undefined) throw new Error(`nobody serves ${url}`);
      return handler(new Request(new URL(path, url)));
    };
    const page = await ask('/');
    const script = /src="([^"]+\.js)"/.exec(await page.clone().text())?.[1] ?? '/missing.js';
    const series = await ask('/dicom-web/series?Modality=RTDOSE');
    console.log(
      JSON.stringify({
        page: page.status,
        policy: page.headers.get('content-security-policy'),
        script: (await ask(script)).status,
        doses: ((await series.json()) as unknown[]).length,
      }),
    );
    app.quit();
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Browsers that open a page as an app window, in order of preference. */
const ON_PATH = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
];
const MAC = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);
const WINDOWS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
  'Chromium\\Application\\chrome.exe',
];

/** An installed Chromium, Chrome or Edge. */
export function findBrowser(
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): string | undefined {
  if (platform === 'darwin') return MAC.find((file) => existsSync(file));
  if (platform === 'win32') {
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((root) => root !== undefined);
    return WINDOWS.flatMap((name) => roots.map((root) => join(root, name))).find((file) => existsSync(file));
  }
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return ON_PATH.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
}

/** Whether a window can appear: X or Wayland on Linux and its kin, always elsewhere. */
export const hasDisplay = (env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): boolean =>
  platform === 'win32' || platform === 'darwin' || Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY);

export interface AppWindow {
  readonly process: ChildProcess;
  /** Resolves when the window was closed or the browser could not start. */
  readonly closed: Promise<{ readonly code: number | null; readonly ms: number }>;
}

/** Opens `url` as an app window with a profile of its own, which goes away with the window. */
export async function openAppWindow(browser: string, url: string): Promise<AppWindow> {
  const profile = await mkdtemp(join(tmpdir(), 'isocenter-window-'));
  const flags = [
    `--app=${url}`,
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    '--disable-extensions',
    '--window-size=1600,1000',
    // Chromium refuses to start as root with its sandbox.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  const started = performance.now();
  const child = spawn(browser, flags, { stdio: 'ignore' });
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
    child.once('error', () => resolve(null));
  });
  const closed = exited.then(async (code) => {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
    return { code, ms: performance.now() - started };
  });
  return { process: child, closed };
}

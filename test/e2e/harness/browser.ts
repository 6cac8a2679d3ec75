import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { peerMissing } from '#test/peers/harness/missing.ts';
import type { TestHost } from './host.ts';

const CHROMIUM = '/usr/bin/chromium';

/** Whether the end-to-end tests can run here; use with `describe.skipIf(!hasChromium)`. */
export const hasChromium = !peerMissing('chromium');

/** llvmpipe is about twice as fast as SwiftShader where Mesa is installed; both give WebGL2. */
const GRAPHICS = existsSync('/usr/share/doc/libgl1-mesa-dri')
  ? ['--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist']
  : ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/** `flags`: further switches for Chromium. */
export function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...GRAPHICS,
      ...flags,
    ],
  });
}

export interface TestPage {
  readonly page: Page;
  /** Uncaught errors and console errors so far: a test should end with none. */
  readonly errors: readonly string[];
}

/** Opens the application of a host (once per host: its token is used up), optionally at a hash such as `#patient=KEY`. */
export async function openApp(browser: Browser, host: TestHost, hash = ''): Promise<TestPage> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(host.url + hash);
  await page.getByTestId('patient-banner').waitFor();
  return { page, errors };
}

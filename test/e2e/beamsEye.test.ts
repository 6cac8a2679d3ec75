import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { pixelAt, screenshot, settle, waitForImages } from './harness/pixels.ts';

interface BeamsEyeOnPage {
  /** Page position of a place in collimator axes, mm at the isocenter plane. */
  at(x: number, y: number): [number, number];
}

async function beamsEyeOnPage(page: Page): Promise<BeamsEyeOnPage> {
  const host = page.locator('.beams-eye-host');
  const box = await host.boundingBox();
  const view = ((await host.getAttribute('data-view')) ?? '').split(' ').map(Number);
  if (box === null || view.length !== 4 || view.some(Number.isNaN))
    throw new Error('the beam’s-eye view shows nothing');
  const [scale, left, top, turn] = view;
  const [c, s] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  return { at: (x, y) => [box.x + left + scale * (c * x - s * y), box.y + top - scale * (s * x + c * y)] };
}

describe.skipIf(!hasChromium)('the beam’s-eye view', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;

  beforeAll(async () => {
    host = await startHost();
    await storePhantom(host, 'thorax', ['CT', 'RTSTRUCT']);
    browser = await launchBrowser();
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
    await app.page.getByTestId('tab-planning').click();
    await app.page.getByTestId('new-plan').click();
    await app.page.getByTestId('beam-template').selectOption('Three fields');
    await app.page.getByTestId('centre-beamsEye').click();
    await app.page.waitForFunction(
      () => document.querySelector<HTMLElement>('.beams-eye-host')?.dataset.missing === '0',
      undefined,
      { timeout: 60_000 },
    );
    await settle(app.page);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('shows the target inside the leaves, the jaws around them, and which beam of whom it is', async () => {
    const { page } = app;
    const view = await beamsEyeOnPage(page);
    const png = await screenshot(page, 'beamsEye');
    expect(pixelAt(png, view.at(0, 0)).some((part) => part > 60)).toBe(true);
    expect(await page.getByTestId('beams-eye-text').textContent()).toContain('PHANTOM-THORAX-1');
    expect(await page.getByTestId('beams-eye-beam').textContent()).toBe('G000');
  });
});

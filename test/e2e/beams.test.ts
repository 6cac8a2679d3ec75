import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { screenshot, settle, waitForImages } from './harness/pixels.ts';

/** Which cell the keyboard is in. */
const focused = (page: Page): Promise<string | null | undefined> =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label'));

describe.skipIf(!hasChromium)('beams on the thorax phantom', () => {
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
    await app.page.getByTestId('beam-template').selectOption('Four-field box');
    await settle(app.page);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('the table is typed through like a spreadsheet', async () => {
    const { page } = app;
    await page.getByLabel('gantry of G000').click();
    await page.keyboard.type('10');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('gantry of G090');
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toBe('collimator of G090');
    await page.keyboard.type('45');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('couch of G090');
    expect(await page.getByLabel('collimator of G090').inputValue()).toBe('45.0');
    await page.keyboard.type('370');
    await page.keyboard.press('Enter');
    // Refused: the keyboard stays, the old value too, and the reason is on screen.
    expect(await focused(page)).toBe('couch of G090');
    expect(await page.getByLabel('couch of G090').inputValue()).toBe('0.0');
    const refusal = page.getByTestId('refusal');
    expect(await refusal.textContent()).toBe('couch 370° is outside 0°…360° of GENERIC_6MV: 10° is the same angle');
    await settle(page);
    await screenshot(page, 'beams-refusal');
    const box = await refusal.boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 1e9)).toBeLessThanOrEqual(page.viewportSize()?.height ?? 0);
    await page.keyboard.press('Escape');
    await refusal.waitFor({ state: 'detached' });
    // Undo works from the cell: it takes back the collimator, then the gantry.
    await page.keyboard.press('Control+z');
    expect(await page.getByLabel('collimator of G090').inputValue()).toBe('0.0');
    expect(await page.getByLabel('gantry of G000').inputValue()).toBe('10.0');
    await page.getByRole('button', { name: 'Name by angles' }).click();
    expect(await page.getByLabel('gantry of G010').inputValue()).toBe('10.0');
  });

  it('columns are the user’s; monitor units typed by hand end the normalisation', async () => {
    const { page } = app;
    await page.getByTestId('beam-columns').click();
    await page.getByText('Field size X').click();
    await page.getByText('Treatment or set-up').click();
    await settle(page);
    await screenshot(page, 'beams-columns');
    await page.getByTestId('beam-columns').click();
    await page.getByLabel('monitor units of G010').fill('120');
    await page.getByLabel('monitor units of G010').press('Enter');
    expect(await page.getByTestId('beam-mu').first().textContent()).toBe('120.0');
    expect(await page.getByTestId('mu-rule').textContent()).toContain('Normalisation None');
    expect(app.errors).toEqual([]);
  });
});

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phantomSeries } from '#main/cli/phantomFiles.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { screenshot, settle, waitForImages } from './harness/pixels.ts';

const PATIENT = { timeout: 60_000 };

describe.skipIf(!hasChromium)('two images that share a frame of reference and do not fit', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), launchBrowser()]);
    const phantom = phantomOf('head');
    const mr = { ...phantom.mr, frameOfReferenceUid: phantom.ct.frameOfReferenceUid };
    for (const series of phantomSeries({ ...phantom, mr }))
      if (series.modality === 'CT' || series.modality === 'MR')
        await host.store(series.files.map(({ bytes }) => bytes));
    app = await openApp(browser, host);
    await waitForImages(app.page, 2);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('a copy of the second one is registered, and lies there when the patient is opened again', async () => {
    const { page } = app;
    await page.getByTestId('fusion-tab-registration').click();
    expect(await page.getByTestId('shift-0').count()).toBe(0);
    await page.getByTestId('own-frame').click();
    await page.getByTestId('shift-0').waitFor(PATIENT);
    await page.getByTestId('shift-0').fill('12.5');
    await page.getByTestId('shift-0').press('Enter');
    await page.getByTestId('save-registration').click();
    await expect.poll(() => page.getByTestId('save-registration').count(), PATIENT).toBe(0);
    await settle(page);
    await screenshot(page, 'fusion-own-frame');
    expect(await page.getByText('internal error').count()).toBe(0);
    await page.reload();
    await waitForImages(page, 2);
    const option = page.getByTestId('second-image').locator('option', { hasText: 'own frame' });
    await option.waitFor({ ...PATIENT, state: 'attached' });
    await page.getByTestId('second-image').selectOption(await option.getAttribute('value'));
    await page.getByTestId('fusion-tab-registration').click();
    await page.getByTestId('shift-0').waitFor(PATIENT);
    expect(Number(await page.getByTestId('shift-0').inputValue())).toBeCloseTo(12.5, 2);
    expect(app.errors).toEqual([]);
  });
});

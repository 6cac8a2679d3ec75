import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { screenshot, settle, waitForImages } from './harness/pixels.ts';
import { SOFTWARE_GPU } from './harness/webGpuPage.ts';

/** Computes the dose until its label says that it was made by `implementation`; the monitor units. */
async function metersetsBy(page: Page, implementation: string): Promise<number[]> {
  await page.getByTestId('compute-dose').click();
  await page.getByTestId('dose-label').getByText(implementation).waitFor({ timeout: 300_000 });
  return (await page.getByTestId('beam-mu').allTextContents()).map(Number);
}

describe.skipIf(!hasChromium)('the dose in a browser with a WebGPU adapter', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;

  beforeAll(async () => {
    host = await startHost();
    await storePhantom(host, 'thorax', ['CT', 'RTSTRUCT']);
    browser = await launchBrowser(SOFTWARE_GPU);
    app = await openApp(browser, host);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('is made by wasm when the adapter is a program, by WebGPU when a test lets it; its label tells, and it is the same', async () => {
    const { page, errors } = app;
    await waitForImages(page, 1);
    await page.getByTestId('tab-planning').click();
    await settle(page);
    await page.getByTestId('new-plan-dose').fill('50');
    await page.getByTestId('new-plan-dose').press('Enter');
    await page.getByTestId('new-plan').click();
    await page.getByTestId('beam-template').selectOption('Three fields');
    await page.getByTestId('grid-spacing').fill('10');
    await page.getByTestId('grid-spacing').press('Enter');
    const wasm = await metersetsBy(page, '(wasm simd)');
    await page.evaluate(() => Object.assign(globalThis, { isocenterSoftwareGpu: true }));
    const gpu = await metersetsBy(page, '(webgpu (google swiftshader))');
    await settle(page);
    await screenshot(page, 'planning-webgpu');
    expect(wasm).toHaveLength(3);
    for (const [n, value] of wasm.entries()) {
      expect(value).toBeGreaterThan(10);
      expect(Math.abs(gpu[n] - value) / value).toBeLessThan(1e-3);
    }
    expect(errors).toEqual([]);
  });

  it('is optimised on it, too, and the result says so', async () => {
    const { page, errors } = app;
    await page.keyboard.press('F10');
    await page.getByTestId('add-objective').click();
    const row = page.getByTestId('objective-row-0');
    await row.getByTestId('objective-roi').selectOption('PTV');
    await row.getByTestId('objective-type').selectOption('squared-deviation');
    await row.getByTestId('objective-dose').fill('50');
    await row.getByTestId('objective-dose').press('Enter');
    await page.getByTestId('optimization-technique').selectOption('fluence');
    for (const setting of ['grid', 'bixel']) {
      await page.getByTestId(`optimization-${setting}`).fill('10');
      await page.getByTestId(`optimization-${setting}`).press('Enter');
    }
    await page.getByTestId('start-optimization').click();
    // Once the first iteration is told: a few are enough.
    await page
      .getByTestId('optimization-numbers')
      .getByText(/^[1-9]\d* iteration/)
      .waitFor({ timeout: 120_000 });
    await page.getByTestId('proceed-optimization').click();
    await page.locator('[data-testid="optimization-phase"][data-state="done"]').waitFor({ timeout: 120_000 });
    expect(await page.getByTestId('optimization-implementation').textContent()).toBe(
      'Optimiser’s dose by webgpu (google swiftshader).',
    );
    await settle(page);
    await screenshot(page, 'optimization-webgpu');
    expect(errors).toEqual([]);
  });
});

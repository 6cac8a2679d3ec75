import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { screenshot, waitForImages } from './harness/pixels.ts';

describe.skipIf(!hasChromium)('a narrow window', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), launchBrowser()]);
    await storePhantom(host, 'pelvis', ['CT', 'RTSTRUCT']);
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
    await app.page.setViewportSize({ width: 1024, height: 768 });
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('cuts nothing of who the patient is', async () => {
    const { page } = app;
    const items = page.locator('.banner-name, .banner-item.identity');
    expect(await items.count()).toBe(4);
    const cut = await items.evaluateAll((all) =>
      all
        .filter((item) => item.scrollWidth > item.clientWidth + 1 && item.clientWidth > 0)
        .map((item) => item.textContent),
    );
    expect(cut).toEqual([]);
    expect(await page.getByTestId('patient-banner').innerText()).toContain('PHANTOM-PELVIS-1');
    const box = await page.getByTestId('not-medical').boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(1024);
    await screenshot(page, 'narrow-window');
  });

  it('lives with an address that is no encoded text', async () => {
    await app.page.evaluate(() => (window.location.hash = '#patient=%E0%A4%A'));
    await app.page.waitForTimeout(300);
    expect(await app.page.getByTestId('patient-banner').innerText()).toContain('PHANTOM-PELVIS-1');
    expect(app.errors).toEqual([]);
  });

  it('shows every number of the beam table whole, monitor units included', async () => {
    const { page } = app;
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByTestId('tab-planning').click();
    await page.getByTestId('new-plan').click();
    await page.getByTestId('beam-template').selectOption('Four-field box');
    await page.getByLabel('gantry of G270').fill('359.5');
    await page.getByLabel('gantry of G270').press('Enter');
    const inputs = page.getByTestId('beam-table').locator('input');
    expect(await inputs.count()).toBeGreaterThan(20);
    const cut = await inputs.evaluateAll((all) =>
      all
        .filter((input) => input instanceof HTMLInputElement && input.scrollWidth > input.clientWidth)
        .map((input) => input.getAttribute('aria-label')),
    );
    expect(cut).toEqual([]);
    // The table may scroll sideways; number, name and monitor units are in sight as it opens.
    const edge = await page.locator('.beam-scroll').evaluate((box) => box.getBoundingClientRect().right);
    const [header, last] = [page.locator('.beam-dock > header'), page.getByTestId('beam-mu').last()];
    expect(await last.evaluate((cell) => cell.getBoundingClientRect().right)).toBeLessThanOrEqual(edge);
    expect(await header.evaluate((bar) => bar.scrollWidth - bar.clientWidth)).toBeLessThanOrEqual(0);
    await screenshot(page, 'narrow-planning');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { planeOnPage, type PlaneOnPage, type Point, screenshot, settle, waitForImages } from './harness/pixels.ts';

const row = (page: Page, name: string) => page.locator(`[data-testid="structure"][data-name="${name}"]`);

async function volumeOf(page: Page, name: string): Promise<number> {
  const cell = row(page, name).locator('.structure-volume');
  await page.waitForFunction((element) => /\d/.test(element?.textContent ?? ''), await cell.elementHandle());
  return Number.parseFloat((await cell.textContent()) ?? '');
}

/** Waits until a derived structure is up to date; its volume in cm³. */
async function followedVolume(page: Page, name: string): Promise<number> {
  await row(page, name).locator('[data-testid="derivation-badge"][data-state="current"]').waitFor({ timeout: 60_000 });
  return volumeOf(page, name);
}

async function drag(page: Page, plane: PlaneOnPage, points: readonly Point[]): Promise<void> {
  await page.mouse.move(...plane.toPage(points[0]));
  await page.mouse.down();
  for (const point of points.slice(1)) await page.mouse.move(...plane.toPage(point));
  await page.mouse.up();
  await page.mouse.move(plane.left + 100, plane.top + plane.height - 60);
  await settle(page);
}

const circle = (centre: Point, radius: number, count = 32): Point[] =>
  Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count;
    return [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle), centre[2]];
  });

async function derive(page: Page, name: string, recipe: string): Promise<void> {
  await page.getByTestId('derive-name').fill(name);
  await page.getByTestId('derive-recipe').fill(recipe);
  await page.getByTestId('derive').click();
}

describe.skipIf(!hasChromium)('structure sets that live', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let axial: PlaneOnPage;

  beforeAll(async () => {
    host = await startHost();
    await storePhantom(host, 'thorax', ['CT']);
    browser = await launchBrowser();
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
    await app.page.getByTestId('tab-contouring').click();
    await settle(app.page);
    axial = await planeOnPage(app.page, 'axial');
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('a GTV is grown to a PTV by recipe and cropped from the skin by 5 mm', async () => {
    const { page } = app;
    await page.getByTestId('find-body').click();
    await row(page, 'BODY').waitFor({ timeout: 60_000 });
    await page.getByTestId('new-structure-name').fill('GTV');
    await page.getByTestId('add-structure').click();
    await page.getByTestId('tool-freehand').click();
    await drag(page, axial, circle(axial.centre, 25));
    await page.getByTestId('section-derive').click();
    await page.getByTestId('quick-mm').fill('8');
    await page.getByTestId('quick-mm').press('Enter');
    await page.getByTestId('quick-ptv').click();
    const [gtv, ptv] = [await volumeOf(page, 'GTV'), await followedVolume(page, 'PTV')];
    expect(ptv).toBeGreaterThan(2 * gtv);
    await derive(page, 'PTV_Eval', 'inside(PTV, BODY, 5)');
    expect(await followedVolume(page, 'PTV_Eval')).toBeCloseTo(ptv, 0);
    await page.getByTestId('derive-recipe').fill('inside(PTV, BODY');
    await page.getByTestId('derive-problem').waitFor();
    await screenshot(page, 'structures-derived');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { coloured, drag, isRed } from './harness/drawing.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { planeOnPage, type Point, screenshot, settle, waitForImages } from './harness/pixels.ts';

describe.skipIf(!hasChromium)('contouring across the slices', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;

  beforeAll(async () => {
    host = await startHost();
    await storePhantom(host, 'thorax', ['CT']);
    browser = await launchBrowser();
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
    await app.page.getByTestId('tab-contouring').click();
    await app.page.getByTestId('new-structure-name').fill('Drawn');
    await app.page.getByTestId('add-structure').click();
    await settle(app.page);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('what is drawn on the coronal plane is a slab of the set thickness on the axial ones; undo takes it away', async () => {
    const { page } = app;
    await page.getByTestId('slab-auto').uncheck();
    await page.getByTestId('slab-mm').fill('16');
    await page.getByTestId('slab-mm').press('Enter');
    await page.getByTestId('tool-polygon').click();
    const coronal = await planeOnPage(page, 'coronal');
    const [x, y, z] = coronal.centre;
    const corners: Point[] = [[x - 30, y, z - 24], [x + 30, y, z - 24], [x + 30, y, z + 24], [x - 30, y, z + 24]]; // biome-ignore format: corners
    for (const corner of corners) await page.mouse.click(...coronal.toPage(corner));
    await settle(page);
    await screenshot(page, 'contouring-coronal-polygon');
    await page.keyboard.press('Enter');
    await settle(page);
    const axial = await planeOnPage(page, 'axial');
    const [, ay] = axial.centre;
    expect(Math.abs(ay - y)).toBeLessThan(200);
    const height = axial.centre[2];
    const edges: Point[] = [[x - 20, y - 8, height], [x + 20, y + 8, height], [x + 30, y + 4, height], [x - 30, y - 4, height]]; // biome-ignore format: edges
    expect(await coloured(page, 'contouring-coronal-on-axial', axial, edges, isRed)).toBe(4);
    expect(await coloured(page, 'contouring-coronal-on-axial', axial, [[x + 20, y, height]], isRed)).toBe(0);
    await page.keyboard.press('Control+z');
    await settle(page);
    expect(await coloured(page, 'contouring-coronal-undone', axial, edges, isRed)).toBe(0);
  });

  it('the ball paints through the slices and is seen on all planes while it is drawn', async () => {
    const { page } = app;
    await page.getByTestId('tool-brush').click();
    await page.keyboard.press('d');
    const axial = await planeOnPage(page, 'axial');
    const coronal = await planeOnPage(page, 'coronal');
    const sagittal = await planeOnPage(page, 'sagittal');
    const [x, y, z] = [coronal.centre[0], coronal.centre[1], axial.centre[2]];
    await page.mouse.move(...axial.toPage([x - 12, y, z]));
    await page.mouse.down();
    await page.mouse.move(...axial.toPage([x + 12, y, z]), { steps: 6 });
    await settle(page);
    // Radius 10 mm: beside the crosshair's lines.
    const tops: Point[] = [[x + 6, y, z + 10], [x - 6, y, z - 10]]; // biome-ignore format: two points
    expect(await coloured(page, 'contouring-ball-live', coronal, tops, isRed)).toBe(2);
    await page.mouse.up();
    await drag(page, axial, [[x + 12, y, z]]);
    expect(await coloured(page, 'contouring-ball', coronal, tops, isRed)).toBe(2);
    const sx = sagittal.centre[0];
    expect(Math.abs(sx - x)).toBeLessThan(12);
    const around: Point[] = [[sx, y + 7, z + 7.1], [sx, y - 7, z - 7.1]]; // biome-ignore format: two points
    expect(await coloured(page, 'contouring-ball', sagittal, around, isRed)).toBe(2);
    expect(app.errors).toEqual([]);
  });
});

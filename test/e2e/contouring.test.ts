import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import type { Phantom } from '#shared/phantom/phantom.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { circle, coloured, drag, isRed, volumeOf } from './harness/drawing.ts';
import { planeOnPage, type PlaneOnPage, type Point, screenshot, settle, waitForImages } from './harness/pixels.ts';

describe.skipIf(!hasChromium)('contouring the thorax phantom', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let phantom: Phantom;
  let axial: PlaneOnPage;
  const centre = (): Point => axial.centre;

  beforeAll(async () => {
    host = await startHost();
    phantom = await storePhantom(host, 'thorax', ['CT']);
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

  it('adds a structure and draws it freehand; its colour is where the mouse went', async () => {
    const { page } = app;
    await page.getByTestId('new-structure-name').fill('CTV');
    await page.getByTestId('add-structure').click();
    await page.getByTestId('tool-freehand').click();
    await drag(page, axial, circle(centre(), 30));
    expect(await coloured(page, 'contouring-freehand', axial, circle(centre(), 30, 24), isRed)).toBe(24);
    expect(await page.getByTestId('last-edit').textContent()).toContain('Draw CTV');
  });

  it('Ctrl+Z takes the contour away and Ctrl+Y brings it back', async () => {
    const { page } = app;
    await page.keyboard.press('Control+z');
    await settle(page);
    expect(await coloured(page, 'contouring-undone', axial, circle(centre(), 30, 24), isRed)).toBe(0);
    await page.keyboard.press('Control+y');
    await settle(page);
    expect(await coloured(page, 'contouring-redone', axial, circle(centre(), 30, 24), isRed)).toBe(24);
  });

  it('the brush adds from inside and the eraser cuts', async () => {
    const { page } = app;
    const [x, y, z] = centre();
    await page.getByTestId('tool-brush').click();
    await drag(page, axial, [[x + 20, y, z], [x + 30, y, z], [x + 45, y, z]]); // biome-ignore format: a path
    expect(await coloured(page, 'contouring-brush', axial, [[x + 55, y, z]], isRed)).toBe(1);
    expect(await coloured(page, 'contouring-brush', axial, [[x + 30, y, z]], isRed)).toBe(0);
    await page.getByTestId('tool-eraser').click();
    await drag(page, axial, [[x + 60, y, z], [x + 45, y, z]]); // biome-ignore format: a path
    expect(await coloured(page, 'contouring-eraser', axial, [[x + 55, y, z]], isRed)).toBe(0);
    await page.keyboard.press('?');
    await page.getByTestId('tool-help').getByText('brush radius').waitFor();
    await page.keyboard.press('?');
    await page.keyboard.press('Escape');
  });

  it('finds the BODY with the phantom’s true volume', async () => {
    const { page } = app;
    await page.getByTestId('find-body').click();
    await page.locator('[data-testid="structure"][data-name="BODY"]').waitFor({ timeout: 60_000 });
    const truth = phantom.truth.rois.find((roi) => roi.name === 'BODY')?.volume ?? 0;
    expect(Math.abs((await volumeOf(page, 'BODY')) / truth - 1)).toBeLessThan(0.02);
    await settle(page);
    await screenshot(page, 'contouring-body');
  });

  it('makes a margin of 10 mm in three dimensions', async () => {
    const { page } = app;
    await page.locator('[data-testid="structure"][data-name="CTV"] .structure-name').click();
    await page.getByTestId('section-derive').click();
    await page.getByTestId('margin-mm').fill('10');
    await page.getByTestId('margin-mm').press('Enter');
    await page.getByTestId('make-margin').click();
    await page.locator('[data-testid="structure"][data-name="PTV"]').waitFor({ timeout: 60_000 });
    const [small, large] = [await volumeOf(page, 'CTV'), await volumeOf(page, 'PTV')];
    // One slice of about 30 mm radius becomes a rounded slab some 23 mm thick.
    expect(large / small).toBeGreaterThan(5);
    const coronal = await planeOnPage(page, 'coronal');
    const [x, y, z] = centre();
    // Drawn slices reach from z − 9 to z + 9 mm, their slabs half a slice further; beside the crosshair, which is blue too.
    const isBlue = ([r, g, b]: readonly number[]): boolean => b > 170 && r < 140 && g < 200;
    const rims: Point[] = [[x + 15, y, z + 10.5], [x + 15, y, z - 10.5]]; // biome-ignore format: two points
    expect(await coloured(page, 'contouring-margin', coronal, rims, isBlue)).toBe(2);
    const beyond: Point[] = [[x + 15, y, z + 16], [x + 15, y, z - 16]]; // biome-ignore format: two points
    expect(await coloured(page, 'contouring-margin', coronal, beyond, isBlue)).toBe(0);
  });

  it('takes a density from the list of materials or as a number, and shows it', async () => {
    const { page } = app;
    await page.locator('[data-testid="structure"][data-name="CTV"] .structure-name').click();
    await page.getByTestId('section-draw').click();
    await page.getByTestId('structure-density').selectOption({ label: 'Titanium, 4.5 g/cm³' });
    await page.locator('[data-testid="structure"][data-name="CTV"]').getByText('4.5 g/cm³').waitFor();
    await page.getByTestId('structure-density-value').fill('4.43');
    await page.getByTestId('structure-density-value').press('Enter');
    await page.locator('[data-testid="structure"][data-name="CTV"]').getByText('4.43 g/cm³').waitFor();
    await screenshot(page, 'contouring-density');
  });

  it('saves a new instance that opens again with the same structures', async () => {
    const { page } = app;
    const before = await Promise.all(['CTV', 'PTV', 'BODY'].map((name) => volumeOf(page, name)));
    await page.getByTestId('save-structures').click();
    await page.locator('[data-testid="structure-set-state"][data-dirty="false"]').waitFor({ timeout: 60_000 });
    await page.reload();
    await waitForImages(page, 1);
    await page.getByTestId('tab-contouring').click();
    await settle(page);
    await page.locator('[data-testid="structure"][data-name="PTV"]').waitFor({ timeout: 60_000 });
    const after = await Promise.all(['CTV', 'PTV', 'BODY'].map((name) => volumeOf(page, name)));
    for (const [index, volume] of after.entries()) expect(volume).toBeCloseTo(before[index], 1);
    await page.locator('[data-testid="structure"][data-name="CTV"]').getByText('4.43 g/cm³').waitFor();
    await screenshot(page, 'contouring-reopened');
    expect(app.errors).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { coloured, circle, drag, isRed, volumeOf } from './harness/drawing.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { planeOnPage, type Point, screenshot, settle, slicePosition, waitForImages } from './harness/pixels.ts';

const NAME = 'Organ';
/** Radii painted on slices 15 mm apart, mm: cuts of an ellipsoid with half axes 26, 26 and 30 mm. */
const PAINTED: readonly (readonly [z: number, radius: number])[] = [-15, 0, 15].map((z) => [
  z,
  26 * Math.sqrt(1 - (z / 30) ** 2),
]);

async function scrollTo(page: Page, z: number): Promise<void> {
  for (let guard = 0; guard < 60; guard++) {
    const at = await slicePosition(page, 'axial');
    if (Math.abs(at - z) < 1.5) return;
    await page.keyboard.press(at < z ? 'PageUp' : 'PageDown');
  }
  throw new Error(`no slice at ${z} mm`);
}

describe.skipIf(!hasChromium)('an organ contoured from nothing', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let middle: Point;

  beforeAll(async () => {
    host = await startHost();
    await storePhantom(host, 'thorax', ['CT']);
    browser = await launchBrowser();
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
    await app.page.getByTestId('tab-contouring').click();
    await app.page.getByTestId('new-structure-name').fill(NAME);
    await app.page.getByTestId('add-structure').click();
    await settle(app.page);
    const axial = await planeOnPage(app.page, 'axial');
    middle = axial.centre;
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('is painted on a few slices, the rest interpolated, dashed until accepted', async () => {
    const { page } = app;
    const [x, y, z] = middle;
    await page.getByTestId('tool-brush').click();
    for (const [height, radius] of PAINTED) {
      await scrollTo(page, z + height);
      const axial = await planeOnPage(page, 'axial');
      // Round along the rim and through the middle with a brush of 10 mm.
      const at = axial.centre[2];
      await drag(page, axial, [...circle([x, y, at], radius - 10, 16), [x + radius - 10, y, at], [x, y, at]]);
    }
    await page.keyboard.press('Escape');
    await page.keyboard.press('i');
    await page.getByTestId('interpolated-slices').waitFor();
    expect(await page.getByTestId('interpolated-slices').textContent()).toContain('8 interpolated slices');
    await scrollTo(page, z + 6);
    await settle(page);
    const axial = await planeOnPage(page, 'axial');
    const rim = circle([x, y, axial.centre[2]], 26 - (26 - PAINTED[2][1]) * (6 / 15), 72).filter(
      ([px, py]) => Math.abs(px - x) > 2 && Math.abs(py - y) > 2,
    );
    const seen = await coloured(page, 'contouring-interpolated', axial, rim, isRed);
    // Dashes of 7 px and gaps of 4 px, seen within 2 px of a point: most of the rim, not all.
    expect(seen / rim.length).toBeGreaterThan(0.5);
    expect(await unbroken(page, axial.toPage([x, y, axial.centre[2]]))).toBe(false);

    await page.keyboard.press('a');
    await settle(page);
    expect(await page.getByTestId('interpolated-slices').textContent()).toContain('7 interpolated slices');
    expect(await coloured(page, 'contouring-accepted', axial, rim, isRed)).toBe(rim.length);
    expect(await page.getByTestId('last-edit').textContent()).toContain('Accept a slice of Organ');
  });

  it('an edit of a drawn slice moves the interpolated ones in the same undo step', async () => {
    const { page } = app;
    const [x, y, z] = middle;
    const before = await volumeOf(page, NAME);
    await scrollTo(page, z);
    await page.getByTestId('tool-eraser').click();
    const axial = await planeOnPage(page, 'axial');
    await drag(page, axial, [[x + 30, y, axial.centre[2]], [x + 20, y, axial.centre[2]]]); // biome-ignore format: a path
    await page.waitForFunction(
      ({ old }) =>
        Number.parseFloat(document.querySelector('[data-testid="structure"] .structure-volume')?.textContent ?? '') <
        old,
      { old: before - 1 },
    );
    await page.keyboard.press('Control+z');
    await page.waitForFunction(
      ({ old }) =>
        Number.parseFloat(document.querySelector('[data-testid="structure"] .structure-volume')?.textContent ?? '') ===
        old,
      { old: before },
    );
    await page.keyboard.press('Escape');
  });

  it('has the volume of what was meant, is smoothed, and saved once its slices are accepted', async () => {
    const { page } = app;
    // Ellipsoid between z ± 16.5 mm (the slabs of the outer slices): π·26²·(h − h³/(3·30²)) on both sides.
    const h = 16.5;
    const meant = (2 * Math.PI * 26 ** 2 * (h - h ** 3 / (3 * 30 ** 2))) / 1000;
    // Straight lines between slices 15 mm apart lie inside a convex body: 4 % here; the hand 1 %.
    expect(Math.abs((await volumeOf(page, NAME)) / meant - 1)).toBeLessThan(0.06);
    await page.getByTestId('section-segment').click();
    await page.getByTestId('smooth-3d').click();
    await page.getByTestId('last-edit').getByText('Smooth').waitFor({ timeout: 60_000 });
    await settle(page);
    await screenshot(page, 'contouring-organ-smoothed');
    expect(Math.abs((await volumeOf(page, NAME)) / meant - 1)).toBeLessThan(0.08);
    await page.getByTestId('section-draw').click();
    await page.keyboard.press('Control+z');
    await page.getByTestId('save-structures').click();
    await page.getByTestId('accept-and-save').waitFor();
    await screenshot(page, 'contouring-unaccepted');
    await page.getByTestId('accept-and-save').click();
    await page.locator('[data-testid="structure-set-state"][data-dirty="false"]').waitFor({ timeout: 60_000 });
    expect(await page.getByTestId('interpolated-slices').count()).toBe(0);
    expect(app.errors).toEqual([]);
  });
});

/** Whether red runs all the way round `centre`: in every direction a pixel that is red itself, not only beside it. */
async function unbroken(page: Page, [cx, cy]: readonly [number, number]): Promise<boolean> {
  const png = await screenshot(page, 'contouring-interpolated');
  const red = (px: number, py: number): boolean => {
    const p = (Math.round(py) * png.width + Math.round(px)) * 4;
    return isRed([png.data[p], png.data[p + 1], png.data[p + 2]]);
  };
  for (let degrees = 0; degrees < 360; degrees += 1) {
    const [dx, dy] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    let met = false;
    for (let r = 20; r < 90 && !met; r += 0.5) met = red(cx + r * dx, cy + r * dy);
    if (!met) return false;
  }
  return true;
}

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PNG } from 'pngjs';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import {
  meanAround,
  pixelAt,
  type PlaneOnPage,
  planeOnPage,
  screenshot,
  settle,
  waitForImages,
} from './harness/pixels.ts';

describe.skipIf(!hasChromium)('two images compared', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let plane: PlaneOnPage;
  let [ct, mr]: (PNG | undefined)[] = [];

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), launchBrowser()]);
    await storePhantom(host, 'thorax', ['CT', 'MR', 'REG']);
    app = await openApp(browser, host);
    await waitForImages(app.page, 2);
    await app.page.getByLabel('Crosshair', { exact: true }).uncheck();
    for (const opacity of ['0', '1']) {
      await app.page.getByTestId('opacity').fill(opacity);
      await settle(app.page);
      const png = await screenshot(app.page, `compare-${opacity}`);
      if (opacity === '0') ct = png;
      else mr = png;
    }
    plane = await planeOnPage(app.page, 'axial');
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  const choose = async (name: string): Promise<PNG> => {
    await app.page.getByTestId('compare-modes').getByRole('button', { name }).click();
    await settle(app.page);
    return screenshot(app.page, `compare-${name.toLowerCase().replaceAll(' ', '-')}`);
  };
  /** Grey levels by which a picture differs from another at a page position, averaged over 3 × 3 pixels. */
  const distance = (a: PNG, b: PNG | undefined, at: readonly [number, number]): number =>
    b === undefined ? Number.NaN : Math.abs(meanAround(a, at, 1)[0] - meanAround(b, at, 1)[0]);

  it('shows MR and CT in turn on a checkerboard that is fixed in the patient', async () => {
    const png = await choose('Checkerboard');
    const seen = { even: 0, odd: 0 };
    for (let column = -4; column < 4; column++)
      for (let row = -3; row < 3; row++) {
        const at = plane.toPage([column * 30 + 15, row * 30 + 15, plane.centre[2]]);
        const second = Math.abs(column + row) % 2 === 1;
        expect(distance(png, second ? mr : ct, at)).toBeLessThan(2.5);
        if (distance(png, second ? ct : mr, at) > 25) seen[second ? 'odd' : 'even']++;
      }
    // In many tiles the two images differ: the test can tell which one is there.
    expect(Math.min(seen.even, seen.odd)).toBeGreaterThan(3);
  });

  it('shows the MR in a lens under the pointer and nowhere else', async () => {
    await choose('Spyglass');
    const target = plane.toPage([60, 40, plane.centre[2]]);
    await app.page.mouse.move(...target);
    await settle(app.page);
    const png = await screenshot(app.page, 'compare-lens');
    const inside: [number, number] = [target[0] + 60, target[1] + 50];
    const outside: [number, number] = [target[0] - 120, target[1] - 40];
    expect(distance(png, mr, inside)).toBeLessThan(2.5);
    expect(distance(png, ct, outside)).toBeLessThan(2.5);
    expect(distance(png, ct, inside)).toBeGreaterThan(15);
  });

  it('draws edges of the MR over the CT, which stays as it is between them', async () => {
    const png = await choose('Edges');
    let [edges, untouched] = [0, 0];
    for (let y = plane.top + 60; y < plane.top + plane.height - 60; y += 2)
      for (let x = plane.left + 60; x < plane.left + plane.width - 60; x += 2) {
        const [red, , blue] = pixelAt(png, [x, y]);
        if (red > 200 && blue < 120) edges++;
        else if (ct !== undefined && Math.abs(red - pixelAt(ct, [x, y])[0]) < 3) untouched++;
      }
    expect(edges).toBeGreaterThan(300);
    expect(untouched).toBeGreaterThan(20 * edges);
  });

  it('offers no difference of CT and MR', async () => {
    expect(await app.page.getByTestId('compare-modes').getByRole('button', { name: 'Difference' }).isDisabled()).toBe(
      true,
    );
  });

  it('shows the MR beside the CT, with the cursor on both', async () => {
    const { page } = app;
    await choose('Side by side');
    const side = page.getByTestId('second-plane');
    const box = await side.boundingBox();
    const axial = await planeOnPage(page, 'axial');
    if (box === null) throw new Error('nothing beside the planes');
    await page.mouse.move(box.x + axial.width * 0.6, box.y + 2 + axial.height * 0.55);
    await settle(page);
    const png = await screenshot(page, 'compare-side');
    // The arm of the cursor's cross, 8 pixels right of the same place on the CT.
    const [red, , blue] = pixelAt(png, [
      Math.floor(axial.left + axial.width * 0.6) + 8,
      Math.round(axial.top + axial.height * 0.55),
    ]);
    expect(red - blue).toBeGreaterThan(100);
    const position = ((await page.getByTestId('readout').getAttribute('data-position')) ?? '').split(',').map(Number);
    expect(position[0]).toBeCloseTo(axial.centre[0] + (axial.width * 0.1) / axial.scale, 0);
    await choose('Blend');
  });

  it('meets no error on the way', () => {
    expect(app.errors).toEqual([]);
  });
});

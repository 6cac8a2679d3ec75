import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import type { Phantom } from '#shared/phantom/phantom.ts';
import { slicePlane } from '#shared/structures/drawing/brush.ts';
import { areaOf, normaliseRings, type Ring } from '#shared/structures/contours/rings.ts';
import { ringOf } from '#shared/structures/contours/stack.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { coloured, drag, isRed, volumeOf } from './harness/drawing.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { planeOnPage, type PlaneOnPage, type Point, screenshot, settle, waitForImages } from './harness/pixels.ts';

/** A structure of the phantom's truth on the slice in view: its ring and volume there, cm³. */
function truthOn(
  { ct, structureSet }: Phantom,
  name: string,
  z: number,
): { readonly ring: Ring; readonly volume: number } {
  const roi = structureSet.rois.find((one) => one.name === name);
  const k = Math.round((z - ct.origin[2]) / ct.spacing[2]);
  const rings = (roi?.contours ?? [])
    .filter(({ points }) => Math.abs(points[2] - z) < 0.1)
    .map((contour) => ringOf(contour, slicePlane(ct, k)));
  const [ring] = normaliseRings(rings).sort((a, b) => areaOf([b]) - areaOf([a]));
  return { ring, volume: (areaOf([ring]) * ct.spacing[2]) / 1000 };
}

describe.skipIf(!hasChromium)('tools that look at the image or push the outline', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let phantom: Phantom;
  let axial: PlaneOnPage;
  let heart: ReturnType<typeof truthOn>;
  let lung: ReturnType<typeof truthOn>;
  const place = (share: number): Point => {
    const i = 2 * Math.floor((share * lung.ring.length) / 2);
    return [lung.ring[i], lung.ring[i + 1], axial.centre[2]];
  };

  beforeAll(async () => {
    host = await startHost();
    phantom = await storePhantom(host, 'thorax', ['CT']);
    browser = await launchBrowser();
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
    await app.page.getByTestId('tab-contouring').click();
    await app.page.getByTestId('new-structure-name').fill('Drawn');
    await app.page.getByTestId('add-structure').click();
    await settle(app.page);
    axial = await planeOnPage(app.page, 'axial');
    heart = truthOn(phantom, 'Heart', axial.centre[2]);
    lung = truthOn(phantom, 'Lung_R', axial.centre[2]);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('? lists the bindings of the tool in hand', async () => {
    const { page } = app;
    await page.keyboard.press('l');
    await page.keyboard.press('?');
    const help = page.getByTestId('tool-help');
    await help.getByText('fix the wire').waitFor();
    await help.getByText('window and level').waitFor();
    await page.keyboard.press('n');
    await help.getByText('push the outline').waitFor();
    await page.keyboard.press('?');
    await page.keyboard.press('Escape');
    expect(await help.count()).toBe(0);
  });

  it('the livewire goes round a lung by six clicks on its edge', async () => {
    const { page } = app;
    await page.keyboard.press('l');
    for (let n = 0; n < 6; n++) {
      await page.mouse.move(...axial.toPage(place(n / 6)));
      await page.mouse.click(...axial.toPage(place(n / 6)));
    }
    await settle(page);
    await screenshot(page, 'contouring-livewire-live');
    await page.keyboard.press('Enter');
    await settle(page);
    // A pixel of 2 mm all round is 4 % of it.
    expect(Math.abs((await volumeOf(page, 'Drawn')) / lung.volume - 1)).toBeLessThan(0.03);
    const edge = Array.from({ length: 40 }, (_, n) => place((n + 0.5) / 40));
    expect(await coloured(page, 'contouring-livewire', axial, edge, isRed)).toBeGreaterThan(34);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+z');
  });

  it('the smart brush keeps to the heart; the nudge pushes its outline out', async () => {
    const { page } = app;
    const centre = [0, 1].map((axis) => {
      const values = Array.from(heart.ring).filter((_, i) => i % 2 === axis);
      return (Math.min(...values) + Math.max(...values)) / 2;
    });
    const at = (dx: number, dy: number): Point => [centre[0] + dx, centre[1] + dy, axial.centre[2]];
    await page.keyboard.press('s');
    for (let i = 0; i < 7; i++) await page.keyboard.press(']');
    await drag(page, axial, [
      at(0, 0),
      at(12, 0),
      at(12, 12),
      at(0, 12),
      at(-12, 6),
      at(-12, -6),
      at(0, -12),
      at(8, -8),
    ]);
    const painted = await volumeOf(page, 'Drawn');
    await screenshot(page, 'contouring-smart');
    expect(painted / heart.volume).toBeGreaterThan(0.5);
    // The rim of fat, 4 mm thick and blurred into the lung beyond it, goes with the muscle: a third of its area, no lung.
    expect(painted / heart.volume).toBeLessThan(1.4);
    await page.keyboard.press('n');
    const right = Math.max(...Array.from(heart.ring).filter((_, i) => i % 2 === 0));
    await drag(page, axial, [[right - 4, centre[1], axial.centre[2]], [right + 6, centre[1], axial.centre[2]], [right + 14, centre[1], axial.centre[2]]]); // biome-ignore format: a path
    await screenshot(page, 'contouring-nudge');
    expect(await page.getByTestId('last-edit').textContent()).toContain('Nudge Drawn');
    expect(await volumeOf(page, 'Drawn')).toBeGreaterThan(painted);
    expect(app.errors).toEqual([]);
  });
});

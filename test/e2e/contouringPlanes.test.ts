import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { coloured, drag, isRed } from './harness/drawing.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { meanAround, planeOnPage, type Point, screenshot, settle, waitForImages } from './harness/pixels.ts';
import { sampleAtPoint } from '#shared/geometry/volume.ts';
import type { Phantom } from '#shared/phantom/phantom.ts';

describe.skipIf(!hasChromium)('contouring across the slices', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let phantom: Phantom;

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
  });

  it('Alt + drag tilts a plane: its image is the CT there, and what is drawn on it is there on the slices', async () => {
    const { page } = app;
    await page.keyboard.press('Escape');
    const axial = await planeOnPage(page, 'axial');
    const before = await planeOnPage(page, 'coronal');
    const [x, y, z] = [before.centre[0], before.centre[1], axial.centre[2]];
    const angle = Math.PI / 6;
    const at = (phi: number): [number, number] => axial.toPage([x + 80 * Math.cos(phi), y + 80 * Math.sin(phi), z]);
    // Without a tool the view under the mouse shows handles on the lines of the other planes.
    await page.mouse.move(...axial.toPage([x + 30, y + 30, z]));
    await settle(page);
    const reach = (0.36 * Math.min(axial.width, axial.height)) / axial.scale;
    const ring: Point[] = [0, 1, 2, 3].map((n) => {
      const turn = (n * Math.PI) / 2 + Math.PI / 4;
      return [x + reach + (5 * Math.cos(turn)) / axial.scale, y + (5 * Math.sin(turn)) / axial.scale, z];
    });
    const isGreen = ([r, g, b]: readonly number[]): boolean => g > 110 && g > r + 20 && g > b + 10;
    expect(await coloured(page, 'contouring-handles', axial, ring, isGreen)).toBe(4);
    await page.keyboard.down('Alt');
    await page.mouse.move(...at(0));
    await page.mouse.down();
    await page.mouse.move(...at(angle / 2));
    await page.mouse.move(...at(angle));
    await page.mouse.up();
    await page.keyboard.up('Alt');
    await settle(page);
    const oblique = await planeOnPage(page, 'coronal');
    expect(oblique.right[1]).toBeCloseTo(Math.sin(angle), 1);
    const shot = await screenshot(page, 'contouring-oblique');
    expect(await page.getByTestId('tilt-coronal').textContent()).toContain('oblique 3');

    // The grey of the page beside the CT sampled there, window 400 / 40 HU, away from overlays.
    const { ct } = phantom;
    let compared = 0;
    let worst = 0;
    for (let a = -90; a <= 90; a += 7)
      for (let b = -60; b <= 60; b += 7) {
        if (Math.abs(a) < 14 || Math.abs(b) < 14) continue;
        const point = [0, 1, 2].map((i) => oblique.centre[i] + a * oblique.right[i] + b * oblique.down[i]);
        const patch = [-3, 0, 3].flatMap((du) =>
          [-3, 0, 3].map((dv) => {
            const p = point.map((value, i) => value + du * oblique.right[i] + dv * oblique.down[i]);
            return sampleAtPoint(ct, [p[0], p[1], p[2]], -1000) * ct.slope + ct.intercept;
          }),
        );
        // Only where the image is even: an edge half a pixel off would be compared with its other side.
        if (Math.max(...patch) - Math.min(...patch) > 60) continue;
        const mean = patch.reduce((sum, value) => sum + value, 0) / patch.length;
        const grey = Math.max(0, Math.min(255, ((mean - 40) / 400 + 0.5) * 255));
        const shown = meanAround(shot, oblique.toPage([point[0], point[1], point[2]]), 2);
        worst = Math.max(worst, Math.abs(shown[0] - grey));
        compared++;
      }
    expect(compared).toBeGreaterThan(100);
    // Noise of the phantom under different patches: 20 of 255.
    expect(worst).toBeLessThan(25);

    await page.getByTestId('slab-mm').fill('10');
    await page.getByTestId('slab-mm').press('Enter');
    await page.getByTestId('tool-polygon').click();
    const place = (a: number, b: number): Point => [
      x + a * oblique.right[0] + b * oblique.down[0],
      y + a * oblique.right[1] + b * oblique.down[1],
      z + a * oblique.right[2] + b * oblique.down[2],
    ];
    for (const [a, b] of [[20, -15], [45, -15], [45, 15], [20, 15]]) await page.mouse.click(...oblique.toPage(place(a, b))); // biome-ignore format: corners
    await page.keyboard.press('Enter');
    await settle(page);
    // Beyond the ball painted before: the far edge and, 5 mm to both sides of the plane, the faces.
    const normal = [-oblique.right[1], oblique.right[0]];
    const face = (side: number): Point => {
      const [px, py, pz] = place(35, 0);
      return [px + 5 * side * normal[0], py + 5 * side * normal[1], pz];
    };
    expect(await coloured(page, 'contouring-oblique-drawn', axial, [face(1), face(-1), place(45, 0)], isRed)).toBe(3);
    expect(await coloured(page, 'contouring-oblique-drawn', axial, [place(35, 0)], isRed)).toBe(0);
    expect(await coloured(page, 'contouring-oblique-drawn', oblique, [place(30, -15), place(30, 15)], isRed)).toBe(2);

    await page.keyboard.press('Escape');
    await page.getByTestId('straighten-coronal').click();
    await settle(page);
    const after = await planeOnPage(page, 'coronal');
    expect(after.right[0]).toBeCloseTo(1, 9);
    expect(app.errors).toEqual([]);
  });
});

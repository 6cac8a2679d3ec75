import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { uidFromName } from '#shared/dicom/uid.ts';
import { AXIAL, indexToPatient } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { objectContext } from '#test/builders/context.ts';
import { imageVolume } from '#test/builders/image.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { meanAround, planeOnPage, screenshot, settle, waitForImages } from './harness/pixels.ts';

/** A ball of 40 HU and 12 mm radius in air, which breathes along z: `z` is its centre, mm. */
function phase(percent: number, z: number): ImageVolume {
  const grid = { dims: [60, 50, 40], spacing: [2, 2, 2], origin: [-59, -49, -39], direction: AXIAL } as const;
  const data = Int16Array.from({ length: 60 * 50 * 40 }, (_, p) => {
    const [x, y, height] = indexToPatient(grid, [p % 60, Math.floor(p / 60) % 50, Math.floor(p / 3000)]);
    return Math.hypot(x, y, height - z) < 12 ? 40 : -1000;
  });
  return imageVolume(1, 'CT', {
    ...grid,
    data,
    seriesDescription: `Breathing ${percent}%`,
    slices: [],
    window: { center: -480, width: 1040 },
  });
}

describe.skipIf(!hasChromium)('4D-CT', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  const heights = [-20, 0, 20, 0];

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), launchBrowser()]);
    for (const [index, z] of heights.entries()) {
      const context = objectContext(`phase ${index}`, 1, {
        seriesDescription: `Breathing ${index * 25}%`,
        sopInstanceUid: uidFromName(`cine/${index}`),
      });
      await host.store(writeImageSeries(phase(index * 25, z), context));
    }
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
    await app.page.getByLabel('Crosshair', { exact: true }).uncheck();
    await app.page.getByTestId('fusion-tab-four-d').click();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  /** Grey level of the coronal plane at a height on the axis of the ball. */
  const greyAt = async (name: string, ...at: readonly number[]): Promise<number[]> => {
    await settle(app.page);
    const png = await screenshot(app.page, name);
    const plane = await planeOnPage(app.page, 'coronal');
    return at.map((z) => meanAround(png, plane.toPage([0, plane.centre[1], z]), 1)[0]);
  };

  it('knows the phases by their names and plays them where they lie', async () => {
    const { page } = app;
    expect(await page.getByTestId('phase-labels').textContent()).toBe('0 %, 25 %, 50 %, 75 %');
    await page.getByTestId('load-cine').click();
    await page.getByTestId('phase-slider').waitFor();
    for (const [index, z] of [-20, 0, 20].entries()) {
      await page.getByTestId('phase-slider').fill(String(index));
      const [inside, outside] = await greyAt(`cine-${index}`, z, -z || 25);
      expect(inside).toBeGreaterThan(240);
      expect(outside).toBeLessThan(15);
    }
    await page.getByTestId('play-cine').click();
    const seen = new Set<string | null>();
    await expect
      .poll(async () => seen.add(await page.getByTestId('phase-label').textContent()).size)
      .toBeGreaterThan(2);
    await page.getByTestId('play-cine').click();
    await page.getByRole('button', { name: 'Close cine' }).click();
  });

  it('folds them into average, MIP and MinIP, shows them as the second image and stores them', async () => {
    const { page } = app;
    await page.getByTestId('make-projections').click();
    const maximum = page.getByTestId('made-maximum');
    await maximum.getByRole('button', { name: 'show' }).click();
    await waitForImages(page, 2);
    await page.getByTestId('fusion-tab-images').click();
    await page.getByTestId('colormap').selectOption('Grey');
    await page.getByTestId('opacity').fill('1');
    // The ball is seen at all heights that it takes; above and below them it is not.
    const [low, middle, high, above] = await greyAt('cine-mip', -20, 0, 20, 36);
    for (const value of [low, middle, high]) expect(value).toBeGreaterThan(240);
    expect(above).toBeLessThan(15);
    await page.getByTestId('fusion-tab-four-d').click();
    await page.getByTestId('made-average').getByRole('button', { name: 'show' }).click();
    // The ball is at 0 mm in two phases of four: half way from air to its 40 HU.
    const [half, quarter] = await greyAt('cine-average', 0, 20);
    expect(half).toBeGreaterThan(120);
    expect(half).toBeLessThan(140);
    expect(quarter).toBeLessThan(75);
    await page.getByTestId('made-average').getByRole('button', { name: 'save' }).click();
    await expect.poll(() => page.getByTestId('series-row').count()).toBe(5);
    expect(await page.getByTestId('series-row').allTextContents()).toContainEqual(
      expect.stringContaining('Average of 4 phases Breathing'),
    );
  });

  it('meets no error on the way', () => {
    expect(app.errors).toEqual([]);
  });
});

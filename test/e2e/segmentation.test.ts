import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import type { Phantom } from '#shared/phantom/phantom.ts';
import { thresholdModel } from '#test/builders/onnx.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import {
  pixelAt,
  planeOnPage,
  type PlaneOnPage,
  type Point,
  screenshot,
  settle,
  waitForImages,
} from './harness/pixels.ts';

/** Volume in cm³ as the structure list shows it. */
async function volumeOf(page: Page, name: string): Promise<number> {
  const cell = page.locator(`[data-testid="structure"][data-name="${name}"] .structure-volume`);
  await page.waitForFunction((element) => /\d/.test(element?.textContent ?? ''), await cell.elementHandle());
  return Number.parseFloat((await cell.textContent()) ?? '');
}

const truthOf = (phantom: Phantom, name: string): number =>
  phantom.truth.rois.find((roi) => roi.name === name)?.volume ?? Number.NaN;

describe.skipIf(!hasChromium)('segmenting the thorax phantom', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let phantom: Phantom;
  let axial: PlaneOnPage;

  beforeAll(async () => {
    host = await startHost();
    phantom = await storePhantom(host, 'thorax', ['CT']);
    browser = await launchBrowser();
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
    await app.page.getByTestId('tab-contouring').click();
    await app.page.getByTestId('section-segment').click();
    await settle(app.page);
    axial = await planeOnPage(app.page, 'axial');
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  /** Whether any pixel within two of a patient point is of the kind. */
  async function shows(name: string, point: Point, kind: (c: readonly number[]) => boolean): Promise<boolean> {
    const png = await screenshot(app.page, name);
    const [x, y] = axial.toPage(point);
    for (let dy = -2; dy <= 2; dy++)
      for (let dx = -2; dx <= 2; dx++) if (kind(pixelAt(png, [x + dx, y + dy]))) return true;
    return false;
  }
  const isPreview = ([r, g, b]: readonly number[]): boolean => r > 120 && g > 80 && b < 0.7 * r;

  it('finds lungs and body, says how sure it is, and makes what is ticked as one undoable step', async () => {
    const { page } = app;
    for (const organ of ['bones', 'canal', 'couch']) await page.getByTestId(`organ-${organ}`).uncheck();
    await page.getByTestId('find-structures').click();
    await page.getByTestId('finds').waitFor({ timeout: 120_000 });
    const left = page.locator('[data-testid="find"][data-name="Lung_L"]');
    expect(Number(await left.getAttribute('data-confidence'))).toBeGreaterThan(0.7);
    await screenshot(page, 'segmentation-finds');
    // Nothing is made before it is asked for.
    expect(await page.getByTestId('structure').count()).toBe(0);
    await page.getByTestId('make-finds').click();
    await settle(page);
    expect(await page.getByTestId('structure').count()).toBe(3);
    for (const name of ['Lung_L', 'Lung_R'])
      expect(Math.abs((await volumeOf(page, name)) / truthOf(phantom, name) - 1)).toBeLessThan(0.04);
    await page.keyboard.press('Control+z');
    expect(await page.getByTestId('structure').count()).toBe(0);
    await page.keyboard.press('Control+y');
    expect(await page.getByTestId('structure').count()).toBe(3);
    await screenshot(page, 'segmentation-made');
  });

  it('shows the range on the planes and takes it within the body', async () => {
    const { page } = app;
    await page.getByTestId('section-draw').click();
    await page.getByTestId('new-structure-name').fill('Lungs');
    await page.getByTestId('add-structure').click();
    await page.getByTestId('section-segment').click();
    await page.getByTestId('segment-low').fill('-900');
    await page.getByTestId('segment-low').press('Enter');
    await page.getByTestId('segment-high').fill('-400');
    await page.getByTestId('segment-high').press('Enter');
    const inLung: Point = [70, 0, axial.centre[2]];
    const inHeart: Point = [4, -4, axial.centre[2]];
    await page.getByTestId('segment-preview').check();
    await page.mouse.move(5, 5);
    await settle(page);
    expect(await shows('segmentation-preview', inLung, isPreview)).toBe(true);
    expect(await shows('segmentation-preview', inHeart, isPreview)).toBe(false);
    await page.getByTestId('segment-preview').uncheck();
    const external = await page
      .locator('[data-testid="segment-within"] option', { hasText: 'External' })
      .getAttribute('value');
    await page.getByTestId('segment-within').selectOption(external ?? '');
    await page.getByTestId('segment-threshold').click();
    await page.waitForFunction(() =>
      document.querySelector('[data-testid="last-edit"]')?.textContent?.includes('Threshold Lungs'),
    );
    const volume = await volumeOf(page, 'Lungs');
    // Both lungs without vessels and tumour, with the airway's rim.
    const truth = truthOf(phantom, 'Lung_L') + truthOf(phantom, 'Lung_R');
    expect(volume / truth).toBeGreaterThan(0.85);
    expect(volume / truth).toBeLessThan(1.02);
  });

  it('grows from a click, then smooths and keeps the volume; each step undone by itself', async () => {
    const { page } = app;
    await page.getByTestId('new-structure-name').fill('Grown');
    await page.getByTestId('add-structure').click();
    await page.getByTestId('segment-within').selectOption('');
    await page.getByTestId('segment-learn').uncheck();
    await page.getByTestId('tool-grow').click();
    await page.mouse.click(...axial.toPage([80, -10, axial.centre[2]]));
    await page.waitForFunction(() =>
      document.querySelector('[data-testid="last-edit"]')?.textContent?.includes('Grow Grown'),
    );
    const grown = await volumeOf(page, 'Grown');
    expect(grown / truthOf(phantom, 'Lung_L')).toBeGreaterThan(0.85);
    expect(grown / truthOf(phantom, 'Lung_L')).toBeLessThan(1.02);
    await page.keyboard.press('Escape');
    await page.getByTestId('smooth-3d').click();
    await page.waitForFunction(() =>
      document.querySelector('[data-testid="last-edit"]')?.textContent?.includes('Smooth Grown'),
    );
    expect(Math.abs((await volumeOf(page, 'Grown')) / grown - 1)).toBeLessThan(0.005);
    await screenshot(page, 'segmentation-cleaned');
    await page.keyboard.press('Control+z');
    expect(Math.abs((await volumeOf(page, 'Grown')) - grown)).toBeLessThan(0.11);
  });

  it('runs an ONNX model that the user brings, under the page’s own security policy', async () => {
    const { page } = app;
    const size = [48, 48, 32] as const;
    const manifest = {
      manifest: 1,
      name: 'bright',
      model: 'bright.onnx',
      input: { size, spacing: [4, 4, 6], divide: 100 },
      output: { activation: 'sigmoid' },
      labels: [{ channel: 0, name: 'Tissue' }],
    };
    await page.getByTestId('model-files').setInputFiles([
      { name: 'bright.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(manifest)) },
      { name: 'bright.onnx', mimeType: 'application/octet-stream', buffer: Buffer.from(thresholdModel(size, -2, 4)) },
    ]);
    await page.locator('[data-testid="find"][data-name="Tissue"]').waitFor({ timeout: 120_000 });
    await screenshot(page, 'segmentation-model');
    await page.getByTestId('make-finds').click();
    // Everything above −200 HU in the mean of 12 × 12 × 18 mm: the body without its lungs, blurred (and the couch's edge).
    const expected = truthOf(phantom, 'BODY') - truthOf(phantom, 'Lung_L') - truthOf(phantom, 'Lung_R');
    expect(Math.abs((await volumeOf(page, 'Tissue')) / expected - 1)).toBeLessThan(0.2);
    await page.keyboard.press('Control+z');
  });

  it('finds the tumour that scribbles mark', async () => {
    const { page } = app;
    await page.getByTestId('new-structure-name').fill('GTV');
    await page.getByTestId('add-structure').click();
    await page.getByTestId('scribble-panel').locator('summary').click();
    await page.mouse.move(axial.left + axial.width / 2, axial.top + axial.height / 2);
    // Up to the tumour's middle, 22 mm.
    for (let n = 0; n < 7; n++) await page.mouse.wheel(0, -100);
    await settle(page);
    const plane = await planeOnPage(page, 'axial');
    const z = plane.centre[2];
    expect(z).toBeCloseTo(22.5, 0);
    await page.getByTestId('scribble-object').click();
    await strokeOn(page, plane, [[-76, -14, z], [-64, -14, z]]); // biome-ignore format: a path
    await page.getByTestId('scribble-background').click();
    await strokeOn(page, plane, [[-100, -30, z], [-70, -44, z], [-50, -36, z]]); // biome-ignore format: a path
    await screenshot(page, 'segmentation-scribbles');
    await page.getByTestId('segment-scribbles').click();
    await page.waitForFunction(
      () => document.querySelector('[data-testid="last-edit"]')?.textContent?.includes('Segment GTV'),
      undefined,
      { timeout: 120_000 },
    );
    const volume = await volumeOf(page, 'GTV');
    await screenshot(page, 'segmentation-from-scribbles');
    // Half a millimetre inside all round (voxels of 2 × 2 × 3 mm) is 12 % of such a small volume.
    expect(Math.abs(volume / truthOf(phantom, 'GTV') - 1)).toBeLessThan(0.2);
  });
});

async function strokeOn(page: Page, plane: PlaneOnPage, points: readonly Point[]): Promise<void> {
  await page.mouse.move(...plane.toPage(points[0]));
  await page.mouse.down();
  for (const point of points.slice(1)) await page.mouse.move(...plane.toPage(point), { steps: 6 });
  await page.mouse.up();
  await settle(page);
}

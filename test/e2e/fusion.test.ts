import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlaneId } from '#renderer/viewports/plane/planeView.ts';
import { moveGrid, sampleAtPoint, type Volume, type VoxelArray } from '#shared/geometry/volume.ts';
import type { Phantom } from '#shared/phantom/phantom.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import {
  brightFraction,
  meanAround,
  pixelAt,
  planeOnPage,
  type Point,
  screenshot,
  settle,
  slicePosition,
  waitForImages,
} from './harness/pixels.ts';

const PLANES: readonly PlaneId[] = ['axial', 'sagittal', 'coronal'];

describe.skipIf(!hasChromium)('fused view of a phantom (no structures, so nothing covers the pixels)', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let phantom: Phantom;

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), launchBrowser()]);
    phantom = await storePhantom(host, 'thorax', ['CT', 'MR', 'REG']);
    app = await openApp(browser, host);
    await waitForImages(app.page, 2);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('opens the only patient by itself, in the fusion workspace, under its name', async () => {
    const { page } = app;
    expect(await page.getByTestId('workspace').getAttribute('data-workspace')).toBe('fusion');
    expect(await page.getByTestId('patient-name').textContent()).toBe('Phantom, Thorax');
    const banner = await page.getByTestId('patient-banner').textContent();
    for (const part of ['PHANTOM-THORAX-1', '1960-01-01', 'not for clinical use']) expect(banner).toContain(part);
    expect(page.url()).toContain('#patient=');
    expect(await page.getByTestId('fusion-how').textContent()).toContain('registration');
  });

  it('has orientation letters on all four edges of every plane', async () => {
    const letters = await app.page.evaluate(() =>
      Object.fromEntries(
        ['axial', 'sagittal', 'coronal'].map((plane) => [
          plane,
          ['left', 'right', 'top', 'bottom'].map(
            (edge) => document.querySelector(`[data-testid=text-${plane}] [data-edge=${edge}]`)?.textContent,
          ),
        ]),
      ),
    );
    expect(letters).toEqual({
      axial: ['R', 'L', 'A', 'P'],
      sagittal: ['A', 'P', 'H', 'F'],
      coronal: ['R', 'L', 'H', 'F'],
    });
  });

  it('shows an image on every plane', async () => {
    await app.page.getByLabel('Crosshair', { exact: true }).uncheck();
    await settle(app.page);
    const png = await screenshot(app.page, 'fusion-thorax');
    for (const plane of PLANES)
      expect(brightFraction(png, await planeOnPage(app.page, plane), 60)).toBeGreaterThan(0.1);
  });

  /** Sets the slider to a value the way a user's drag does. */
  const setOpacity = async (opacity: number): Promise<void> => {
    await app.page.getByTestId('opacity').fill(String(opacity));
    await settle(app.page);
  };

  it('mixes the two images by exactly the opacity asked for', async () => {
    const { page } = app;
    const spots: Point[] = [
      [60, 40, 1.5],
      [-60, 45, 1.5],
      [10, 15, 30],
      [0, 30, -30],
    ];
    await page.getByLabel('crosshair X').fill('5');
    await page.getByLabel('crosshair X').press('Enter');
    const measure = async (opacity: number): Promise<number[]> => {
      await setOpacity(opacity);
      const png = await screenshot(page, `opacity-${opacity}`);
      const planes = await Promise.all(PLANES.map((plane) => planeOnPage(page, plane)));
      return planes.flatMap((plane) => spots.map((spot) => meanAround(png, plane.toPage(spot), 1)[0]));
    };
    const [ct, mr] = [await measure(0), await measure(1)];
    // The two images differ enough for the mixture to be told from either.
    expect(Math.max(...ct.map((value, i) => Math.abs(value - mr[i])))).toBeGreaterThan(60);
    for (const opacity of [0.1, 0.35, 0.5, 0.8]) {
      const mixed = await measure(opacity);
      mixed.forEach((value, i) =>
        expect(Math.abs(value - ((1 - opacity) * ct[i] + opacity * mr[i]))).toBeLessThan(1.6),
      );
    }
  });

  /** Differences between a screen row of a plane and the volume sampled at the patient points of its pixels, in grey levels. */
  const compareRow = async (
    plane: PlaneId,
    volume: Volume<VoxelArray>,
    window: { center: number; width: number },
  ): Promise<number[]> => {
    const view = await planeOnPage(app.page, plane);
    const png = await screenshot(app.page, `row-${plane}`);
    const y = Math.round(view.height * 0.45);
    const differences: number[] = [];
    for (let x = 40; x < view.width - 40; x++) {
      const [dx, dy] = [(x + 0.5 - view.width / 2) / view.scale, (y + 0.5 - view.height / 2) / view.scale];
      const at = (axis: 0 | 1 | 2): number => view.centre[axis] + dx * view.right[axis] + dy * view.down[axis];
      const value = sampleAtPoint(volume, [at(0), at(1), at(2)], Number.NaN);
      if (Number.isNaN(value)) continue;
      const grey = Math.max(0, Math.min(255, ((value - window.center) / window.width + 0.5) * 255));
      differences.push(Math.abs(grey - pixelAt(png, [view.left + x, view.top + y])[0]));
    }
    return differences;
  };
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

  it.each(PLANES)('draws the %s CT pixel by pixel where the voxels lie', async (plane) => {
    await app.page.getByRole('button', { name: 'Wide' }).click();
    await setOpacity(0);
    const differences = await compareRow(plane, phantom.ct, { center: 0, width: 2500 });
    expect(differences.length).toBeGreaterThan(150);
    expect(mean(differences)).toBeLessThan(1.5);
    expect(Math.max(...differences)).toBeLessThan(16);
  });

  it.each(PLANES)('draws the %s MR where the true registration puts it', async (plane) => {
    await setOpacity(1);
    const moved = moveGrid(phantom.mr, phantom.registration.matrix);
    const differences = await compareRow(plane, moved, phantom.mr.window);
    expect(differences.length).toBeGreaterThan(150);
    expect(mean(differences)).toBeLessThan(1.5);
    // Unregistered it would be wrong by far: the comparison can tell.
    expect(mean(await compareRow(plane, phantom.mr, phantom.mr.window))).toBeGreaterThan(5);
  });

  it('scrolls by whole slices, zooms about the cursor and links the planes by the crosshair', async () => {
    const { page } = app;
    await setOpacity(0.5);
    const view = await planeOnPage(page, 'axial');
    await page.mouse.move(view.left + view.width * 0.3, view.top + view.height * 0.6);
    const before = await slicePosition(page, 'axial');
    await page.mouse.wheel(0, 100);
    await settle(page);
    expect(Math.abs((await slicePosition(page, 'axial')) - before)).toBeCloseTo(phantom.ct.spacing[2], 6);
    await page.mouse.wheel(0, -100);
    await settle(page);
    expect(await slicePosition(page, 'axial')).toBeCloseTo(before, 6);

    const fixed: [number, number] = [view.width * 0.3, view.height * 0.6];
    const pointAt = async (): Promise<number> => {
      const now = await planeOnPage(page, 'axial');
      return now.centre[0] + (fixed[0] - now.width / 2) / now.scale;
    };
    const underCursor = await pointAt();
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await settle(page);
    expect((await planeOnPage(page, 'axial')).scale).toBeGreaterThan(view.scale * 1.1);
    expect(await pointAt()).toBeCloseTo(underCursor, 6);
    await page.getByRole('button', { name: 'Fit' }).click();

    const target: Point = [31, -21, before];
    const [x, y] = (await planeOnPage(page, 'axial')).toPage(target);
    await page.mouse.click(x, y);
    await settle(page);
    expect(Math.abs((await slicePosition(page, 'sagittal')) - target[0])).toBeLessThanOrEqual(
      phantom.ct.spacing[0] / 2 + 0.01,
    );
    expect(Math.abs((await slicePosition(page, 'coronal')) - target[1])).toBeLessThanOrEqual(
      phantom.ct.spacing[1] / 2 + 0.01,
    );
  });

  it('tells position and HU under the cursor', async () => {
    const { page } = app;
    const [x, y] = (await planeOnPage(page, 'axial')).toPage([31, -21, 0]);
    await page.mouse.move(x, y);
    const readout = page.getByTestId('readout');
    const position = ((await readout.getAttribute('data-position')) ?? '').split(',').map(Number);
    expect(position[0]).toBeCloseTo(31, 0);
    expect(position[1]).toBeCloseTo(-21, 0);
    const ct = phantom.ct;
    const [i, j, k] = [0, 1, 2].map((axis) => Math.round((position[axis] - ct.origin[axis]) / ct.spacing[axis]));
    const hu = ct.data[i + ct.dims[0] * (j + ct.dims[1] * k)] * ct.slope + ct.intercept;
    expect(Number(await readout.getAttribute('data-value'))).toBe(hu);
  });

  it('changes the window with the right button', async () => {
    const { page } = app;
    const view = await planeOnPage(page, 'axial');
    const width = page.getByLabel('primary window width');
    const before = Number(await width.inputValue());
    await page.mouse.move(view.left + 200, view.top + 200);
    await page.mouse.down({ button: 'right' });
    await page.mouse.move(view.left + 300, view.top + 200, { steps: 4 });
    await page.mouse.up({ button: 'right' });
    expect(Number(await width.inputValue())).toBeGreaterThan(before * 1.2);
  });

  it('keeps its pictures when the workspace is left and entered again', async () => {
    const { page } = app;
    await page.getByTestId('tab-patients').click();
    await page.getByTestId('patient-table').waitFor();
    await page.getByTestId('tab-fusion').click();
    await waitForImages(page, 2);
    const png = await screenshot(page, 'fusion-again');
    for (const plane of PLANES) expect(brightFraction(png, await planeOnPage(page, plane), 60)).toBeGreaterThan(0.05);
  });

  it('meets no error on the way', () => {
    expect(app.errors).toEqual([]);
  });
});

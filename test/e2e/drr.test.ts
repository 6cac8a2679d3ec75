import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { readPlan } from '#shared/dicom/plan/rtPlan.ts';
import { readRtImage } from '#shared/dicom/rtImage.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { screenshot, waitForImages } from './harness/pixels.ts';
import { storedObjects } from './harness/stored.ts';

describe.skipIf(!hasChromium)('radiographs behind the beam’s-eye view', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;

  beforeAll(async () => {
    host = await startHost();
    await storePhantom(host, 'thorax', ['CT', 'RTSTRUCT']);
    browser = await launchBrowser();
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
    await app.page.getByTestId('tab-planning').click();
    await app.page.getByTestId('new-plan').click();
    await app.page.getByTestId('beam-template').selectOption('Three fields');
    await app.page.getByTestId('centre-beamsEye').click();
    await app.page.locator('[data-drr="resting"]').waitFor({ timeout: 60_000 });
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  /** Grey of the radiograph at mm of the isocenter plane. */
  const grey = (x: number, y: number): Promise<number> =>
    app.page.evaluate(
      ([atX, atY]) => {
        const canvas = document.querySelector<HTMLCanvasElement>('.drr-backdrop');
        const { view = '' } = document.querySelector<HTMLElement>('.beams-eye-host')?.dataset ?? {};
        const [scale, left, top] = view.split(' ').map(Number);
        if (canvas === null) throw new Error('no radiograph');
        const finer = canvas.width / canvas.clientWidth;
        const [column, row] = [(left + scale * atX) * finer, (top - scale * atY) * finer];
        return canvas.getContext('2d')?.getImageData(column, row, 1, 1).data[0] ?? -1;
      },
      [x, y],
    );

  /** The radiograph as it is painted, red of every pixel. */
  const picture = (): Promise<{ readonly width: number; readonly red: number[] }> =>
    app.page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.drr-backdrop');
      const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height);
      if (pixels === undefined) throw new Error('no radiograph');
      return { width: pixels.width, red: Array.from({ length: pixels.data.length / 4 }, (_, n) => pixels.data[4 * n]) };
    });

  it('are the same from the graphics card and from the workers', async () => {
    const { page } = app;
    const workers = await picture();
    await page.getByTestId('drr-menu').click();
    await page.getByLabel('who casts the radiograph').selectOption('gpu');
    await page.locator('[data-drr="resting"][data-by="gpu"]').waitFor({ timeout: 60_000 });
    await screenshot(page, 'drrGpu');
    const gpu = await picture();
    expect(gpu.width).toBe(workers.width);
    const differences = gpu.red.map((red, n) => Math.abs(red - workers.red[n])).toSorted((a, b) => a - b);
    // Their tones are taken from pictures of different fineness, and edges are interpolated otherwise.
    const share = (part: number): number => differences[Math.floor(part * differences.length)];
    expect([share(0.5) < 6, share(0.99) < 20], `${share(0.5)} ${share(0.99)}`).toEqual([true, true]);
    await page.getByLabel('who casts the radiograph').selectOption('automatic');
    await page.locator('[data-drr="resting"][data-by="workers"]').waitFor({ timeout: 60_000 });
    await page.getByTestId('drr-menu').click();
  });

  it('lie under leaves and structures, follow the weights of tissues and go when they are not wanted', async () => {
    const { page, errors } = app;
    await screenshot(page, 'drr');
    // The target is in the right lung, 71 mm from the midline: the spine lies on its left, lung below it.
    const [spine, lung] = [await grey(71, -45), await grey(-25, -45)];
    expect(spine).toBeGreaterThan(lung + 60);
    await page.locator('.drr-menu').evaluate((menu) => menu.setAttribute('open', ''));
    await page.getByLabel('Soft tissue of the radiograph').fill('0');
    await page.locator('[data-drr="resting"]').waitFor();
    await page.waitForFunction(() => document.querySelector<HTMLElement>('.drr-backdrop')?.dataset.soft === '0');
    // Of lung and soft tissue nothing is left, but ribs run across.
    expect(await grey(-25, -45)).toBeLessThan(60);
    expect(await grey(71, -45)).toBeGreaterThan((await grey(-25, -45)) + 40);
    await screenshot(page, 'drrBone');
    await page.getByTestId('drr-shown').click();
    await page.locator('[data-drr="none"]').waitFor({ state: 'attached' });
    expect(errors).toEqual([]);
  });

  it('are stored with the plan, one for every beam, in the axes of the gantry', async () => {
    const { page, errors } = app;
    await page.getByTestId('save-plan').click();
    await page.locator('[data-testid="plan-state"][data-dirty="false"]').waitFor({ timeout: 60_000 });
    await page.getByTestId('save-drrs').click();
    await page.getByText(/3 radiographs of .* stored/).waitFor({ timeout: 60_000 });
    const [plan] = await storedObjects(host, 'RTPLAN', (bytes) => readPlan(bytes));
    const images = await Promise.all(
      (await storedObjects(host, 'RTIMAGE', (bytes) => [bytes])).map(([bytes]) => readRtImage(bytes)),
    );
    expect(images.map(({ beamNumber = 0 }) => beamNumber).toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    for (const image of images) {
      const beam = plan.beams.find(({ number }) => number === image.beamNumber);
      const [control] = beam?.controlPoints ?? [];
      const { gantry, collimator, isocenter } = control;
      expect(image).toMatchObject({ planUid: plan.sopInstanceUid, gantry, collimator, receptorAngle: 0, isocenter });
      // The thorax is 200 to 400 mm of tissue across, half of it lung.
      const most = image.data.reduce((top, value) => Math.max(top, value), 0);
      expect(most).toBeGreaterThan(150);
      expect(most).toBeLessThan(450);
    }
    await page.getByTestId('tab-patients').click();
    await page.getByTestId('patient-table').getByText('PHANTOM-THORAX-1').click();
    await page.getByTestId('show-rt-image').first().click();
    await page.getByTestId('rt-image').waitFor();
    expect(await page.getByTestId('rt-image').textContent()).toContain('digitally reconstructed radiograph');
    await screenshot(page, 'rtImage');
    expect(errors).toEqual([]);
  });
});

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Phantom } from '#shared/phantom/phantom.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { planeOnPage, screenshot, settle, waitForImages } from './harness/pixels.ts';

describe.skipIf(!hasChromium)('registration by hand', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let phantom: Phantom;

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), launchBrowser()]);
    phantom = await storePhantom(host, 'head', ['CT', 'MR', 'RTSTRUCT']);
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  const field = async (name: string): Promise<number> => Number(await app.page.getByTestId(name).inputValue());
  const layers = (): Promise<string | null> => app.page.locator('.plane-host').first().getAttribute('data-layers');

  it('refuses to fuse two frames of reference without a registration, and says why on the image', async () => {
    await app.page.getByTestId('fusion-refused').waitFor({ timeout: 60_000 });
    const text = await app.page.getByTestId('fusion-refused').textContent();
    expect(text).toContain('different frames of reference');
    expect(text).toContain('no registration');
    expect(await layers()).toBe('1');
    expect(await app.page.getByTestId('opacity').count()).toBe(0);
    await screenshot(app.page, 'fusion-refused');
  });

  it('starts from the image centres and takes numbers', async () => {
    const { page } = app;
    await page.getByTestId('fusion-tab-registration').click();
    await page.getByTestId('start-centres').click();
    await waitForImages(page, 2);
    expect(await page.getByTestId('fusion-refused').count()).toBe(0);
    for (const [name, value] of [
      ['shift-0', '-3.25'],
      ['rotation-2', '7.5'],
    ] as const) {
      // biome-ignore format: pairs
      await page.getByTestId(name).fill(value);
      await page.getByTestId(name).press('Enter');
    }
    expect(await field('shift-0')).toBe(-3.25);
    expect(await field('rotation-2')).toBe(7.5);
    await page.getByTestId('shift-1').fill('12 mm');
    await page.getByTestId('shift-1').press('Enter');
    expect(await page.getByTestId('shift-1').inputValue()).not.toContain('12');
  });

  it('moves with the mouse by what the mouse moved, nudges with keys, and undoes a drag in one step', async () => {
    const { page } = app;
    await page.getByTestId('move-tool').click();
    const view = await planeOnPage(page, 'axial');
    const [before0, before1] = [await field('shift-0'), await field('shift-1')];
    const start: [number, number] = [view.left + view.width / 2, view.top + view.height / 2];
    await page.mouse.move(...start);
    await page.mouse.down();
    await page.mouse.move(start[0] + 40, start[1] - 25, { steps: 5 });
    await page.mouse.up();
    await settle(page);
    expect((await field('shift-0')) - before0).toBeCloseTo(40 / view.scale, 1);
    expect((await field('shift-1')) - before1).toBeCloseTo(-25 / view.scale, 1);
    await page.keyboard.press('ArrowRight');
    expect((await field('shift-0')) - before0).toBeCloseTo(40 / view.scale + 1, 1);
    await page.getByTestId('nudge-step').selectOption('0.5');
    await page.mouse.move(...start);
    await page.keyboard.press('ArrowLeft');
    expect((await field('shift-0')) - before0).toBeCloseTo(40 / view.scale + 0.5, 1);
    await page.keyboard.press('.');
    expect(await field('rotation-2')).toBeCloseTo(8, 1);
    for (let step = 0; step < 4; step++) await page.keyboard.press('Control+z');
    expect(await field('shift-0')).toBe(before0);
    expect(await field('shift-1')).toBe(before1);
    expect(await field('rotation-2')).toBe(7.5);
  });

  it('takes pairs of landmarks from the two images, linked or not, and fits to them', async () => {
    const { page } = app;
    await page.keyboard.press('Escape');
    await page.getByTestId('pick-landmarks').click();
    const second = page.getByTestId('second-plane');
    await second.waitFor();
    await settle(page);
    const places = [
      [0.4, 0.4],
      [0.6, 0.45],
      [0.5, 0.65],
    ];
    const view = await planeOnPage(page, 'axial');
    const box = await second.locator('canvas').boundingBox();
    if (box === null) throw new Error('no second plane');
    for (const [index, [x, y]] of places.entries()) {
      await page.mouse.click(view.left + view.width * x, view.top + view.height * y);
      await page.mouse.click(box.x + view.width * x, box.y + view.height * y);
      await expect.poll(() => page.getByTestId('landmark-row').count()).toBe(index + 1);
    }
    // Both images were clicked at one place: a pixel is a third of a mm.
    for (const text of await page.getByTestId('landmark-error').allTextContents())
      expect(Number.parseFloat(text)).toBeLessThan(0.5);
    // Unlinked and dragged by 30 pixels, the same place of the pane is another of the image.
    await page.getByTestId('link-second').click();
    await page.mouse.move(box.x + 150, box.y + 150);
    await page.mouse.down({ button: 'middle' });
    await page.mouse.move(box.x + 180, box.y + 150, { steps: 3 });
    await page.mouse.up({ button: 'middle' });
    await page.mouse.click(view.left + view.width * 0.45, view.top + view.height * 0.5);
    await page.mouse.click(box.x + view.width * 0.45, box.y + view.height * 0.5);
    await expect.poll(() => page.getByTestId('landmark-row').count()).toBe(4);
    const errors = await page.getByTestId('landmark-error').allTextContents();
    expect(Math.abs(Number.parseFloat(errors[3]) - 30 / view.scale)).toBeLessThan(0.8);
    await screenshot(page, 'fusion-landmarks');
    const before = await field('shift-0');
    await page.getByTestId('fit-landmarks').click();
    await expect.poll(() => field('shift-0')).not.toBe(before);
    expect(Number.parseFloat((await page.getByTestId('landmark-rms').textContent()) ?? '')).toBeLessThan(
      15 / view.scale,
    );
    // The fit, and four landmarks.
    for (let step = 0; step < 5; step++) await page.keyboard.press('Control+z');
    expect(await field('shift-0')).toBe(before);
    expect(await page.getByTestId('landmark-row').count()).toBe(0);
    await page.getByTestId('pick-landmarks').click();
    await page.getByTestId('compare-modes').getByRole('button', { name: 'Blend' }).click();
  });

  it('stores it as a Spatial Registration that is found again when the patient is opened anew', async () => {
    const { page } = app;
    const wanted = await Promise.all(
      ['shift-0', 'shift-1', 'shift-2', 'rotation-0', 'rotation-1', 'rotation-2'].map(field),
    );
    await page.getByTestId('save-registration').click();
    await page.getByText('Registration saved to the archive').waitFor();
    await expect.poll(() => page.getByTestId('save-registration').count()).toBe(0);
    await page.reload();
    await waitForImages(page, 2);
    expect(await page.getByTestId('fusion-how').textContent()).toContain('Manual rigid registration');
    await page.getByTestId('fusion-tab-registration').click();
    const found = await Promise.all(
      ['shift-0', 'shift-1', 'shift-2', 'rotation-0', 'rotation-1', 'rotation-2'].map(field),
    );
    wanted.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 1));
    expect(phantom.ct.frameOfReferenceUid).not.toBe(phantom.mr.frameOfReferenceUid);
    await screenshot(page, 'fusion-registered');
  });

  it('meets no error on the way', () => {
    expect(app.errors).toEqual([]);
  });
});

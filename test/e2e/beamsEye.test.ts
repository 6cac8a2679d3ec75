import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import type { PNG } from 'pngjs';
import { gantryFromPatient } from '#shared/beamsEye/axes.ts';
import { lightField } from '#shared/beamsEye/lightField.ts';
import { skinOf } from '#shared/beamsEye/skin.ts';
import { shadowCaster } from '#shared/beamsEye/silhouette.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam, targetCenter } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { pixelAt, planeOnPage, type Rgb, screenshot, settle, waitForImages } from './harness/pixels.ts';

interface BeamsEyeOnPage {
  /** Page position of a place in collimator axes, mm at the isocenter plane. */
  at(x: number, y: number): [number, number];
}

async function beamsEyeOnPage(page: Page): Promise<BeamsEyeOnPage> {
  const host = page.locator('.beams-eye-host');
  const box = await host.boundingBox();
  const view = ((await host.getAttribute('data-view')) ?? '').split(' ').map(Number);
  if (box === null || view.length !== 4 || view.some(Number.isNaN))
    throw new Error('the beam’s-eye view shows nothing');
  const [scale, left, top, turn] = view;
  const [c, s] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  return { at: (x, y) => [box.x + left + scale * (c * x - s * y), box.y + top - scale * (s * x + c * y)] };
}

const JAW = [255, 214, 102];
const near = (color: readonly number[], other: readonly number[]): boolean =>
  color.every((part, channel) => Math.abs(part - other[channel]) < 40);
/** Colours within a pixel of a page position. */
const around = (png: PNG, [x, y]: readonly [number, number]): Rgb[] =>
  [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => pixelAt(png, [x + dx, y + dy])));
const words = (mm: number): string => mm.toFixed(1).replace('-', '−');

/** The first beam as the application must make it. */
const phantom = phantomOf('thorax');
const target = phantom.structureSet.rois.find(({ name }) => name === 'PTV')!;
const angles = { gantry: 0, collimator: 0, couch: 0 };
const isocenter = targetCenter(target);
const iec = iecFromPatient('HFS')!;
const frame = gantryFromPatient(angles, isocenter, iec);
const testedBeam = createBeam({
  number: 1,
  name: 'G000',
  machine: machineByName('GENERIC_6MV'),
  angles,
  isocenter,
  iecFromLps: iec,
  target: target.contours,
}).beam;
const fitted = testedBeam.controlPoints[0].positions;

describe.skipIf(!hasChromium)('the beam’s-eye view', () => {
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
    // What the dose makes of an edit is tested elsewhere.
    await app.page.getByTestId('follow-edits').uncheck();
    await app.page.getByTestId('centre-beamsEye').click();
    await app.page.waitForFunction(
      () => document.querySelector<HTMLElement>('.beams-eye-host')?.dataset.missing === '0',
      undefined,
      { timeout: 60_000 },
    );
    await settle(app.page);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('shows the target inside the leaves, the jaws around them, and which beam of whom it is', async () => {
    const { page } = app;
    const view = await beamsEyeOnPage(page);
    const png = await screenshot(page, 'beamsEye');
    // The target's outline is drawn twice as thick as the others, in its colour.
    const shadow = shadowCaster(target.contours, 0.3, 'PTV')(frame, 1000)![0];
    let seen = 0;
    for (let i = 0; i < shadow.length; i += 2)
      if (around(png, view.at(shadow[i], shadow[i + 1])).some((color) => near(color, target.color))) seen++;
    expect(seen / (shadow.length / 2)).toBeGreaterThan(0.9);
    const [x1, x2] = fitted.ASYMX!;
    for (const x of [x1, x2])
      expect(around(png, view.at(x, fitted.ASYMY![1] - 1)).some((c) => near(c, JAW))).toBe(true);
    expect(await page.getByTestId('beams-eye-text').textContent()).toContain('PHANTOM-THORAX-1');
    expect(await page.getByTestId('beams-eye-beam').textContent()).toBe('G000');
  });

  it('a leaf is dragged to whole millimetres, one undo takes it back; a jaw likewise', async () => {
    const { page } = app;
    // The radiograph comes in steps from its workers: without it pixels tell of leaves alone.
    await page.getByTestId('drr-shown').click();
    await settle(page);
    const view = await beamsEyeOnPage(page);
    const end = fitted.MLCX![30];
    const between = view.at(end + 10, 2.5);
    const before = await screenshot(page, 'beamsEye-before');
    await page.mouse.move(...view.at(end, 2.5));
    await page
      .locator('.beams-eye-readout')
      .getByText(`leaf 31 X1: ${words(end)} mm`)
      .waitFor();
    await page.mouse.down();
    await page.mouse.move(...view.at(end + 12, 2.5), { steps: 4 });
    await page.mouse.move(...view.at(end + 20.2, 2.5), { steps: 4 });
    await page.mouse.up();
    await page
      .locator('.beams-eye-readout')
      .getByText(`leaf 31 X1: ${words(Math.round(end + 20.2))} mm`)
      .waitFor();
    await settle(page);
    const after = await screenshot(page, 'beamsEye-leaf');
    expect(pixelAt(after, between)).not.toEqual(pixelAt(before, between));
    await page.getByTestId('undo').click();
    await page.mouse.move(5, 5);
    await settle(page);
    // The table below may have grown since.
    const same = (await beamsEyeOnPage(page)).at(end + 10, 2.5);
    expect(pixelAt(await screenshot(page, 'beamsEye-undone'), same)).toEqual(pixelAt(before, between));
    const y2 = fitted.ASYMY![1];
    const now = await beamsEyeOnPage(page);
    await page.mouse.move(...now.at(8, y2));
    await page.mouse.down();
    await page.mouse.move(...now.at(8, y2 + 14.9), { steps: 5 });
    await page.mouse.up();
    expect(await page.getByLabel('Y2 of G000').inputValue()).toBe(Math.round(y2 + 14.9).toFixed(1));
    await page.getByTestId('undo').click();
    expect(await page.getByLabel('Y2 of G000').inputValue()).toBe(y2.toFixed(1));
    await page.getByTestId('drr-shown').click();
    expect(app.errors).toEqual([]);
  });

  it('apertures are fitted by rules that spare an organ; the collimator is turned by its grip', async () => {
    const { page } = app;
    await page.getByTestId('beams-eye-fit-menu').click();
    await page.getByTestId('fit-all').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('fit-all').waitFor({ state: 'hidden' });
    await page.getByTestId('beams-eye-fit-menu').click();
    await page.getByTestId('fit-spare').selectOption({ label: 'GTV' });
    await page.getByLabel('leaf ends').selectOption('middle');
    await screenshot(page, 'beamsEye-fit');
    await page.getByTestId('fit-all').click();
    await page.locator('.status-message').getByText('covered to spare GTV').waitFor();
    await page.getByTestId('undo').click();
    expect(await page.getByLabel('Y2 of G000').inputValue()).toBe(fitted.ASYMY![1].toFixed(1));
    // The press on undo has closed the menu.
    await page.getByTestId('fit-all').waitFor({ state: 'hidden' });
    const grip = await page.locator('.beams-eye-host').getAttribute('data-grip');
    const box = (await page.locator('.beams-eye-host').boundingBox())!;
    const [gx, gy] = (grip ?? '').split(' ').map(Number);
    await page.mouse.move(box.x + gx, box.y + gy);
    await page.mouse.down();
    await page.mouse.move(box.x + gx - 30, box.y + gy + 4, { steps: 3 });
    await page.mouse.move(box.x + gx - 60, box.y + gy + 12, { steps: 3 });
    await page.mouse.up();
    const angle = Number(await page.getByLabel('collimator of G000').inputValue());
    // The grip goes to the left of the screen: counter-clockwise as seen from the source.
    expect(angle).toBeGreaterThan(5);
    expect(angle).toBeLessThan(60);
    await page.waitForFunction(() => document.querySelector<HTMLElement>('.beams-eye-host')?.dataset.missing === '0');
    await settle(page);
    await screenshot(page, 'beamsEye-turned');
    await page.getByTestId('undo').click();
    expect(await page.getByLabel('collimator of G000').inputValue()).toBe('0.0');
  });

  it('the light field lies on the skin of the planes', async () => {
    const { page } = app;
    await page.getByTestId('light-field').click();
    expect(await page.getByTestId('light-field').getAttribute('aria-pressed')).toBe('true');
    await screenshot(page, 'beamsEye-ssd');
    expect(await page.getByTestId('beams-eye-ssd').textContent()).toMatch(/SSD 9\d\d\.\d mm/);
    await page.getByTestId('centre-planes').click();
    await waitForImages(page, 1);
    await page.getByRole('button', { name: 'Go to' }).click();
    await settle(page);
    const axial = await planeOnPage(page, 'axial');
    const png = await screenshot(page, 'beamsEye-light');
    // Where the edges of the jaws meet the front of the chest: a dot, or the end of a line in the plane.
    const edge = lightField(
      testedBeam,
      testedBeam.controlPoints[0],
      frame,
      skinOf(phantom.structureSet.rois.find(({ name }) => name === 'BODY')!.contours),
    ).flat();
    const near0 = edge.filter((point) => Math.abs(point[2] - isocenter[2]) < 1.5);
    expect(near0.length).toBeGreaterThan(1);
    const lit = near0.filter((point) => around(png, axial.toPage(point)).some((color) => near(color, [255, 250, 190])));
    expect(lit.length).toBeGreaterThan(0);
    expect(app.errors).toEqual([]);
  });
});

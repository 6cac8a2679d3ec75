import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import type { Contour, Roi } from '#shared/model/structures.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { pixelAt, planeOnPage, type PlaneOnPage, screenshot, settle, waitForImages } from './harness/pixels.ts';

/** Pixels of a plane within 12 of a colour in every channel. */
async function countColor(page: Page, name: string, plane: PlaneOnPage, color: readonly number[]): Promise<number> {
  const png = await screenshot(page, name);
  let count = 0;
  for (let y = Math.ceil(plane.top); y < plane.top + plane.height; y++)
    for (let x = Math.ceil(plane.left); x < plane.left + plane.width; x++)
      if (pixelAt(png, [x, y]).every((part, channel) => Math.abs(part - color[channel]) <= 12)) count++;
  return count;
}

/** Monitor units of all beams as the table shows them. */
const metersets = (page: Page): Promise<string[]> => page.getByTestId('beam-mu').allTextContents();

/** The DVH table as rows of cells, by structure name. */
async function dvhTable(page: Page): Promise<Map<string, string[]>> {
  await page
    .locator('[data-testid="dvh-table"] tr[data-key="PTV"] td:nth-child(2):not(:text("–"))')
    .waitFor({ timeout: 120_000 });
  await page.locator('.dvh-dock > .progress').waitFor({ state: 'detached', timeout: 120_000 });
  const rows = await page.locator('[data-testid="dvh-table"] tbody tr').all();
  const cells = await Promise.all(rows.map((row) => row.locator('td').allTextContents()));
  return new Map(cells.map(([name, ...values]) => [name.trim(), values]));
}

const D95 = 5;

/** A slab of 5 mm on the front of the chest, on all slices of the middle third of the target. */
function bolusOn(rois: readonly Roi[]): Roi {
  const body = rois.find(({ type }) => type === 'EXTERNAL');
  const target = rois.find(({ type }) => type === 'PTV');
  if (body === undefined || target === undefined) throw new Error('the phantom has no body or target');
  const contours = target.contours.map(({ points }): Contour => {
    const z = points[2];
    const skin = body.contours.find((contour) => contour.points[2] === z)?.points ?? points;
    const front = Math.min(...skin.filter((_, n) => n % 3 === 1));
    const corners = [[-40, front - 5], [40, front - 5], [40, front], [-40, front]]; // biome-ignore format: one line
    return { type: 'CLOSED_PLANAR', points: Float64Array.from(corners.flatMap(([x, y]) => [x, y, z])) };
  });
  return { ...target, number: 90, name: 'Bolus5', type: 'BOLUS', color: [90, 200, 250], contours };
}

describe.skipIf(!hasChromium)('planning on the thorax phantom', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let saved: { mu: string[]; dvh: Map<string, string[]> };

  beforeAll(async () => {
    host = await startHost();
    await storePhantom(host, 'thorax', ['CT', 'RTSTRUCT'], ({ rois }) => [bolusOn(rois)]);
    browser = await launchBrowser();
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
    await app.page.getByTestId('tab-planning').click();
    await settle(app.page);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('makes a plan with beams fitted to the target and draws them', async () => {
    const { page } = app;
    await page.getByTestId('new-plan-dose').fill('50');
    await page.getByTestId('new-plan-dose').press('Enter');
    await page.getByTestId('new-plan').click();
    await page.getByTestId('beam-template').selectOption('Three fields');
    expect(await page.getByTestId('beam').count()).toBe(3);
    await page.getByRole('button', { name: 'Go to' }).click();
    await settle(page);
    const bev = await page.getByTestId('bev').boundingBox();
    expect(bev?.width).toBeGreaterThan(200);
    await screenshot(page, 'planning-beams');
  });

  it('refuses what the machine cannot do, with the reason, and changes nothing', async () => {
    const { page } = app;
    const jaw = page.getByLabel('X1 of G000');
    const before = await jaw.inputValue();
    await jaw.fill('-250');
    await jaw.press('Enter');
    await page.getByTestId('refusal').filter({ hasText: 'X1 -250 mm is outside -200…100 mm of GENERIC_6MV' }).waitFor();
    expect(await jaw.inputValue()).toBe(before);
    await jaw.press('Escape');
    await page.getByTestId('refusal').waitFor({ state: 'detached' });
  });

  it('puts a wedge, and a bolus of the structure set, into a beam and takes them out again', async () => {
    const { page } = app;
    const marks = page.getByTestId('beam-accessories').first();
    await page.getByTestId('beam').first().click();
    await page.getByTestId('wedge').selectOption('W30');
    await page.getByTestId('wedge-orientation').selectOption('90');
    await page.getByLabel('Bolus Bolus5').check();
    expect(await marks.locator('abbr').allTextContents()).toEqual(['W30', 'Bo']);
    expect(await marks.locator('abbr').first().getAttribute('title')).toBe('wedge W30, 30°, at 90° (thin edge X−)');
    await settle(page);
    await page.getByTestId('bev').scrollIntoViewIfNeeded();
    await screenshot(page, 'planning-accessories');
    for (let edit = 0; edit < 3; edit++) await page.getByTestId('undo').click();
    expect(await marks.locator('abbr').count()).toBe(0);
    expect(await page.getByTestId('wedge').inputValue()).toBe('');
  });

  it('computes dose and monitor units in workers', async () => {
    const { page } = app;
    await page.getByTestId('grid-spacing').fill('4');
    await page.getByTestId('grid-spacing').press('Enter');
    // The keyboard is still in the number field: F5 must compute there too, not reload the page.
    await page.keyboard.press('F5');
    await page.getByTestId('running-work').waitFor();
    await page.getByTestId('toast').filter({ hasText: 'Dose computed' }).waitFor({ timeout: 300_000 });
    const mu = await metersets(page);
    for (const value of mu) expect(Number(value)).toBeGreaterThan(10);
    await page.getByTestId('dose-label').getByText('4.0 mm grid').waitFor();
    expect(await page.getByTestId('mu-check-beam').count()).toBe(3);
    for (const text of await page.getByTestId('beam-mu-check').allTextContents())
      expect(Math.abs(Number(text.replace('−', '-')))).toBeLessThan(8);
    await settle(page);
    const axial = await planeOnPage(page, 'axial');
    // 95 % yellow and 50 % blue of the default levels.
    expect(await countColor(page, 'planning-dose', axial, [255, 230, 0])).toBeGreaterThan(40);
    expect(await countColor(page, 'planning-dose', axial, [60, 130, 255])).toBeGreaterThan(60);
  });

  it('an edit makes the dose stale, says why, and undo makes it fresh again', async () => {
    const { page } = app;
    const gantry = page.getByLabel('gantry of G120');
    await gantry.fill('110');
    await gantry.press('Enter');
    const stale = page.getByTestId('dose-label').getByTestId('dose-stale');
    await stale.getByText('beam G120 was changed').waitFor();
    expect(await metersets(page)).toEqual(['–', '–', '–']);
    await settle(page);
    await screenshot(page, 'planning-stale');
    await page.getByTestId('undo').click();
    await stale.waitFor({ state: 'detached' });
    expect(Number((await metersets(page))[0])).toBeGreaterThan(10);
  });

  it('an approximate dose follows edits and is called so; F5 replaces it, and undo brings the dose of before back', async () => {
    const { page } = app;
    const before = await metersets(page);
    await page.getByTestId('follow-edits').check();
    const gantry = page.getByLabel('gantry of G120');
    await gantry.fill('100');
    await gantry.press('Enter');
    const label = page.getByTestId('dose-label');
    const approximate = label.getByTestId('dose-approximate');
    await approximate.getByText('a pencil beam is rough').waitFor({ timeout: 60_000 });
    expect(await label.getByTestId('dose-stale').count()).toBe(0);
    await page.getByTestId('banner-dose-approximate').waitFor();
    await page.getByTestId('dose-not-saved').getByText('approximate dose').waitFor();
    // Its monitor units are nobody's.
    expect(await metersets(page)).toEqual(['–', '–', '–']);
    await settle(page);
    await screenshot(page, 'planning-followed');
    await page.keyboard.press('F5');
    await approximate.waitFor({ state: 'detached', timeout: 300_000 });
    for (const value of await metersets(page)) expect(Number(value)).toBeGreaterThan(10);
    await page.getByTestId('undo').click();
    await page.getByTestId('undo').click();
    await approximate.waitFor({ state: 'detached' });
    expect(await label.getByTestId('dose-stale').count()).toBe(0);
    expect(await metersets(page)).toEqual(before);
    await page.getByTestId('follow-edits').uncheck();
  });

  it('the dose follows a number under the hand; the full one comes when it lets go, and one undo takes back both', async () => {
    const { page } = app;
    const before = await metersets(page);
    const box = await page.getByLabel('gantry of G120').boundingBox();
    if (box === null) throw new Error('no gantry field');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let step = 1; step <= 10; step++) await page.mouse.move(x + 8 * step, y);
    const approximate = page.getByTestId('dose-label').getByTestId('dose-approximate');
    await approximate.getByText('a dose grid of 5.0 mm').waitFor({ timeout: 60_000 });
    expect(await page.getByLabel('gantry of G120').inputValue()).toBe('140.0');
    await screenshot(page, 'planning-hand');
    await page.mouse.up();
    await approximate.waitFor({ state: 'detached', timeout: 300_000 });
    for (const value of await metersets(page)) expect(Number(value)).toBeGreaterThan(10);
    expect(await metersets(page)).not.toEqual(before);
    await page.getByTestId('undo').click();
    expect(await page.getByLabel('gantry of G120').inputValue()).toBe('120.0');
    expect(await metersets(page)).toEqual(before);
    expect(await page.getByTestId('dose-label').getByTestId('dose-stale').count()).toBe(0);
  });

  it('a running computation can be cancelled and leaves the dose as it was', async () => {
    const { page } = app;
    const before = await metersets(page);
    await page.getByTestId('grid-spacing').fill('2');
    await page.getByTestId('grid-spacing').press('Enter');
    await page.getByTestId('compute-dose').click();
    await page.getByTestId('running-work').getByRole('button', { name: 'Cancel' }).click();
    await page.getByTestId('running-work').waitFor({ state: 'detached' });
    expect(await metersets(page)).toEqual(before);
    await page.getByTestId('dose-label').getByText('4.0 mm grid').waitFor();
    await page.getByTestId('grid-spacing').fill('4');
    await page.getByTestId('grid-spacing').press('Enter');
  });

  it('a dose on a coarse grid is approximate, is called so wherever it is shown, and is not saved', async () => {
    const { page } = app;
    const before = await metersets(page);
    await page.getByTestId('grid-spacing').fill('6');
    await page.getByTestId('grid-spacing').press('Enter');
    await page.getByTestId('compute-dose').click();
    const label = page.getByTestId('dose-label').getByTestId('dose-approximate');
    await label.getByText('6.0 mm is coarser than 4 mm').waitFor({ timeout: 120_000 });
    await page.getByTestId('banner-dose-approximate').waitFor();
    await page.locator('.beam-dock').getByTestId('dose-approximate').waitFor();
    await page.getByTestId('dose-not-saved').getByText('approximate dose').waitFor();
    await settle(page);
    await screenshot(page, 'planning-approximate');
    await page.getByTestId('tab-evaluation').click();
    await page.locator('.dvh-dock').getByTestId('dose-approximate').waitFor();
    await dvhTable(page);
    await settle(page);
    await screenshot(page, 'evaluation-approximate');
    await page.getByTestId('tab-planning').click();
    await page.getByTestId('undo').click();
    await label.waitFor({ state: 'detached' });
    expect(await metersets(page)).toEqual(before);
    await page.getByTestId('grid-spacing').fill('4');
    await page.getByTestId('grid-spacing').press('Enter');
  });

  it('shows a DVH whose target D95 is the prescription', async () => {
    const { page } = app;
    await page.getByTestId('tab-evaluation').click();
    const dvh = await dvhTable(page);
    expect(Number(dvh.get('PTV')?.[D95])).toBeCloseTo(50, 1);
    expect(Number(dvh.get('PTV')?.[3])).toBeGreaterThan(Number(dvh.get('SpinalCord')?.[3]));
    expect(await page.getByTestId('dvh-chart').locator('canvas').count()).toBe(1);
    await page.getByTestId('dose-wash').check();
    await settle(page);
    await screenshot(page, 'evaluation');
    await page.getByTestId('dose-wash').uncheck();
    await page.getByTestId('isodose-unit').selectOption('gray');
    expect(await page.getByLabel('isodose level 3').inputValue()).toBe('50.00');
    await page.getByTestId('isodose-unit').selectOption('percent');
  });

  it('saves plan and dose, which open again with the same monitor units and histograms', async () => {
    const { page } = app;
    saved = { mu: [], dvh: await dvhTable(page) };
    await page.getByTestId('tab-planning').click();
    saved.mu = await metersets(page);
    await page.getByTestId('save-plan').click();
    await page.locator('[data-testid="plan-state"][data-dirty="false"]').waitFor({ timeout: 60_000 });
    await page.reload();
    await waitForImages(page, 1);
    await page.getByTestId('tab-planning').click();
    await settle(page);
    await page.getByTestId('beam').first().waitFor({ timeout: 60_000 });
    expect(await metersets(page)).toEqual(saved.mu);
    expect(await page.getByTestId('dose-stale').count()).toBe(0);
    await page.getByTestId('tab-evaluation').click();
    const again = await dvhTable(page);
    expect(again.get('PTV')).toEqual(saved.dvh.get('PTV'));
    expect(again.get('Lung_L')).toEqual(saved.dvh.get('Lung_L'));
    expect(app.errors).toEqual([]);
  });
});

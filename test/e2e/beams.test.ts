import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { planeOnPage, screenshot, settle, waitForImages } from './harness/pixels.ts';

/** Which cell the keyboard is in. */
const focused = (page: Page): Promise<string | null | undefined> =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label'));

describe.skipIf(!hasChromium)('beams on the thorax phantom', () => {
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
    await app.page.getByTestId('beam-template').selectOption('Four-field box');
    await settle(app.page);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('the table is typed through like a spreadsheet', async () => {
    const { page } = app;
    await page.getByLabel('gantry of G000').click();
    await page.keyboard.type('10');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('gantry of G090');
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toBe('collimator of G090');
    await page.keyboard.type('45');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('couch of G090');
    expect(await page.getByLabel('collimator of G090').inputValue()).toBe('45.0');
    await page.keyboard.type('370');
    await page.keyboard.press('Enter');
    // Refused: the keyboard stays, the old value too, and the reason is on screen.
    expect(await focused(page)).toBe('couch of G090');
    expect(await page.getByLabel('couch of G090').inputValue()).toBe('0.0');
    const refusal = page.getByTestId('refusal');
    expect(await refusal.textContent()).toBe('couch 370° is outside 0°…360° of GENERIC_6MV: 10° is the same angle');
    await settle(page);
    await screenshot(page, 'beams-refusal');
    const box = await refusal.boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 1e9)).toBeLessThanOrEqual(page.viewportSize()?.height ?? 0);
    await page.keyboard.press('Escape');
    await refusal.waitFor({ state: 'detached' });
    // Undo works from the cell: it takes back the collimator, then the gantry.
    await page.keyboard.press('Control+z');
    expect(await page.getByLabel('collimator of G090').inputValue()).toBe('0.0');
    expect(await page.getByLabel('gantry of G000').inputValue()).toBe('10.0');
    await page.getByRole('button', { name: 'Name by angles' }).click();
    expect(await page.getByLabel('gantry of G010').inputValue()).toBe('10.0');
  });

  it('columns are the user’s; monitor units typed by hand end the normalisation', async () => {
    const { page } = app;
    await page.getByTestId('beam-columns').click();
    await page.getByText('Field size X').click();
    await page.getByText('Treatment or set-up').click();
    await settle(page);
    await screenshot(page, 'beams-columns');
    await page.getByText('Clearance', { exact: true }).click();
    await page.getByTestId('beam-columns').click();
    const row = page.getByTestId('beam').first();
    expect(Number(await row.locator('[data-column-id="ssd"]').textContent())).toBeGreaterThan(850);
    expect(Number(await row.locator('[data-column-id="clearance"]').textContent())).toBeCloseTo(29.8, 0);
    await page.getByLabel('monitor units of G010').fill('120');
    await page.getByLabel('monitor units of G010').press('Enter');
    expect(await page.getByTestId('beam-mu').first().textContent()).toBe('120.0');
    expect(await page.getByTestId('mu-rule').textContent()).toContain('Normalisation None');
  });

  it('isocenter and marks: couch shifts in words, a second isocenter for one beam', async () => {
    const { page } = app;
    await page.getByTestId('marks-at-crosshair').click();
    const shifts = page.getByTestId('couch-shifts');
    // The crosshair stands at (1, 15, 1.5), the isocenter at (−71.0, −13.9, 20.3): 72 right, 28.9 anterior, 18.8 superior of it.
    expect(await shifts.textContent()).toContain('down 28.9 mm, out (from the gantry) 18.8 mm, right 72.0 mm');
    await page.getByText(/^Move .* alone$/).click();
    await page.getByLabel('isocenter Z').fill('40');
    await page.getByLabel('isocenter Z').press('Enter');
    await page.getByText('Isocenter 2 of 2').waitFor();
    expect(await shifts.locator('li').count()).toBe(2);
    await settle(page);
    await screenshot(page, 'beams-isocenter');
    await page.getByTestId('undo').click();
  });

  it('the gantry is turned by its knob on the axial plane and by the dial, one undoable step each', async () => {
    const { page } = app;
    await page.getByTestId('beam').first().locator('td').last().click();
    await page.getByRole('button', { name: 'Go to' }).click();
    await settle(page);
    const axial = await planeOnPage(page, 'axial');
    const [x, y] = axial.toPage([-71, -13.9, 20.3]);
    const reach = 0.34 * Math.min(axial.width, axial.height);
    const at = (degrees: number): [number, number] => [
      x + reach * Math.sin((degrees * Math.PI) / 180),
      y - reach * Math.cos((degrees * Math.PI) / 180),
    ];
    await page.mouse.move(...at(10));
    await page.mouse.down();
    await page.mouse.move(...at(25), { steps: 3 });
    await page.mouse.move(...at(40), { steps: 3 });
    await page.mouse.up();
    expect(Number(await page.getByLabel('gantry of G010').inputValue())).toBe(40);
    await page.getByTestId('gantry-dial').scrollIntoViewIfNeeded();
    const dial = await page.getByTestId('gantry-dial').boundingBox();
    if (dial === null) throw new Error('no dial');
    await page.mouse.move(dial.x + 70 + 30, dial.y + 70 - 40);
    await page.mouse.down();
    await page.mouse.move(dial.x + 70 + 50, dial.y + 70, { steps: 3 });
    await page.mouse.up();
    expect(Number(await page.getByLabel('gantry of G010').inputValue())).toBe(90);
    await settle(page);
    await screenshot(page, 'beams-dial');
    await page.getByTestId('undo').click();
    expect(Number(await page.getByLabel('gantry of G010').inputValue())).toBe(40);
    await page.getByTestId('undo').click();
    expect(Number(await page.getByLabel('gantry of G010').inputValue())).toBe(10);
  });

  it('the room shows head and couch, and how near they come; an arc sweeps', async () => {
    const { page } = app;
    await page.getByTestId('centre-room').click();
    await page.getByTestId('clearances').waitFor();
    await page.waitForFunction(
      () => document.querySelector<HTMLElement>('.scene-host')?.dataset.missing === '0',
      undefined,
      { timeout: 60_000 },
    );
    await page.getByTestId('beam').nth(1).locator('td').first().click();
    await settle(page);
    await screenshot(page, 'beams-room');
    const words = page.getByTestId('clearances').locator('li').nth(1);
    expect(await words.textContent()).toMatch(/^G090 \d+\.\d cm to the (couch top|patient) at gantry 90°$/);
    await page.getByTestId('arc-panel').locator('summary').click();
    await page.getByTestId('make-arc').click();
    await page.getByLabel('control point').fill('20');
    await settle(page);
    await screenshot(page, 'beams-arc');
    expect(await page.getByLabel('name of G181-G179').count()).toBe(1);
    expect(app.errors).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Locator, Page } from 'playwright-core';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { screenshot, settle, waitForImages } from './harness/pixels.ts';

const metersets = (page: Page): Promise<string[]> => page.getByTestId('beam-mu').allTextContents();
const row = (page: Page, label: string): Locator => page.locator(`[data-testid="plan-row"][data-label="${label}"]`);
const marks = (page: Page, label: string): Promise<string[]> => row(page, label).locator('.plan-marks abbr').allTextContents(); // biome-ignore format: one line

async function enter(page: Page, label: string, text: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByLabel(label, { exact: true }).press('Enter');
}

describe.skipIf(!hasChromium)('several plans of the thorax phantom', () => {
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
    await settle(app.page);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('are made, copied, swapped and undone, each with its own dose', async () => {
    const { page } = app;
    await enter(page, 'label of the plan', 'Box');
    await page.getByTestId('new-plan').click();
    await page.getByTestId('beam-template').selectOption('Opposed AP–PA');
    await enter(page, 'dose grid spacing', '4');
    await page.keyboard.press('F5');
    await page.getByTestId('toast').filter({ hasText: 'Dose computed' }).waitFor({ timeout: 300_000 });
    const units = await metersets(page);
    expect(await marks(page, 'Box')).toEqual(['○', 'D', '●']);

    await page.getByTestId('copy-plan').click();
    expect(await marks(page, 'Box_2')).toEqual(['○', 'D', '●']);
    await enter(page, 'gantry of G180', '175');
    expect(await marks(page, 'Box_2')).toEqual(['○', 'D!', '●']);
    expect(await metersets(page)).toEqual(['–', '–']);
    await row(page, 'Box').locator('.plan-row').click();
    expect(await metersets(page)).toEqual(units);
    expect(await page.getByTestId('dose-label').getByTestId('dose-stale').count()).toBe(0);
    await page.getByText('Label, name, course').click();
    await enter(page, 'course of the plan', 'C2');
    await settle(page);
    await screenshot(page, 'plans-tree');
    for (let edit = 0; edit < 2; edit++) await page.getByTestId('undo').click();
    expect(await row(page, 'Box_2').getAttribute('data-active')).toBe('true');
    // Back to the copy as it was made.
    await page.getByTestId('undo').click();
    expect(await marks(page, 'Box_2')).toEqual(['○', 'D', '●']);
  });

  it('set-up fields are beams of no dose, and beams by site are fitted to the target', async () => {
    const { page } = app;
    const units = await metersets(page);
    await page.getByTestId('add-setup').click();
    expect(await page.locator('[data-testid="plan-beam"][data-type="SETUP"]').count()).toBe(2);
    expect((await metersets(page)).slice(0, 2)).toEqual(units);
    expect(await marks(page, 'Box_2')).toEqual(['○', 'D', '●']);
    await page.getByTestId('site-template').selectOption('Lung, three fields');
    expect(await page.getByTestId('plan-beam').count()).toBe(7);
    // The target lies on the right: a template for the left is mirrored.
    expect(Number(await page.getByLabel('gantry of Obl_Post').inputValue())).toBe(215);
    expect(await marks(page, 'Box_2')).toEqual(['○', 'D!', '●']);
    await settle(page);
    await screenshot(page, 'plans-template');
    await page.getByTestId('undo').click();
    expect(await metersets(page)).toEqual([...units, '–', '–']);
    await page.keyboard.press('F10');
    await page.getByTestId('start-optimization').waitFor();
    await page.getByTestId('tab-planning').click();
  });

  it('are saved together, each with its dose, and open again as they were', async () => {
    const { page } = app;
    const units = await metersets(page);
    await page.getByTestId('save-plans').click();
    await page.locator('[data-testid="plan-state"][data-dirty="false"]').waitFor({ timeout: 60_000 });
    await row(page, 'Box').getByTestId('plan-mark-unsaved').waitFor({ state: 'detached' });
    await page.reload();
    await waitForImages(page, 1);
    await page.getByTestId('tab-planning').click();
    await row(page, 'Box_2').getByTestId('plan-mark-dose').waitFor({ timeout: 60_000 });
    await row(page, 'Box').getByTestId('plan-mark-dose').waitFor({ timeout: 60_000 });
    expect(await page.getByTestId('plan-row').count()).toBe(2);
    for (const label of ['Box', 'Box_2']) {
      await row(page, label).locator('.plan-row').click();
      await page.locator(`[data-testid="plan-row"][data-label="${label}"][data-active="true"]`).waitFor();
      expect((await metersets(page)).slice(0, 2)).toEqual(units.slice(0, 2));
      expect(await page.getByTestId('dose-label').getByTestId('dose-stale').count()).toBe(0);
    }
    expect(await page.locator('[data-testid="plan-beam"][data-type="SETUP"]').count()).toBe(2);
    await settle(page);
    await screenshot(page, 'plans-opened');
    expect(app.errors).toEqual([]);
  });
});

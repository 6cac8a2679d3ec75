import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { screenshot, settle, waitForImages } from './harness/pixels.ts';
import { storedDoses, storedPlans } from './harness/stored.ts';

async function enter(page: Page, label: string, text: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByLabel(label, { exact: true }).press('Enter');
}

async function open(page: Page, panel: string): Promise<void> {
  const fold = page.getByTestId(panel);
  if ((await fold.getAttribute('open')) === null) await fold.locator('summary').first().click();
  await fold.scrollIntoViewIfNeeded();
}

async function compute(page: Page): Promise<void> {
  await page.keyboard.press('F5');
  await page.getByTestId('running-work').waitFor();
  await page.getByTestId('running-work').waitFor({ state: 'detached', timeout: 300_000 });
  expect(await page.getByTestId('dose-stale').count()).toBe(0);
}

describe.skipIf(!hasChromium)('a four-field box and a field in field for the pelvis phantom', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;

  beforeAll(async () => {
    host = await startHost();
    await storePhantom(host, 'pelvis', ['CT', 'RTSTRUCT']);
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

  it('are planned by clicking', async () => {
    const { page } = app;
    await enter(page, 'label of the plan', 'Box');
    await page.getByTestId('new-plan-dose').fill('60');
    await page.getByTestId('new-plan-dose').press('Enter');
    await page.getByTestId('new-plan').click();
    await page.getByTestId('beam-template').selectOption('Four-field box');
    expect(await page.getByTestId('beam').count()).toBe(4);
    await enter(page, 'dose grid spacing', '4');
    await compute(page);
    await page.getByTestId('copy-plan').click();
    await page.getByTestId('beam').first().click();
    await page.getByTestId('beam-tools').click();
    await page.getByLabel('weight of the subfield').fill('10');
    await page.getByLabel('weight of the subfield').press('Enter');
    await page.getByTestId('split-field').click();
    expect(await page.getByTestId('beam').count()).toBe(5);
    await page.keyboard.press('Escape');
    // The subfield spares the rim of the target.
    await enter(page, 'aperture margin', '-4');
    await page.getByTestId('fit-aperture').click();
    await compute(page);
    await settle(page);
    await screenshot(page, 'fourFields-planned');
  });

  it('are compared and added', async () => {
    const { page } = app;
    await page.getByTestId('tab-evaluation').click();
    await page.getByTestId('compare-doses').waitFor();
    await page.getByTestId('dose-a').selectOption({ label: 'Box' });
    await page.getByTestId('dose-b').selectOption({ label: 'Box_2' });
    await settle(page);
    await page.locator('[data-testid="dvh-table"] tr[data-key="PTV"]').first().waitFor({ timeout: 120_000 });
    await screenshot(page, 'fourFields-compared');
    await open(page, 'sum-panel');
    for (const label of ['Box', 'Box_2'])
      await page.getByTestId('sum-panel').getByLabel(label, { exact: true }).check();
    await page.getByTestId('make-sum').click();
    await page.getByTestId('dose-sums').locator('li').first().waitFor({ timeout: 60_000 });
    await screenshot(page, 'fourFields-summed');
  });

  it('are checked and reported', async () => {
    const { page } = app;
    await open(page, 'plan-checks');
    await page.getByTestId('check-dearly').click();
    await page.getByTestId('check-counts').waitFor();
    await screenshot(page, 'fourFields-checked');
    await page.getByTestId('report-panel').scrollIntoViewIfNeeded();
    await page.getByTestId('make-report').click();
    await page.getByTestId('report-made').waitFor({ timeout: 120_000 });
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('save-report').click()]);
    await download.saveAs('test-results/e2e/fourFields.pdf');
  });

  it('go to the archive, each with its own dose', async () => {
    const { page } = app;
    await page.getByTestId('tab-planning').click();
    const told = (label: string): Promise<void> =>
      page
        .getByTestId('toast')
        .filter({ hasText: `"${label}" and its dose saved` })
        .waitFor({ timeout: 60_000 });
    await Promise.all([told('Box'), told('Box_2'), page.getByTestId('save-plans').click()]);
    const [plans, doses] = [await storedPlans(host), await storedDoses(host)];
    const counts = new Map(plans.map(({ label, beams }) => [label, beams.length]));
    expect([plans.length, counts.get('Box'), counts.get('Box_2')]).toEqual([2, 4, 5]);
    for (const { sopInstanceUid, beams } of plans) {
      expect(
        beams.every(
          ({ meterset, controlPoints }) =>
            meterset !== undefined && meterset > 0 && controlPoints[0].sourceToSurface !== undefined,
        ),
      ).toBe(true);
      expect(doses.filter(({ planUid, summation }) => planUid === sopInstanceUid && summation === 'PLAN')).toHaveLength(
        1,
      );
    }
  });

  it('meet no error on the way', () => {
    expect(app.errors).toEqual([]);
  });
});

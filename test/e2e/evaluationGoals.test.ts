import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { objectContext } from '#main/cli/writing.ts';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import {
  createBeam,
  createPlan,
  createPrescription,
  targetCenter,
} from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { Roi } from '#shared/model/structures.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { screenshot, settle, waitForImages } from './harness/pixels.ts';

/** Gy falling from the middle of the target over `reach` mm: no engine, so that the test waits for none. */
function hillOfDose(top: number, reach: number, [x, y, z]: readonly number[], plan: Plan): DoseVolume {
  const dims = [90, 60, 50] as const;
  const spacing = [4, 4, 5] as const;
  const origin = [-178, y - 118, z - 122.5] as const;
  const data = new Float32Array(dims[0] * dims[1] * dims[2]);
  for (let n = 0; n < data.length; n++) {
    const [i, j, k] = [n % dims[0], Math.floor(n / dims[0]) % dims[1], Math.floor(n / dims[0] / dims[1])];
    const far = Math.hypot(origin[0] + i * 4 - x, origin[1] + j * 4 - y, origin[2] + k * 5 - z);
    data[n] = top / (1 + Math.exp((far - reach) / 9));
  }
  const { sopInstanceUid: planUid, structureSetUid, frameOfReferenceUid } = plan;
  const common = { summation: 'PLAN', doseType: 'PHYSICAL', planUid, structureSetUid, frameOfReferenceUid } as const;
  return { dims, spacing, origin, direction: AXIAL, data, sopInstanceUid: newUid(), ...common, warnings: [] };
}

const SOON = { timeout: 60_000 };

/** Outcome signs and values of a plan's column, by goal. */
const outcomes = (page: Page, column = 0): Promise<string[]> =>
  page
    .getByTestId('goal')
    .evaluateAll(
      (rows, place) => rows.map((row) => row.querySelectorAll('.goal-outcome')[place]?.textContent?.trim() ?? ''),
      column,
    );

describe.skipIf(!hasChromium)('two plans evaluated beside each other', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;

  beforeAll(async () => {
    host = await startHost();
    const phantom = await storePhantom(host, 'thorax', ['CT', 'RTSTRUCT']);
    const { ct, structureSet } = phantom;
    const ptv = structureSet.rois.find(({ name }) => name === 'PTV') as Roi;
    const isocenter = targetCenter(ptv);
    const iecFromLps = iecFromPatient(ct.patientPosition);
    if (iecFromLps === undefined) throw new Error('the phantom lies somehow');
    const files = ['Wide', 'Tight'].flatMap((label, number) => {
      const prescription = createPrescription(ptv, 60, 30);
      const empty = createPlan({
        sopInstanceUid: newUid(),
        label,
        structures: structureSet,
        patientPosition: ct.patientPosition,
        prescription,
      });
      const angles = { gantry: 90 * number, collimator: 0, couch: 0 };
      const machine = machineByName('GENERIC_6MV');
      const { beam } = createBeam({
        number: 1,
        name: 'B1',
        machine,
        angles,
        isocenter,
        iecFromLps,
        target: ptv.contours,
      });
      const plan = { ...empty, beams: [{ ...beam, meterset: 100, beamDose: 2 }] };
      const dose = hillOfDose(64 - 2 * number, 45 - 12 * number, isocenter, plan);
      const context = (uid: string, series: number) => objectContext(ct, label, series, { sopInstanceUid: uid });
      return [
        writePlan(plan, context(plan.sopInstanceUid, 5 + 2 * number)),
        writeDose(dose, context(dose.sopInstanceUid, 6 + 2 * number), { bits: 32 }),
      ];
    });
    await host.store(files);
    browser = await launchBrowser();
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
    await app.page.getByTestId('tab-evaluation').click();
    await app.page.locator('[data-testid="dvh-table"] tr[data-key="PTV"]').waitFor({ timeout: 120_000 });
    await settle(app.page);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('draws both plans, the same colour with a dash each, and reads their statistics', async () => {
    const { page } = app;
    expect(await page.getByTestId('plan-legend').locator('li').allTextContents()).toHaveLength(2);
    await page.getByTestId('dvh-chart').waitFor();
    await expect
      .poll(async () => Number(await page.getByTestId('dvh-chart').getAttribute('data-curves')), SOON)
      .toBe(16);
    await page.getByTestId('dock-tab-statistics').click();
    await page.getByTestId('statistics-column').fill('V20Gy in cc');
    await page.getByTestId('statistics-column').press('Enter');
    const rows = page.locator('[data-testid="statistics"] tr[data-structure="Heart"]');
    expect(await rows.count()).toBe(2);
    expect(await page.getByTestId('statistics').locator('th').last().textContent()).toContain('V20Gy cm³');
    await screenshot(page, 'evaluation-statistics');
  });

  it('judges a sheet on both plans; a goal without a structure reads “–” and counts as not judged', async () => {
    const { page } = app;
    await page.getByTestId('dock-tab-goals').click();
    await page.getByTestId('goal-site').selectOption('Lung, conventional');
    await page.getByTestId('goal-apply').click();
    await page.getByTestId('goals').waitFor();
    const [summary] = await page.getByTestId('goal-summary').locator('li').allTextContents();
    const signs = (await outcomes(page)).map((text) => text[0]);
    const count = (sign: string): number => signs.filter((one) => one === sign).length;
    expect(summary).toContain(
      `${count('✓')} met, ${count('~')} acceptable, ${count('✗')} missed, ${count('–')} not judged`,
    );
    expect(count('✓')).toBeGreaterThan(0);
    expect(count('✗') + count('~')).toBeGreaterThan(0);
    const missing = page.getByTestId('goal').filter({ hasText: 'BrachialPlex_L: –' });
    expect(await missing.first().locator('.goal-outcome').allTextContents()).toEqual(['–', '–']);
    expect(await outcomes(page, 0)).not.toEqual(await outcomes(page, 1));
    expect(await page.getByTestId('goal-fractionation').count()).toBe(0);
    await screenshot(page, 'evaluation-goals');
  });

  it('says what is wrong with a goal while it is typed, takes only what can be read, and undoes', async () => {
    const { page } = app;
    const text = page.getByLabel('goal 1', { exact: true });
    const before = await text.inputValue();
    await text.fill('D95% >= ');
    expect(await page.getByTestId('goal').first().getByRole('alert').textContent()).toMatch(/METRIC/);
    await text.press('Enter');
    expect(await text.inputValue()).toBe(before);
    await text.fill('D95% >= 90%');
    await text.press('Enter');
    expect(await page.getByTestId('goal').first().locator('.goal-source').getAttribute('title')).toMatch(
      /changed by hand/,
    );
    await page.locator('body').press('Control+z');
    expect(await text.inputValue()).toBe(before);
  });

  it('a stale dose has no numbers and no outcomes', async () => {
    const { page } = app;
    await page.getByTestId('tab-planning').click();
    const prescribed = page.getByTestId('prescribed-dose');
    await prescribed.fill('40');
    await prescribed.press('Enter');
    await page.getByTestId('tab-evaluation').click();
    expect(new Set(await outcomesIn(page))).toEqual(new Set(['–']));
    // 40 Gy in 30 are not what the sheet is for; the other plan's 60 are.
    expect(await page.getByTestId('goal-fractionation').allTextContents()).toEqual([
      expect.stringMatching(/^Tight: .* 1\.33 Gy$/),
    ]);
    await page.getByTestId('dock-tab-dvh').click();
    const cells = await page.locator('[data-testid="dvh-table"] tr[data-key="PTV"] td.numeric').allTextContents();
    expect(new Set(cells)).toEqual(new Set(['–']));
    await screenshot(page, 'evaluation-stale');
    await page.locator('body').press('Control+z');
    await expect
      .poll(
        async () => page.locator('[data-testid="dvh-table"] tr[data-key="PTV"] td.numeric').first().textContent(),
        SOON,
      )
      .not.toBe('–');
    await screenshot(page, 'evaluation-dvh');
    await page.getByLabel('larger dock').click();
    await settle(page);
    await screenshot(page, 'evaluation-dvh-large');
  });

  it('evaluates the plan under shifts and densities, with bands in the DVH, until the plan is another', async () => {
    const { page } = app;
    await page.getByTestId('dock-tab-goals').click();
    const goals = await page.getByTestId('goal').count();
    await page.getByTestId('dock-tab-dvh').click();
    const panel = page.getByTestId('robust-panel');
    await panel.locator('summary').click();
    await page.getByTestId('robust-grid').fill('8');
    await page.getByTestId('robust-grid').press('Enter');
    const chart = page.getByTestId('dvh-chart');
    const bands = async () => Number(await chart.getAttribute('data-bands'));
    expect(await bands()).toBe(0);
    expect(await page.getByTestId('dvh-bands').isDisabled()).toBe(true);
    await page.getByTestId('robust-run').click();
    await panel.getByRole('button', { name: 'Cancel' }).click();
    await panel.getByRole('progressbar').waitFor({ state: 'detached' });
    expect(await page.getByTestId('robust-result').count()).toBe(0);
    await page.getByTestId('robust-run').click();
    await page.getByTestId('robust-result').waitFor(SOON);
    expect(await page.getByTestId('robust-result').textContent()).toMatch(
      /^9 scenarios: ±5 mm, density ±3 %; pencil beam, 8 mm grid\..*Approximate: /,
    );
    const cells = await page.locator('[data-testid="robust-table"] tr[data-key="PTV"] td.numeric').allTextContents();
    const [planned, low, high] = cells.map((text) => Number(/^\d+\.\d\d/.exec(text)?.[0]));
    expect(low).toBeLessThan(planned);
    expect(high).toBeGreaterThan(planned);
    expect(cells[1]).toMatch(/( mm| %)$/);
    expect(await page.getByTestId('robust-goals').locator('tbody tr').count()).toBe(goals);
    expect(await bands()).toBeGreaterThan(3);
    await panel.scrollIntoViewIfNeeded();
    await screenshot(page, 'evaluation-robust');
    await page.getByTestId('robust-table').scrollIntoViewIfNeeded();
    await page.getByTestId('robust-goals').scrollIntoViewIfNeeded();
    await screenshot(page, 'evaluation-robust-goals');
    // The dose that was stored is of no engine.
    expect(await page.getByTestId('robust-nominal').textContent()).toMatch(/PTV is \d+\.\d\d Gy here/);
    const drawn = () => chart.locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const withBands = await drawn();
    await page.getByTestId('dvh-bands').uncheck();
    expect(await bands()).toBe(0);
    expect(await drawn()).not.toBe(withBands);
    await page.getByTestId('dvh-bands').check();
    await page.getByTestId('tab-planning').click();
    await page.getByTestId('prescribed-dose').fill('40');
    await page.getByTestId('prescribed-dose').press('Enter');
    await page.getByTestId('tab-evaluation').click();
    expect(await bands()).toBe(0);
    await panel.locator('summary').click();
    expect(await page.getByTestId('robust-stale').textContent()).toContain('the prescription was changed');
    await page.locator('body').press('Control+z');
    await page.getByTestId('robust-result').waitFor();
    expect(await bands()).toBeGreaterThan(3);
    await panel.locator('summary').click();
  });

  it('gives indices and models with their sources', async () => {
    const { page } = app;
    await page.getByTestId('dock-tab-biology').click();
    await expect
      .poll(async () => page.locator('[data-testid="indices"] td.numeric').nth(2).textContent(), SOON)
      .not.toBe('–');
    for (const tab of ['dvh', 'goals', 'statistics', 'biology']) {
      await page.getByTestId(`dock-tab-${tab}`).click();
      // Wide tables scroll in the dock and never push the page apart.
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), tab).toBeLessThanOrEqual(0);
      const right = await page
        .locator('.side.right')
        .evaluate((side) => side.getBoundingClientRect().right - innerWidth);
      expect(right, tab).toBeLessThanOrEqual(0);
    }
    expect(await page.locator('[data-testid="indices"] th').nth(4).getAttribute('title')).toMatch(/Paddick/);
    await screenshot(page, 'evaluation-biology');
  });
});

async function outcomesIn(page: Page): Promise<string[]> {
  await page.getByTestId('dock-tab-goals').click();
  await page.getByTestId('goals').waitFor();
  return outcomes(page);
}

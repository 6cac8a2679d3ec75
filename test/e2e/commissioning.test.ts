import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineSchema } from '#shared/dosimetry/machine/machine.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { screenshot } from './harness/pixels.ts';

/** Typical 6 MV depth doses (10 × 10 cm², SSD 100 cm) at some depths in mm; logarithms are straight between them. */
const TYPICAL = [
  [2, 62],
  [3, 72],
  [5, 85],
  [10, 97.4],
  [15, 100],
  [20, 98.6],
  [50, 86.2],
  [100, 67],
  [150, 51.6],
  [200, 39.3],
  [250, 30],
] as const;
function typical(depth: number): number {
  const n = TYPICAL.findIndex(([at]) => at > depth);
  const [[z0, d0], [z1, d1]] = [TYPICAL[n - 1], TYPICAL[n]];
  return d0 * (d1 / d0) ** ((depth - z0) / (z1 - z0));
}
const depthDose = [
  '# energy: 6',
  '# field: 10 x 10 cm',
  '# ssd: 1000',
  'depth_mm,dose',
  ...[2, 3, 4, 5, 6, 8, 10, 12, ...Array.from({ length: 23 }, (_, n) => 15 + n * 10)].map(
    (depth) => `${depth},${typical(depth).toFixed(2)}`,
  ),
].join('\n');
/** Half width at depth, and the slope of an edge with its scatter tail, mm. */
const edge = (at: number): number =>
  0.88 / (1 + Math.exp((Math.abs(at) - 55) / 1.6)) + 0.12 / (1 + Math.exp((Math.abs(at) - 55) / 9));
const profile = [
  '# depth: 100',
  'x_mm,dose',
  ...Array.from({ length: 91 }, (_, n) => `${(n - 45) * 2},${(100 * edge((n - 45) * 2)).toFixed(2)}`),
].join('\n');

const file = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

describe.skipIf(!hasChromium)('the Commissioning workspace', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  beforeAll(async () => {
    host = await startHost();
    browser = await launchBrowser();
    app = await openApp(browser, host);
    await app.page.getByTestId('tab-commissioning').click();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('takes measurements in, compares, fits and exports the machine', { timeout: 300_000 }, async () => {
    const { page } = app;
    await page
      .getByTestId('measured-files')
      .setInputFiles([file('tank.csv', `${depthDose}\n${profile}\n`), file('broken.csv', 'depth_mm,dose\n1,x')]);
    await page.getByText('2 scans').waitFor();
    await page.getByText('"x" is no number').waitFor();

    await page.getByTestId('commissioning-grid').fill('6');
    await page.getByTestId('commissioning-grid').press('Enter');
    await page.getByTestId('commissioning-compare').click();
    const rows = page.locator('[data-testid="scan-table"] tbody tr');
    await rows.first().waitFor({ timeout: 120_000 });
    const mean = async (): Promise<number> =>
      Number(
        await rows
          .first()
          .locator('td')
          .nth(await columnOf('Mean / %'))
          .textContent(),
      );
    const columnOf = async (title: string): Promise<number> =>
      (await page.locator('[data-testid="scan-table"] th').allTextContents()).indexOf(title);
    const before = await mean();

    await page.getByTestId('commissioning-fit').click();
    await page.getByTestId('fitted-parameters').waitFor({ timeout: 240_000 });
    expect(await rows.count()).toBe(2);
    expect(await mean()).toBeLessThan(before);
    expect(await page.getByTestId('kept').textContent()).toMatch(/^\d+ more stay as they were/);
    await screenshot(page, 'commissioning-depth');
    await rows.nth(1).click();
    await screenshot(page, 'commissioning-profile');

    const download = page.waitForEvent('download');
    await page.getByTestId('export-machine').click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe('GENERIC_6MV_FIT.json');
    const machine = machineSchema.parse(JSON.parse(await readFile(await saved.path(), 'utf8')));
    expect(machine.clinicallyCommissioned).toBe(false);
    expect(machine.description).toContain('1 depth dose, 1 profile');

    await page.getByTestId('keep-machine').click();
    await page.getByText('plans can use it').waitFor();
    await page.reload();
    await page.getByTestId('tab-commissioning').click();
    await page.getByTestId('commissioning-machine').selectOption('GENERIC_6MV_FIT');
  });

  it('a fit can be cancelled', async () => {
    const { page } = app;
    await page.getByTestId('measured-files').setInputFiles([file('tank.csv', `${depthDose}\n${profile}\n`)]);
    await page.getByTestId('commissioning-fit').click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByTestId('commissioning-fit').waitFor({ timeout: 10_000 });
  });
});

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phantomSeries } from '#main/cli/phantomFiles.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { screenshot, waitForImages } from './harness/pixels.ts';

describe.skipIf(!hasChromium)('patients and network', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), launchBrowser()]);
    app = await openApp(browser, host);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('imports files, names each refused one with its reason and shows the patient at once', async () => {
    const { page } = app;
    expect(await page.getByTestId('patient-table').textContent()).toContain('The archive is empty');
    const phantom = phantomOf('water');
    const series = phantomSeries(phantom).filter(({ modality }) => modality === 'CT' || modality === 'RTSTRUCT');
    const files = series.flatMap((one) =>
      one.files.map(({ name, bytes }) => ({ name, mimeType: 'application/dicom', buffer: Buffer.from(bytes) })),
    );
    const cut = { ...files[0], name: 'cut-short.dcm', buffer: files[0].buffer.subarray(0, 3000) };
    const text = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('not an image') };
    await page.getByTestId('import-files').setInputFiles([...files, cut, text]);
    await page.getByTestId('import-summary').waitFor();
    expect(await page.getByTestId('import-summary').textContent()).toBe(`${files.length} imported, 2 refused`);
    const refused = await page.getByTestId('import-refused').textContent();
    expect(refused).toContain('cut-short.dcm');
    expect(refused).toContain('TRUNCATED');
    expect(refused).toContain('notes.txt');
    expect(refused).toContain('NOT_DICOM');
    await page.getByTestId('patient-tree').waitFor();
    await expect.poll(() => page.getByTestId('patient-tree').textContent()).toContain('→ CT');
    await screenshot(page, 'patients');
  });

  it('shows what others send while it is open, and searches', async () => {
    const { page } = app;
    await storePhantom(host, 'thorax', ['CT', 'RTSTRUCT']);
    await expect.poll(() => page.getByTestId('patient-table').locator('tbody tr').count()).toBe(2);
    await page.getByTestId('patient-search').fill('thorax');
    await expect.poll(() => page.getByTestId('patient-table').locator('tbody tr').count()).toBe(1);
    await page.getByTestId('patient-search').fill('nobody');
    await expect.poll(() => page.getByTestId('patient-table').textContent()).toContain('No patient matches');
    await page.getByTestId('patient-search').fill('');
  });

  it('opens one patient after the other, never showing the first under the name of the second', async () => {
    const { page } = app;
    for (const id of ['PHANTOM-THORAX-1', 'PHANTOM-WATER-1']) {
      await page.getByTestId('tab-patients').click();
      await page.getByTestId('patient-table').getByText(id).dblclick();
      await expect.poll(() => page.getByTestId('patient-banner').textContent(), { timeout: 60_000 }).toContain(id);
      await waitForImages(page, 1);
    }
    expect(await page.getByTestId('patient-name').textContent()).toBe('Phantom, Water tank');
    // Between two patients neither plane may claim that image and overlays differ.
    expect(await page.getByTestId('status-message').allTextContents()).not.toContainEqual(
      expect.stringContaining('away from its overlays'),
    );
  });

  it('adds a node, hears its echo and sends an object with a result', async () => {
    const { page } = app;
    await page.getByTestId('tab-network').click();
    await page.getByTestId('add-node').click();
    await page.getByTestId('node-name').fill('Ourselves');
    await page.getByTestId('node-aeTitle').fill('TOO LONG FOR AN AE TITLE');
    expect(await page.getByTestId('save-node').isDisabled()).toBe(true);
    await page.getByTestId('node-aeTitle').fill('ISOCENTER');
    await page.getByTestId('node-port').fill(String(host.dicomPort));
    await page.getByTestId('save-node').click();
    await page.getByTestId('echo-Ourselves').click();
    await expect.poll(() => page.getByTestId('echo-result-Ourselves').textContent()).toMatch(/\d+ ms/);
    await page.getByTestId('send-table').getByRole('checkbox').first().check();
    await page.getByTestId('send').click();
    const result = page.getByTestId('send-result').first();
    await expect.poll(() => result.getAttribute('data-ok'), { timeout: 30_000 }).toBe('true');
    expect(await result.textContent()).toContain('0000');
    await screenshot(page, 'network');
  });

  it('says why a node does not answer', async () => {
    const { page } = app;
    await page.getByTestId('add-node').click();
    await page.getByTestId('node-name').fill('Nobody');
    await page.getByTestId('node-aeTitle').fill('NOBODY');
    await page.getByTestId('node-port').fill('1');
    await page.getByTestId('save-node').click();
    await page.getByTestId('echo-Nobody').click();
    await expect
      .poll(() => page.getByTestId('echo-result-Nobody').textContent(), { timeout: 30_000 })
      .toMatch(/^NOBODY.*refused/i);
  });

  it('meets no error on the way but the failed echo', () => {
    expect(app.errors.filter((error) => !error.includes('502'))).toEqual([]);
  });
});

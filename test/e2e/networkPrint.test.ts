import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { decodePixels } from '#shared/dicom/pixels/pixels.ts';
import { peerMissing } from '#test/peers/harness/missing.ts';
import { type Dcmprscp, startDcmprscp } from '#test/peers/harness/printer.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { screenshot } from './harness/pixels.ts';
import { unzip } from './harness/unzip.ts';

describe.skipIf(!hasChromium || peerMissing('dcmprscp'))('print and export sections', () => {
  let browser: Browser;
  let host: TestHost;
  let printer: Dcmprscp;
  let app: TestPage;

  beforeAll(async () => {
    [host, browser, printer] = await Promise.all([startHost(), launchBrowser(), startDcmprscp()]);
    await storePhantom(host, 'thorax', ['CT', 'RTSTRUCT']);
    app = await openApp(browser, host);
    const { page } = app;
    // The only patient is opened by itself.
    await page.getByTestId('patient-banner').getByText('PHANTOM-THORAX-1').waitFor();
    await page.getByTestId('tab-network').click();
    await page.getByTestId('add-node').click();
    await page.getByTestId('node-name').fill('Film');
    await page.getByTestId('node-aeTitle').fill(printer.peer.aeTitle);
    await page.getByTestId('node-port').fill(String(printer.peer.port));
    await page.getByTestId('save-node').click();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
    await printer?.stop();
  });

  it('shows the film as it will be printed, prints it and says so in words', async () => {
    const { page } = app;
    await page.getByTestId('network-print').click();
    await page.getByTestId('print-preview').waitFor();
    await expect.poll(() => page.getByTestId('print-films').textContent()).toBe('film 1 of 1, 12 images');
    await page.getByTestId('print-true-size').check();
    await page.getByTestId('print-impossible').waitFor();
    expect(await page.getByTestId('print-impossible').textContent()).toContain('in true size do not fit');
    expect(await page.getByTestId('print').isDisabled()).toBe(true);
    await page.getByTestId('print-true-size').uncheck();
    await page.getByTestId('print-preview').waitFor();
    await page.getByTestId('print').click();
    const result = page.getByTestId('print-result');
    await expect.poll(() => result.textContent(), { timeout: 20_000 }).toContain('12 images on 1 film');
    expect(await result.textContent()).toContain('identity under each image');
    await screenshot(page, 'network-print');
    const { images } = await printer.kept();
    expect(images).toHaveLength(12);
    expect((await decodePixels(images[6])).includes(4095)).toBe(true);
  });

  it('exports without identity what was chosen', async () => {
    const { page } = app;
    await page.getByTestId('network-export').click();
    expect(await page.getByTestId('export-download').isDisabled()).toBe(true);
    await page.getByTestId('export-all').check();
    await page.getByTestId('export-patientId').fill('STUDY-007');
    await page.getByTestId('export-inspect').click();
    await page.getByTestId('export-findings').waitFor();
    expect(await page.getByTestId('export-findings').textContent()).toContain('81 objects looked at');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-download').click()]);
    const files = unzip(await download.path());
    await page.getByTestId('export-summary').waitFor();
    await page.getByTestId('export-summary').locator('summary').first().click();
    await screenshot(page, 'network-export');
    expect(files).toHaveLength(81);
    for (const { bytes } of files) {
      expect(bytes.includes('PHANTOM-THORAX')).toBe(false);
      expect(readPart10(bytes).dataset.string('PatientID')).toBe('STUDY-007');
    }
    // The one refusal that was provoked: a film in true size that cannot be.
    expect(app.errors.filter((error) => !error.includes('422'))).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { objectContext } from '#main/cli/writing.ts';
import { writeSegmentation } from '#shared/dicom/segmentation/segmentationWriter.ts';
import type { Phantom } from '#shared/phantom/phantom.ts';
import { masksOf } from '#shared/structures/sets/segments.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { volumeOf } from './harness/drawing.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { screenshot, settle, waitForImages } from './harness/pixels.ts';

describe.skipIf(!hasChromium)('a patient whose structures came as a segmentation', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let phantom: Phantom;

  const objects = async (modality: string): Promise<number> => {
    const response = await fetch(`${host.origin}/dicom-web/instances?Modality=${modality}`, {
      headers: { authorization: `Bearer ${host.token}`, accept: 'application/dicom+json' },
    });
    return response.status === 204 ? 0 : ((await response.json()) as unknown[]).length;
  };

  beforeAll(async () => {
    host = await startHost();
    phantom = await storePhantom(host, 'thorax', ['CT']);
    const { masks } = masksOf(phantom.structureSet.rois, phantom.ct);
    const context = objectContext(phantom.ct, 'Segments', 300);
    await host.store([writeSegmentation(phantom.structureSet, masks, phantom.ct, context)]);
    browser = await launchBrowser();
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
    await app.page.getByTestId('tab-contouring').click();
    await settle(app.page);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('opens with its segments as structures, which are a set that is not stored yet', async () => {
    const { page } = app;
    for (const { name } of phantom.structureSet.rois)
      await page.locator(`[data-testid="structure"][data-name="${name}"]`).waitFor({ timeout: 60_000 });
    const truth = phantom.truth.rois.find(({ name }) => name === 'Heart')?.volume ?? 0;
    // Voxels of 2 × 2 × 3 mm.
    expect(Math.abs((await volumeOf(page, 'Heart')) / truth - 1)).toBeLessThan(0.01);
    expect(await page.getByTestId('structure-set-state').getAttribute('data-dirty')).toBe('true');
    await screenshot(page, 'segmentation-opened');
  });

  it('is saved as an RT Structure Set, and as a segmentation again', async () => {
    const { page } = app;
    await page.getByTestId('save-structures').click();
    await page.locator('[data-testid="structure-set-state"][data-dirty="false"]').waitFor({ timeout: 60_000 });
    await page.getByTestId('save-segmentation').click();
    await page.getByText(/Segmentation ".*" saved/).waitFor({ timeout: 60_000 });
    expect([await objects('SEG'), await objects('RTSTRUCT')]).toEqual([2, 1]);
    await screenshot(page, 'segmentation-saved');
    expect(app.errors).toEqual([]);
  });
});

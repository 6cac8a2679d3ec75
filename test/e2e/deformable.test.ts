import type { Browser } from 'playwright-core';
import type { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import { readRegistrations, writeRegistration } from '#shared/dicom/registration/registration.ts';
import { invertRigid } from '#shared/geometry/affine.ts';
import { indexToPatient } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Phantom } from '#shared/phantom/phantom.ts';
import { warpImage } from '#shared/registration/field/warpImage.ts';
import { transformOf } from '#shared/registration/transform.ts';
import { bump, sampled } from '#test/builders/analyticField.ts';
import { objectContext } from '#test/builders/context.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { pixelAt, planeOnPage, type PlaneOnPage, screenshot, settle, waitForImages } from './harness/pixels.ts';

/** MR to CT as it truly is, and on top a push of 14 mm to the left and 6 mm to the back about the middle. */
function deformationOf({ ct, mr, registration }: Phantom): Uint8Array {
  const middle = indexToPatient(ct, [100, 75, 40]);
  const nodes = { ...ct, dims: [81, 61, 49] as const, spacing: [5, 5, 5] as const };
  const series = ({ study, seriesInstanceUid, slices }: ImageVolume) => ({
    studyInstanceUid: study.studyInstanceUid,
    seriesInstanceUid,
    images: slices,
  });
  const { patient, study } = ct;
  return writeRegistration(
    {
      kind: 'deformable',
      sopInstanceUid: '',
      fixedFrame: ct.frameOfReferenceUid,
      movingFrame: mr.frameOfReferenceUid,
      label: 'B-spline MR to CT',
      method: 'automatic',
      field: sampled(nodes, bump([14, 6, 0], 45, middle)),
      post: invertRigid(registration.matrix),
    },
    objectContext('REG', 1, { patient, study }),
    { fixed: series(ct), moving: series(mr) },
  );
}

/** Pixels of a plane that are so coloured. */
function count(png: PNG, { left, top, width, height }: PlaneOnPage, is: (rgb: readonly number[]) => boolean): number {
  let found = 0;
  for (let y = Math.ceil(top) + 60; y < top + height - 70; y++)
    for (let x = Math.ceil(left); x < left + width; x++) if (is(pixelAt(png, [x, y]))) found++;
  return found;
}
/** Saturated: neither grey nor the crosshair's pale lines. */
const vivid = (rgb: readonly number[]): boolean => Math.max(...rgb) > 170 && Math.max(...rgb) - Math.min(...rgb) > 120;

describe.skipIf(!hasChromium)('a deformable registration', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let phantom: Phantom;

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), launchBrowser()]);
    phantom = await storePhantom(host, 'thorax', ['CT', 'MR']);
    await host.store([deformationOf(phantom)]);
    app = await openApp(browser, host);
    await waitForImages(app.page, 2);
    await app.page.getByTestId('tab-fusion').click();
    await app.page.getByTestId('fusion-tab-registration').click();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('tells how it stretches space, and shows its vectors and volume changes', async () => {
    const { page } = app;
    await page.waitForFunction(() =>
      /\d/.test(document.querySelector('[data-testid="jacobian-range"]')?.textContent ?? ''),
    );
    const range = (await page.getByTestId('jacobian-range').textContent()) ?? '';
    const [least, most] = range.split(' to ').map(Number);
    // The slope of the push: √(14² + 6²)/45·e^(−½) = 0.205, less what 5 mm cells average.
    expect(Math.abs(least - (1 - 0.205))).toBeLessThan(0.01);
    expect(Math.abs(most - (1 + 0.205))).toBeLessThan(0.01);
    const axial = await planeOnPage(page, 'axial');
    const before = count(await screenshot(page, 'deformable-plain'), axial, vivid);
    await page.getByTestId('show-vectors').check();
    await settle(page);
    const arrows = count(await screenshot(page, 'deformable-vectors'), axial, vivid);
    expect(arrows).toBeGreaterThan(before + 1000);
    await page.getByTestId('show-vectors').uncheck();
    await page.getByTestId('show-jacobian').check();
    await settle(page);
    const png = await screenshot(page, 'deformable-jacobian');
    // The push is towards the left: room is lost ahead of it and won behind, seen from the fixed image.
    const tint = (dx: number): number => {
      const [x, y] = axial.toPage([axial.centre[0] + dx, axial.centre[1], axial.centre[2]]);
      const [r, , b] = pixelAt(png, [x, y + 12]);
      return r - b;
    };
    expect(tint(-45)).toBeGreaterThan(tint(45) + 30);
  });

  it('stores the second image on the voxels of the first, where the deformation has it', async () => {
    const { page } = app;
    await page.getByTestId('store-resampled').click();
    await page.getByText('Stored as "Thorax MR T1 on CT grid"').waitFor({ timeout: 60_000 });
    const headers = { authorization: `Bearer ${host.token}` };
    const query = `${host.origin}/dicom-web/instances?SeriesDescription=${encodeURIComponent('Thorax MR T1 on CT grid')}`;
    const found = (await (await fetch(query, { headers })).json()) as Record<string, { Value: [string] }>[];
    expect(found).toHaveLength(phantom.ct.dims[2]);
    const files = await Promise.all(
      found.map(async (one) => {
        const [study, series, instance] = ['0020000D', '0020000E', '00080018'].map((tag) => one[tag].Value[0]);
        const url = `${host.origin}/dicom-web/studies/${study}/series/${series}/instances/${instance}`;
        const accept = 'application/dicom; transfer-syntax=*';
        return new Uint8Array(await (await fetch(url, { headers: { ...headers, accept } })).arrayBuffer());
      }),
    );
    const image = await buildImageVolume(files);
    expect(image.frameOfReferenceUid).toBe(phantom.ct.frameOfReferenceUid);
    expect(image.dims).toEqual(phantom.ct.dims);
    const [registration] = readRegistrations(deformationOf(phantom));
    const expected = warpImage(phantom.mr, transformOf(registration, 'moving'), phantom.ct, 0);
    const p = 100 + 200 * (75 + 150 * 40);
    expect(Math.abs(image.data[p] * image.slope + image.intercept - expected.data[p])).toBeLessThan(0.51);
    expect(expected.data[p]).toBeGreaterThan(50);
  });

  it('raises no error in the page', () => {
    expect(app.errors).toEqual([]);
  });
});

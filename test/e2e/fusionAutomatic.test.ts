import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gridCentre } from '#renderer/viewports/plane/planes.ts';
import { matrixOf } from '#renderer/workspaces/fusion/registration/rigidParameters.ts';
import { writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { writeRegistration } from '#shared/dicom/registration/registration.ts';
import { uidFromName } from '#shared/dicom/uid.ts';
import { invertRigid, type Mat4, multiply, rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import { indexToPatient, moveGrid, sampleAtPoint } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { DeformableRegistration } from '#shared/model/registration.ts';
import type { Phantom } from '#shared/phantom/phantom.ts';
import { objectContext } from '#test/builders/context.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { pixelAt, planeOnPage, screenshot, settle, waitForImages } from './harness/pixels.ts';

/** Limits of issue 5 for CT and MR: mean and greatest error over the volume, mm. */
const [MEAN, MOST] = [1, 2];

describe.skipIf(!hasChromium)('automatic registration, and a chain MR2 → MR1 → CT', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let phantom: Phantom;
  const displaced = rigidFromParameters([4, -6, 9], [18, -11, 25]);
  const second = { series: uidFromName('second MR'), frame: uidFromName('frame of the second MR') };

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), launchBrowser()]);
    phantom = await storePhantom(host, 'head', ['CT', 'MR']);
    const { mr } = phantom;
    const moved: ImageVolume = {
      ...moveGrid(mr, displaced),
      seriesInstanceUid: second.series,
      frameOfReferenceUid: second.frame,
      slices: [],
    };
    const context = objectContext('second MR', 1, {
      patient: mr.patient,
      study: mr.study,
      seriesInstanceUid: second.series,
      seriesDescription: 'Second MR',
      sopInstanceUid: uidFromName('second MR instance'),
    });
    await host.store(writeImageSeries(moved, context));
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  /** The matrix that the six fields stand for, to the hundredths that they show. */
  const shownMatrix = async (image: ImageVolume): Promise<Mat4> => {
    const field = async (name: string): Promise<number> => Number(await app.page.getByTestId(name).inputValue());
    const three = async (name: string): Promise<Vec3> => [
      await field(`${name}-0`),
      await field(`${name}-1`),
      await field(`${name}-2`),
    ];
    return matrixOf({ degrees: await three('rotation'), shift: await three('shift') }, gridCentre(image));
  };

  /** Distances between where two matrices put points all over an image, mm. */
  const errors = (image: ImageVolume, found: Mat4, truth: Mat4): number[] => {
    const all: number[] = [];
    for (const u of [0, 0.5, 1])
      for (const v of [0, 0.5, 1])
        for (const w of [0, 0.5, 1]) {
          const at = indexToPatient(image, [u * (image.dims[0] - 1), v * (image.dims[1] - 1), w * (image.dims[2] - 1)]);
          const [a, b] = [transformPoint(found, at), transformPoint(truth, at)];
          all.push(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
        }
    return all;
  };
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

  /** Chooses the second image and waits until it is there: another one may still be on its way. */
  const chooseSecond = async (series: string, name: string): Promise<void> => {
    await app.page.getByTestId('second-image').selectOption(series);
    const row = app.page.getByTestId('series-row').filter({ hasText: name });
    await expect.poll(() => row.textContent(), { timeout: 30_000 }).toMatch(/second|not fused/);
  };

  /** Grey levels by which a row of the axial plane differs from an image's voxels. */
  const meanDifference = async (volume: ImageVolume): Promise<number> => {
    await settle(app.page);
    const png = await screenshot(app.page, 'automatic-pixels');
    const view = await planeOnPage(app.page, 'axial');
    const y = Math.round(view.height * 0.45);
    const all: number[] = [];
    for (let x = 60; x < view.width - 60; x++) {
      const [dx, dy] = [(x + 0.5 - view.width / 2) / view.scale, (y + 0.5 - view.height / 2) / view.scale];
      const at = [0, 1, 2].map((axis) => view.centre[axis] + dx * view.right[axis] + dy * view.down[axis]);
      const value = sampleAtPoint(volume, [at[0], at[1], at[2]], Number.NaN);
      if (Number.isNaN(value)) continue;
      const grey = Math.max(0, Math.min(255, ((value - volume.window.center) / volume.window.width + 0.5) * 255));
      all.push(Math.abs(grey - pixelAt(png, [view.left + x, view.top + y])[0]));
    }
    return mean(all);
  };

  const registerTo = async (series: string): Promise<void> => {
    const { page } = app;
    await page.getByTestId('register-to').selectOption(series);
    await page.getByTestId('register-automatically').click();
    await page.getByTestId('save-registration').waitFor({ timeout: 60_000 });
    await settle(page);
  };

  it('lays the MR on the CT where the truth has it', async () => {
    const { page } = app;
    await chooseSecond(phantom.mr.seriesInstanceUid, 'Head MR T1');
    await page.getByTestId('fusion-tab-registration').click();
    await registerTo(phantom.ct.seriesInstanceUid);
    const all = errors(phantom.mr, await shownMatrix(phantom.mr), phantom.registration.matrix);
    expect(mean(all)).toBeLessThan(MEAN);
    expect(Math.max(...all)).toBeLessThan(MOST);
    expect(Number.parseFloat((await page.getByTestId('quality-value').textContent()) ?? '')).toBeGreaterThan(0.5);
    expect(await page.getByTestId('quality-doubtful').count()).toBe(0);
    await screenshot(page, 'automatic');
  });

  it('shows its pixels there', async () => {
    const { page } = app;
    await page.getByLabel('Crosshair', { exact: true }).uncheck();
    await page.getByTestId('fusion-tab-images').click();
    await page.getByTestId('opacity').fill('1');
    await settle(page);
    // A millimetre of error costs some grey levels at edges; lying as scanned costs many times that.
    const right = await meanDifference(moveGrid(phantom.mr, phantom.registration.matrix));
    expect(right).toBeLessThan(6);
    expect(await meanDifference(phantom.mr)).toBeGreaterThan(3 * right);
    await page.getByTestId('fusion-tab-registration').click();
    await page.getByTestId('save-registration').click();
    await expect.poll(() => page.getByTestId('save-registration').count()).toBe(0);
  });

  it('registers a second MR to the first, and it follows to the CT through both', async () => {
    const { page } = app;
    await page.getByTestId('fusion-tab-images').click();
    await chooseSecond(second.series, 'Second MR');
    await page.getByTestId('fusion-tab-registration').click();
    await registerTo(phantom.mr.seriesInstanceUid);
    expect(await page.getByTestId('fusion-way').textContent()).toContain(', then Automatic rigid registration');
    const moved = moveGrid(phantom.mr, displaced);
    const truth = multiply(phantom.registration.matrix, invertRigid(displaced));
    const all = errors(moved, await shownMatrix(moved), truth);
    expect(mean(all)).toBeLessThan(MEAN);
    expect(Math.max(...all)).toBeLessThan(MOST);
  });

  it('is signed off with a name, which is kept in the archive', async () => {
    const { page } = app;
    await page.getByTestId('sign-who').fill('Dr Test');
    await page.getByTestId('sign-off').first().click();
    await expect.poll(() => page.getByTestId('signed-off').first().textContent()).toContain('Dr Test');
    await screenshot(page, 'signed-off');
    await page.reload();
    await waitForImages(page, 2);
    await chooseSecond(second.series, 'Second MR');
    await page.getByTestId('fusion-tab-registration').click();
    await expect
      .poll(() => page.getByTestId('signed-off').first().textContent(), { timeout: 60_000 })
      .toContain('Dr Test');
  });

  it('takes the direct way through a deformation that another system sends meanwhile, and shows the image deformed', async () => {
    const { page } = app;
    const { ct, mr } = phantom;
    // A deformation that is the truth: its field is linear, so that interpolation between its nodes is exact.
    const toSecond = multiply(displaced, invertRigid(phantom.registration.matrix));
    const dims = [4, 4, 4] as const;
    const spacing = ct.dims.map((count, axis) => (count * ct.spacing[axis]) / 3) as unknown as Vec3;
    const grid = { dims, spacing, origin: ct.origin, direction: ct.direction };
    const vectors = new Float32Array(3 * 64);
    for (let p = 0; p < 64; p++) {
      const at = indexToPatient(grid, [p % 4, Math.floor(p / 4) % 4, Math.floor(p / 16)]);
      transformPoint(toSecond, at).forEach((value, axis) => (vectors[3 * p + axis] = value - at[axis]));
    }
    const context = objectContext('REG', 1, { patient: mr.patient, study: mr.study });
    const registration: DeformableRegistration = {
      kind: 'deformable',
      sopInstanceUid: context.sopInstanceUid,
      fixedFrame: ct.frameOfReferenceUid,
      movingFrame: second.frame,
      label: 'Deformation from elsewhere',
      field: { ...grid, vectors },
    };
    await host.store([writeRegistration(registration, context)]);
    await expect
      .poll(() => page.getByTestId('fusion-way').textContent(), { timeout: 30_000 })
      .toContain('Deformation from elsewhere');
    await waitForImages(page, 2);
    await page.getByTestId('fusion-tab-images').click();
    await page.getByTestId('opacity').fill('1');
    expect(await meanDifference(moveGrid(mr, phantom.registration.matrix))).toBeLessThan(6);
  });

  it('meets no error on the way', () => {
    expect(app.errors).toEqual([]);
  });
});

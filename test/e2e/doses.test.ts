import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { uidFromName } from '#shared/dicom/uid.ts';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import { computeGamma } from '#shared/evaluation/gamma.ts';
import { invertRigid, transformPoint } from '#shared/geometry/affine.ts';
import { trilinearSampler } from '#shared/geometry/sampler.ts';
import { indexToPatient, voxelCount } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Phantom } from '#shared/phantom/phantom.ts';
import { objectContext } from '#test/builders/context.ts';
import { beam, plan } from '#test/builders/plan.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { storedDoses } from './harness/stored.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { meanAround, planeOnPage, screenshot, settle, waitForImages } from './harness/pixels.ts';

/** A ball of dose, Gy: a Gaussian of 25 mm about a point, on a grid of 3 mm. */
function ball(name: string, top: number, centre: Vec3, origin: Vec3, dims: Vec3, more: Partial<DoseVolume>): DoseVolume {
  const grid = { dims, spacing: [3, 3, 3] as Vec3, origin, direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] };
  const data = new Float32Array(voxelCount(grid));
  let p = 0;
  for (let k = 0; k < dims[2]; k++)
    for (let j = 0; j < dims[1]; j++)
      for (let i = 0; i < dims[0]; i++) {
        const at = indexToPatient(grid, [i, j, k]);
        const r2 = at.reduce((sum, mm, axis) => sum + (mm - centre[axis]) ** 2, 0);
        data[p++] = top * Math.exp(-r2 / 1250);
      }
  return {
    ...grid, data, sopInstanceUid: uidFromName(`dose ${name}`), frameOfReferenceUid: '', summation: 'PLAN',
    doseType: 'PHYSICAL', planUid: uidFromName(`plan ${name}`), warnings: [], ...more,
  };
} // biome-ignore format: a dose

describe.skipIf(!hasChromium)('doses compared, added and read', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let phantom: Phantom;
  let [first, second]: DoseVolume[] = [];
  let centre: Vec3;

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), launchBrowser()]);
    phantom = await storePhantom(host, 'thorax', ['CT', 'RTSTRUCT', 'REG']);
    const { ct, structureSet } = phantom;
    const target = structureSet.rois.find(({ type }) => type === 'PTV');
    centre = measureRoi(target?.contours ?? [])?.centroid ?? [0, 0, 0];
    const frame = { frameOfReferenceUid: ct.frameOfReferenceUid };
    const [x, y, z] = centre;
    first = ball('Large', 52, centre, [x - 90, y - 90, z - 90], [61, 61, 61], frame);
    // 12 mm to the left, and nothing known below the target.
    second = ball('Boost', 20, [x + 12, y, z], [x - 58.5, y - 60, z - 20], [41, 41, 31], frame);
    const context = (name: string, kind: string) =>
      objectContext(kind, 1, {
        patient: ct.patient, study: ct.study, seriesInstanceUid: uidFromName(`${kind} series ${name}`), seriesDescription: name,
        sopInstanceUid: uidFromName(`${kind === 'RTPLAN' ? 'plan' : 'dose'} ${name}`),
      }); // biome-ignore format: a context
    for (const [label, dose, prescribed, fractions] of [['Boost', second, 20, 10], ['Large', first, 50, 25]] as const) {
      const made = plan(1, {
        label, fractions, beams: [beam(1)], sopInstanceUid: uidFromName(`plan ${label}`), ...frame,
        structureSetUid: structureSet.sopInstanceUid,
        prescription: {
          targetRoiNumber: target?.number ?? 0, targetName: 'PTV', dose: prescribed, fractions, normalization: { kind: 'None', percent: 100 },
        },
      });
      await host.store([writePlan(made, context(label, 'RTPLAN')), writeDose(dose, context(label, 'RTDOSE'))]);
    } // biome-ignore format: a plan
    const session: DoseVolume = {
      ...first, summation: 'FRACTION_SESSION', sopInstanceUid: uidFromName('dose one'), data: first.data.map((gray) => gray / 25),
    }; // biome-ignore format: a dose
    await host.store([writeDose(session, context('one', 'RTDOSE'))]);
    // In the frame of the MR, where the registration has the target.
    const there = transformPoint(invertRigid(phantom.registration.matrix), centre);
    const corner = there.map((mm) => mm - 60) as unknown as Vec3;
    const elsewhere = ball('Elsewhere', 30, there, corner, [41, 41, 41], {
      frameOfReferenceUid: phantom.mr.frameOfReferenceUid,
      planUid: uidFromName('plan of the MR'),
    });
    await host.store([writeDose(elsewhere, context('Elsewhere', 'RTDOSE'))]);
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
    await app.page.getByTestId('tab-evaluation').click();
    await app.page.getByTestId('compare-doses').waitFor();
    await goToPoint(app.page, centre);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  const choose = async (id: string, label: string): Promise<void> => {
    await app.page.getByTestId(id).selectOption({ label });
    await settle(app.page);
  };
  const mode = async (name: string): Promise<void> => {
    await app.page.getByTestId('dose-modes').getByRole('button', { name }).click();
    await settle(app.page);
  };

  /** Opens the stored dose of that series as B; what the panel then says. */
  const openStored = async (series: string): Promise<string> => {
    const { page } = app;
    const stored = page.getByTestId('stored-dose');
    const label = (await stored.locator('option').allTextContents()).find((text) => text.startsWith(series)) ?? series;
    await stored.selectOption({ label });
    await page.getByTestId('open-stored-dose').click();
    const options = page.getByTestId('dose-b').locator('option');
    const mine = (texts: readonly string[]) => texts.find((text) => text.startsWith(`Stored: ${series}`));
    await expect.poll(async () => mine(await options.allTextContents()), { timeout: 30_000 }).toBeDefined();
    await choose('dose-b', mine(await options.allTextContents()) ?? '');
    return (await page.getByTestId('compare-doses').textContent()) ?? '';
  };

  it('draws two doses on one slice, solid and dotted, and beside each other', async () => {
    await choose('dose-a', 'Large');
    await choose('dose-b', 'Boost');
    await screenshot(app.page, 'doses-lines');
    await mode('Side by side');
    const png = await screenshot(app.page, 'doses-side');
    const axial = await planeOnPage(app.page, 'axial');
    const mirror = await app.page.getByTestId('mirror-axial').boundingBox();
    if (mirror === null) throw new Error('nothing beside the planes');
    // The same anatomy at the same place of both planes, away from the lines.
    let [sum, count] = [0, 0];
    for (let dx = 70; dx <= 150; dx += 10)
      for (let dy = -30; dy <= 40; dy += 10) {
        const at = axial.toPage([centre[0] + dx, centre[1] + dy, centre[2]]);
        const same: [number, number] = [at[0] - axial.left + mirror.x, at[1] - axial.top + mirror.y + 2];
        sum += Math.abs(meanAround(png, at, 2)[0] - meanAround(png, same, 2)[0]);
        count++;
      }
    expect(sum / count).toBeLessThan(8);
  });

  it('colours the difference red where A is higher, and tells the extremes', async () => {
    await mode('Difference');
    const extremes = app.page.getByTestId('difference-extremes');
    await extremes.waitFor();
    await settle(app.page);
    const png = await screenshot(app.page, 'doses-difference');
    const axial = await planeOnPage(app.page, 'axial');
    const [red, , blue] = meanAround(png, axial.toPage([centre[0] - 15, centre[1] - 8, centre[2]]), 2);
    expect(red - blue).toBeGreaterThan(80);
    expect(await extremes.textContent()).toMatch(/Highest \+3\d\.\d\d Gy/);
    expect(await extremes.textContent()).toContain('reached by one of the doses only');
    await mode('On one slice');
  });

  it('gives the gamma of the same doses as the function it uses', async () => {
    const { page } = app;
    await open(page, 'gamma-panel');
    await page.getByTestId('compute-gamma').click();
    const result = page.getByTestId('gamma-result');
    await result.waitFor({ timeout: 60_000 });
    const { passRate, n } = computeGamma(first, second, { dd: 3, dta: 2, threshold: 10, normalization: 50 });
    expect(await result.textContent()).toContain(`${passRate.toFixed(1)} % of ${n} points pass`);
    await screenshot(page, 'doses-gamma');
    await result.getByRole('checkbox').uncheck();
  });

  it('reads a profile along a drawn line and gives it as CSV', async () => {
    const { page } = app;
    await open(page, 'profile-panel');
    await page.getByTestId('draw-profile').click();
    const axial = await planeOnPage(page, 'axial');
    const [from, to] = [-45, 45].map((x) => axial.toPage([centre[0] + x, centre[1], centre[2]]));
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(...to, { steps: 4 });
    await page.mouse.up();
    await page.getByTestId('profile-chart').locator('canvas').waitFor();
    await page.getByTestId('profile-chart').scrollIntoViewIfNeeded();
    const saved = page.waitForEvent('download');
    await page.getByTestId('profile-csv').click();
    const rows = (await readFile(await (await saved).path(), 'utf8')).trim().split('\r\n');
    expect(rows[0]).toContain('"Large Gy","Boost Gy"');
    const sample = trilinearSampler(first);
    for (const row of rows.slice(1)) {
      const [, x, y, z, gray] = row.split(',').map(Number);
      expect(gray).toBeCloseTo(sample(x, y, z), 2);
    }
    await page.getByTestId('draw-profile').click();
    await screenshot(page, 'doses-profile');
  });

  it('adds both, says where one does not reach, and shows the sum as a dose of its own', async () => {
    const { page } = app;
    await open(page, 'sum-panel');
    for (const label of ['Large', 'Boost']) await page.getByTestId('sum-panel').getByLabel(label, { exact: true }).check();
    await page.getByTestId('make-sum').click();
    const sums = page.getByTestId('dose-sums');
    await sums.getByText('are not reached by every dose').waitFor({ timeout: 60_000 });
    await sums.getByRole('button', { name: 'Show' }).click();
    await goToPoint(page, centre);
    await open(page, 'point-panel');
    const crosshair = page.getByTestId('dose-points').locator('li').first();
    // Both in full, 12 mm from the boost's middle.
    const [here] = [await crosshair.textContent()];
    const gray = (name: string): number => Number(new RegExp(`${name}(\\d+\\.\\d\\d) Gy`).exec(here ?? '')?.[1]);
    expect(gray('Large \\+ Boost')).toBeCloseTo(gray('Large') + gray('Boost'), 1);
    expect(gray('Boost')).toBeCloseTo(20 * Math.exp(-144 / 1250), 0);
    await screenshot(page, 'doses-sum');
  });

  it('finds the hot spot and goes there', async () => {
    const { page } = app;
    await open(page, 'spot-panel');
    await page.getByLabel('structure to leave out').selectOption('none');
    await page.getByTestId('find-spots').click();
    const extreme = page.getByTestId('spot-extreme');
    await extreme.waitFor({ timeout: 60_000 });
    const place = /at (-?[\d.]+), (-?[\d.]+), (-?[\d.]+)/.exec((await extreme.textContent()) ?? '');
    [1, 2, 3].forEach((n) => expect(Math.abs(Number(place?.[n]) - centre[n - 1])).toBeLessThan(n === 1 ? 6 : 3));
    await extreme.click();
    await extreme.scrollIntoViewIfNeeded();
    await screenshot(page, 'doses-spots');
  });

  it('stores the sum as a dose of both plans', async () => {
    const { page } = app;
    await page.getByTestId('dose-sums').getByRole('button', { name: 'Save' }).click();
    await page.getByTestId('toast').filter({ hasText: 'Sum "Large + Boost" saved' }).waitFor();
    const [sum] = (await storedDoses(host)).filter(({ summation }) => summation === 'MULTI_PLAN');
    expect(sum.planUids).toEqual(['Large', 'Boost'].map((name) => uidFromName(`plan ${name}`)));
    expect(trilinearSampler(sum)(...centre)).toBeCloseTo(52 + 20 * Math.exp(-144 / 1250), 0);
  });

  it('opens a stored dose of one fraction as that of its course', async () => {
    expect(await openStored('one')).toContain('times the 25 fractions of Large');
    expect(await app.page.getByTestId('dose-b').locator('option:checked').textContent()).toBe('Stored: one (one fraction × 25)');
  });

  it('opens a dose of another frame of reference where the registration leads, and says so', async () => {
    expect(await openStored('Elsewhere')).toContain('mapped by interpolation through');
    await goToPoint(app.page, centre);
    const text = (await app.page.getByTestId('dose-points').locator('li').first().textContent()) ?? '';
    // Within a voxel of the crosshair's slice of the peak of 30 Gy: 25 mm of sigma lose 1 % in 3.5 mm.
    expect(Number(/Elsewhere \(whole plan\)(\d+\.\d\d) Gy/.exec(text)?.[1])).toBeGreaterThan(29.4);
    await screenshot(app.page, 'doses-mapped');
  });

  it('meets no error on the way', () => {
    expect(app.errors).toEqual([]);
  });
}); // biome-ignore format: long selectors

async function open(page: Page, panel: string): Promise<void> {
  const fold = page.getByTestId(panel);
  if ((await fold.getAttribute('open')) === null) await fold.locator('summary').click();
  await fold.scrollIntoViewIfNeeded();
}

async function goToPoint(page: Page, at: Vec3): Promise<void> {
  const axial = await planeOnPage(page, 'axial');
  await page.mouse.click(...axial.toPage(at));
  const sagittal = await planeOnPage(page, 'sagittal');
  await page.mouse.click(...sagittal.toPage(at));
  await settle(page);
}

import type { Browser } from 'playwright-core';
import type { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { invertRigid } from '#shared/geometry/affine.ts';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import type { Phantom } from '#shared/phantom/phantom.ts';
import { propagateContours } from '#shared/registration/propagateContours.ts';
import { objectContext } from '#test/builders/context.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import {
  pixelAt,
  planeOnPage,
  type PlaneOnPage,
  type Rgb,
  screenshot,
  settle,
  waitForImages,
} from './harness/pixels.ts';

/** The true structures as someone would have drawn them on the slices of the MR. */
function drawnOnMr({ mr, structureSet, registration }: Phantom): StructureSet {
  const { matrix } = registration;
  const ways = {
    toTarget: [{ kind: 'matrix' as const, matrix: invertRigid(matrix) }],
    toSource: [{ kind: 'matrix' as const, matrix }],
  };
  return {
    ...structureSet,
    sopInstanceUid: '1.2.826.1',
    label: 'MR target',
    frameOfReferenceUid: mr.frameOfReferenceUid,
    referencedStudyUid: mr.study.studyInstanceUid,
    referencedSeriesUid: mr.seriesInstanceUid,
    referencedImages: mr.slices,
    rois: structureSet.rois
      .filter(({ name }) => name === 'GTV' || name === 'Heart')
      .map((roi) => ({
        ...roi,
        name: `${roi.name}_MR`,
        color: [255, 0, 255],
        frameOfReferenceUid: mr.frameOfReferenceUid,
        contours: propagateContours(roi.contours, ways, mr).contours,
      })),
  };
}

/** Middle of the box round all pixels of a colour on a plane. */
function middleOf(png: PNG, { left, top, width, height }: PlaneOnPage, isInk: (rgb: Rgb) => boolean): [number, number] {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let y = Math.ceil(top); y < top + height; y++)
    for (let x = Math.ceil(left); x < left + width; x++)
      if (isInk(pixelAt(png, [x, y]))) {
        [x0, x1] = [Math.min(x0, x), Math.max(x1, x)];
        [y0, y1] = [Math.min(y0, y), Math.max(y1, y)];
      }
  return [(x0 + x1) / 2, (y0 + y1) / 2];
}

describe.skipIf(!hasChromium)('structures drawn on the MR', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let phantom: Phantom;

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), launchBrowser()]);
    phantom = await storePhantom(host, 'thorax', ['CT', 'MR', 'REG']);
    const { patient, study } = phantom.mr;
    const set = drawnOnMr(phantom);
    await host.store([
      writeStructureSet(set, objectContext('RTSTRUCT', 1, { patient, study, sopInstanceUid: set.sopInstanceUid })),
    ]);
    app = await openApp(browser, host);
    await waitForImages(app.page, 2);
    await app.page.getByTestId('tab-contouring').click();
    await app.page.getByTestId('section-derive').click();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('come to the CT through the registration, where the CT shows them, and undo takes them away', async () => {
    const { page } = app;
    await page.getByTestId('propagate-set').selectOption({ label: 'MR target on MR Thorax MR T1' });
    await page.getByTestId('propagate-rois').getByText('GTV_MR').click();
    expect(await page.getByTestId('propagate-way').textContent()).toContain('"True MR to CT"');
    await page.getByTestId('propagate').click();
    await page.getByTestId('propagate-report').waitFor({ timeout: 60_000 });
    const [before, after] = await page
      .getByTestId('propagate-report')
      .locator('td')
      .evaluateAll((cells) => cells.map((cell) => Number(cell.textContent)));
    const truth = phantom.structureSet.rois.find(({ name }) => name === 'GTV');
    const volume = measureRoi(truth?.contours ?? [])?.volume ?? 0;
    // Between slices 3 and 4 mm apart a surface is taken as straight, which cuts off 1–3 % of a small ball each time.
    expect(Math.abs(before / volume - 1)).toBeLessThan(0.03);
    expect(Math.abs(after / volume - 1)).toBeLessThan(0.06);
    expect(await page.getByTestId('last-edit').textContent()).toContain('Copy GTV_MR from MR target');
    await page.getByTestId('section-draw').click();
    await page.getByRole('button', { name: 'Go to' }).click();
    await settle(page);
    const [png, axial] = [await screenshot(page, 'propagate-structures'), await planeOnPage(page, 'axial')];
    const [x, y] = middleOf(png, axial, ([r, g, b]) => r > 180 && g < 90 && b > 180);
    const onSlice = truth?.contours.find(({ points }) => Math.abs(points[2] - axial.centre[2]) < 0.1)?.points ?? [];
    const between = (axis: number): number => {
      const values = Array.from(onSlice).filter((_, n) => n % 3 === axis);
      return (Math.min(...values) + Math.max(...values)) / 2;
    };
    const [trueX, trueY] = axial.toPage([between(0), between(1), axial.centre[2]]);
    expect(Math.hypot(x - trueX, y - trueY) / axial.scale).toBeLessThan(0.8);
    await page.getByTestId('section-derive').click();
    await screenshot(page, 'propagate-panel');
    await page.keyboard.press('Control+z');
    await settle(page);
    expect(await page.locator('[data-testid="structure"][data-name="GTV_MR"]').count()).toBe(0);
  });

  it('raise no error in the page', () => {
    expect(app.errors).toEqual([]);
  });
});

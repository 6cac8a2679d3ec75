import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import { sourcePosition } from '#shared/geometry/iec.ts';
import { sampleAtPoint } from '#shared/geometry/volume.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import { toScene } from '#renderer/viewports/scene/camera.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import {
  meanAround,
  pixelAt,
  type Point,
  type Rgb,
  screenshot,
  settle,
  slicePosition,
  waitForImages,
} from './harness/pixels.ts';

/** The demo patient's CT and contours, as the host makes them. */
const phantom = phantomOf('thorax');
const roi = (name: string): (typeof phantom.structureSet.rois)[number] => {
  const found = phantom.structureSet.rois.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`the phantom has no ${name}`);
  return found;
};
const centroid = (name: string): Point => measureRoi(roi(name).contours)?.centroid ?? [NaN, NaN, NaN];

interface SceneOnPage {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  toPage(point: Point): [number, number];
}

async function sceneOnPage(page: Page): Promise<SceneOnPage> {
  const host = page.locator('.scene-host');
  const box = await host.boundingBox();
  const view = ((await host.getAttribute('data-view')) ?? '').split(' ').map(Number);
  if (box === null || view.length !== 12 || view.some(Number.isNaN)) throw new Error('the 3-D view shows nothing');
  const vector = (start: number): Point => [view[start], view[start + 1], view[start + 2]];
  const [scale, width, height] = vector(9);
  const camera = { centre: vector(0), right: vector(3), down: vector(6), scale };
  return {
    left: box.x,
    top: box.y,
    width,
    height,
    toPage(point) {
      const [x, y] = toScene(camera, width, height, point);
      return [box.x + x, box.y + y];
    },
  };
}

/** Waits until every surface is made and drawn. */
async function sceneReady(page: Page): Promise<void> {
  // Surfaces are asked for when changes have rested.
  await page.waitForTimeout(200);
  await page.waitForFunction(
    () => document.querySelector<HTMLElement>('.scene-host')?.dataset.missing === '0',
    undefined,
    { timeout: 60_000 },
  );
  await settle(page);
}

const menu = (page: Page, label: string) => page.getByTestId('scene-list').getByText(label, { exact: true });

/** Shows these structures and no others, by the eyes of the structure list. */
async function showOnly(page: Page, names: readonly string[]): Promise<void> {
  for (const { name } of phantom.structureSet.rois) {
    const eye = page.getByLabel(`show ${name}`, { exact: true });
    if (((await eye.getAttribute('aria-pressed')) === 'true') !== names.includes(name)) await eye.click();
  }
  await sceneReady(page);
}

/** Whether a colour is `ink` darkened by shading: its channels stand in the same proportion. */
function isShadeOf(color: Rgb, ink: Rgb): boolean {
  const brightness = Math.max(...color) / Math.max(...ink);
  return brightness > 0.4 && ink.every((value, i) => Math.abs(color[i] - value * brightness) < 14);
}

describe.skipIf(!hasChromium)('the 3-D view', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost({ demo: true }), launchBrowser()]);
    app = await openApp(browser, host);
    await waitForImages(app.page, 2);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('is not there, nor anything of it, until it is asked for', async () => {
    const { page } = app;
    await page.getByTestId('tab-contouring').click();
    await page.getByTestId('show-scene').waitFor();
    expect(await page.locator('.scene-host').count()).toBe(0);
    const fetched = (): Promise<boolean> =>
      page.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => name.includes('SceneView')));
    expect(await fetched()).toBe(false);
    await page.getByTestId('show-scene').click();
    await page.locator('.scene-host').waitFor();
    await sceneReady(page);
    expect(await fetched()).toBe(true);
    expect(await page.locator('.plane-host').count()).toBe(3);
    await screenshot(page, 'scene-contouring');
  });

  it('shows a target in its colour where it is, seen from several sides, and a click goes there', async () => {
    const { page } = app;
    await page.getByTestId('scene-menu').click();
    for (const plane of ['axial', 'sagittal', 'coronal']) await menu(page, plane).click();
    await page.getByTestId('scene-menu').click();
    await showOnly(page, ['GTV']);
    const target = centroid('GTV');
    for (const side of ['anterior', 'right', 'superior']) {
      await page.getByLabel(`view from ${side}`, { exact: true }).click();
      await settle(page);
      const scene = await sceneOnPage(page);
      const png = await screenshot(page, `scene-gtv-${side}`);
      const [x, y] = scene.toPage(target);
      expect(isShadeOf(meanAround(png, [x, y], 2), roi('GTV').color), side).toBe(true);
      // As far on the other side of the patient there is nothing.
      const mirrored = scene.toPage([-target[0], -target[1], target[2]]);
      expect(Math.max(...pixelAt(png, mirrored)), side).toBeLessThan(40);
    }
    await page.getByLabel('view from anterior', { exact: true }).click();
    await settle(page);
    await page.mouse.click(...(await sceneOnPage(page)).toPage(target));
    await settle(page);
    // Voxels are 2 × 2 × 3 mm or finer; the click meets the front of the target.
    expect(Math.abs((await slicePosition(page, 'axial')) - target[2])).toBeLessThan(2);
    expect(Math.abs((await slicePosition(page, 'sagittal')) - target[0])).toBeLessThan(2);
    const front = target[1] - (await slicePosition(page, 'coronal'));
    expect(front).toBeGreaterThan(5);
    expect(front).toBeLessThan(30);
    expect(await page.locator('[data-testid="structure"][data-name="GTV"]').getAttribute('class')).toContain(
      'selected',
    );
  });

  it('has the patient’s left on the right from the front, and on the left from behind', async () => {
    const { page } = app;
    await showOnly(page, ['Lung_L']);
    const left = centroid('Lung_L');
    for (const [side, sign] of [
      ['anterior', 1],
      ['posterior', -1],
    ] as const) {
      await page.getByLabel(`view from ${side}`, { exact: true }).click();
      await settle(page);
      const png = await screenshot(page, `scene-lung-${side}`);
      const scene = await sceneOnPage(page);
      const middle = scene.left + scene.width / 2;
      const [x, y] = scene.toPage(left);
      expect(Math.sign(x - middle)).toBe(sign);
      const [red, , blue] = meanAround(png, [x, y], 3);
      expect(blue).toBeGreaterThan(red + 30);
      const [otherRed, , otherBlue] = meanAround(png, [2 * middle - x, y], 3);
      expect(otherBlue).toBeLessThan(otherRed + 20);
    }
  });

  it('shows the slices’ grey values where they lie', async () => {
    const { page } = app;
    await showOnly(page, []);
    await page.getByTestId('scene-menu').click();
    await menu(page, 'axial').click();
    await page.getByTestId('scene-menu').click();
    await page.getByLabel('view from inferior', { exact: true }).click();
    await settle(page);
    const png = await screenshot(page, 'scene-axial');
    const scene = await sceneOnPage(page);
    const z = await slicePosition(page, 'axial');
    const ct = phantom.ct;
    if (ct === undefined) throw new Error('the thorax has a CT');
    // The window the phantom's CT opens with; heart, spine, and lung, which is black.
    const grey = (point: Point): number => {
      const value = sampleAtPoint(ct, point, -1000) * ct.slope + ct.intercept;
      const { center, width } = ct.window;
      return Math.max(0, Math.min(255, (255 * (value - center + width / 2)) / width));
    };
    let compared = 0;
    for (let x = -120; x <= 120; x += 20)
      for (let y = -60; y <= 60; y += 20) {
        const around = [-3, 0, 3].flatMap((dx) => [-3, 0, 3].map((dy) => grey([x + dx, y + dy, z])));
        // Where tissue is uniform, so that a pixel more or less says nothing.
        if (Math.max(...around) - Math.min(...around) > 60) continue;
        const [shown] = meanAround(png, scene.toPage([x, y, z]), 1);
        const expected = around.reduce((sum, value) => sum + value, 0) / 9;
        expect(Math.abs(shown - expected), `${x}, ${y}`).toBeLessThan(25);
        compared++;
      }
    expect(compared).toBeGreaterThan(15);
  });

  it('shows beams from their sources through the isocenter in planning', async () => {
    const { page } = app;
    await page.getByTestId('tab-planning').click();
    await page.locator('.scene-host').waitFor();
    await page.getByTestId('scene-menu').click();
    await menu(page, 'axial').click();
    await page.getByTestId('scene-menu').click();
    await page.getByLabel('view from inferior', { exact: true }).click();
    await sceneReady(page);
    const png = await screenshot(page, 'scene-beams');
    const scene = await sceneOnPage(page);
    const field = async (label: string): Promise<number> =>
      Number(await page.getByLabel(label, { exact: true }).inputValue());
    const gantry = await field('gantry of G245');
    const isocenter: Point = [await field('isocenter X'), await field('isocenter Y'), await field('isocenter Z')];
    const source = sourcePosition({ gantry, collimator: 0, couch: 0 }, isocenter, 1000);
    let yellow = 0;
    // On the way from the skin to the isocenter; the tube is a pixel or two wide.
    for (const share of [0.06, 0.08, 0.1, 0.12]) {
      const [x, y] = scene.toPage(isocenter.map((value, i) => value + share * (source[i] - value)) as unknown as Point);
      const near = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => pixelAt(png, [x + dx, y + dy])));
      if (near.some(([r, g, b]) => r > 150 && g > 110 && b < 140 && r > b + 60)) yellow++;
    }
    expect(yellow).toBe(4);
  });

  it('shows the dose levels that are chosen, and goes without a trace', async () => {
    const { page } = app;
    await page.getByTestId('tab-evaluation').click();
    await page.locator('.scene-host').waitFor();
    await page.getByTestId('scene-menu').click();
    await menu(page, '95 %').click();
    await page.getByTestId('scene-menu').click();
    await sceneReady(page);
    const png = await screenshot(page, 'scene-isodose');
    const [red, green, blue] = meanAround(png, (await sceneOnPage(page)).toPage(centroid('GTV')), 2);
    expect(Math.min(red, green)).toBeGreaterThan(blue + 40);
    // A browser keeps about sixteen GPU contexts and takes the oldest, the planes', away when there are more.
    const warnings: string[] = [];
    page.on('console', (message) => {
      if (message.text().includes('WebGL')) warnings.push(message.text());
    });
    // Small pictures, which a software renderer is done with soon.
    await page.setViewportSize({ width: 760, height: 480 });
    for (let i = 0; i < 17; i++) {
      await page.getByLabel('hide the 3-D view').click();
      await page.getByTestId('show-scene').click();
      await page.locator('.scene-host').waitFor();
    }
    await page.getByLabel('hide the 3-D view').click();
    expect(await page.locator('.scene-host').count()).toBe(0);
    expect(warnings).toEqual([]);
    expect(app.errors).toEqual([]);
  });
});

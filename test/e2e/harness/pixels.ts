import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import type { PlaneId } from '#renderer/viewports/plane/planeView.ts';

export type Rgb = readonly [number, number, number];
export type Point = readonly [number, number, number];

const FOLDER = join(process.cwd(), 'test-results', 'e2e');

/** A picture of the page, kept as test-results/e2e/NAME.png. */
export async function screenshot(page: Page, name: string): Promise<PNG> {
  const bytes = await page.screenshot();
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, `${name}.png`), bytes);
  return PNG.sync.read(bytes);
}

/** The colour at a page position (CSS pixels, device scale 1). */
export function pixelAt(png: PNG, [x, y]: readonly [number, number]): Rgb {
  const p = (Math.round(y) * png.width + Math.round(x)) * 4;
  return [png.data[p], png.data[p + 1], png.data[p + 2]];
}

/** Mean colour of the square of side 2·radius+1 around a page position. */
export function meanAround(png: PNG, [x, y]: readonly [number, number], radius: number): Rgb {
  const sum = [0, 0, 0];
  for (let dy = -radius; dy <= radius; dy++)
    for (let dx = -radius; dx <= radius; dx++) {
      const color = pixelAt(png, [x + dx, y + dy]);
      for (const channel of [0, 1, 2]) sum[channel] += color[channel];
    }
  const count = (2 * radius + 1) ** 2;
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** Where the plane lies on the page and how it maps patient points, read from its data attributes. */
export interface PlaneOnPage {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** LPS mm at the canvas centre; unit vectors of canvas x and y; CSS pixels per mm. */
  readonly centre: Point;
  readonly right: Point;
  readonly down: Point;
  readonly scale: number;
  toPage(point: Point): [number, number];
}

export async function planeOnPage(page: Page, plane: PlaneId): Promise<PlaneOnPage> {
  const host = page.locator(`.plane-host[data-plane="${plane}"]`);
  const box = await host.boundingBox();
  const view = ((await host.getAttribute('data-view')) ?? '').split(' ').map(Number);
  if (box === null || view.length !== 12 || view.some(Number.isNaN))
    throw new Error(`the ${plane} plane shows nothing`);
  const vector = (start: number): Point => [view[start], view[start + 1], view[start + 2]];
  const [centre, right, down] = [vector(0), vector(3), vector(6)];
  const [scale, width, height] = vector(9);
  const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  return {
    left: box.x,
    top: box.y,
    width,
    height,
    centre,
    right,
    down,
    scale,
    toPage(point) {
      const offset: Point = [point[0] - centre[0], point[1] - centre[1], point[2] - centre[2]];
      return [box.x + width / 2 + scale * dot(offset, right), box.y + height / 2 + scale * dot(offset, down)];
    },
  };
}

/** Slice position in mm as the plane's text tells it. */
export async function slicePosition(page: Page, plane: PlaneId): Promise<number> {
  return Number(await page.getByTestId(`text-${plane}`).getAttribute('data-slice-position'));
}

/** Waits until `layers` images are on all planes and two frames have been drawn since. */
export async function waitForImages(page: Page, layers: number): Promise<void> {
  await page.waitForFunction(
    (count) => {
      const planes = [...document.querySelectorAll<HTMLElement>('.plane-host')];
      return planes.length === 3 && planes.every((plane) => plane.dataset.layers === String(count));
    },
    layers,
    { timeout: 120_000 },
  );
  await settle(page);
}

/** Lets pending renders finish: software GL takes up to some hundred ms a frame. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let i = 0; i < 3; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
  await page.waitForTimeout(150);
}

/** Fraction of pixels of a plane that are brighter than `level` (0..255) in any channel. */
export function brightFraction(png: PNG, plane: PlaneOnPage, level: number): number {
  let bright = 0;
  const [left, top] = [Math.round(plane.left), Math.round(plane.top)];
  for (let y = top; y < top + plane.height; y++)
    for (let x = left; x < left + plane.width; x++) if (Math.max(...pixelAt(png, [x, y])) > level) bright++;
  return bright / (plane.width * plane.height);
}

import type { Page } from 'playwright-core';
import { pixelAt, type PlaneOnPage, type Point, screenshot, settle } from './pixels.ts';

/** Draws by mouse through patient points on a plane. */
export async function drag(page: Page, plane: PlaneOnPage, points: readonly Point[]): Promise<void> {
  await page.mouse.move(...plane.toPage(points[0]));
  await page.mouse.down();
  for (const point of points.slice(1)) await page.mouse.move(...plane.toPage(point));
  await page.mouse.up();
  // Away with the brush, which is drawn around the mouse.
  await page.mouse.move(plane.left + 100, plane.top + plane.height - 60);
  await settle(page);
}

/** Points of a circle on an axial plane. */
export const circle = (centre: Point, radius: number, count = 48): Point[] =>
  Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count;
    return [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle), centre[2]];
  });

/** How many of the points have a pixel of a colour (r, g, b) within two pixels on the page. */
export async function coloured(
  page: Page,
  name: string,
  plane: PlaneOnPage,
  points: readonly Point[],
  hue: (c: readonly number[]) => boolean,
): Promise<number> {
  const png = await screenshot(page, name);
  return points.filter((point) => {
    const [x, y] = plane.toPage(point);
    for (let dy = -2; dy <= 2; dy++)
      for (let dx = -2; dx <= 2; dx++) if (hue(pixelAt(png, [x + dx, y + dy]))) return true;
    return false;
  }).length;
}

/** The first colour of new structures: red. */
export const isRed = ([r, g, b]: readonly number[]): boolean => r > 150 && g < 120 && b < 120;

/** Volume in cm³ as the structure list shows it. */
export async function volumeOf(page: Page, name: string): Promise<number> {
  const cell = page.locator(`[data-testid="structure"][data-name="${name}"] .structure-volume`);
  await page.waitForFunction((element) => /\d/.test(element?.textContent ?? ''), await cell.elementHandle());
  return Number.parseFloat((await cell.textContent()) ?? '');
}

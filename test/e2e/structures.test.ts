import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import { derivationStatuses } from '#shared/structures/derivation/derivation.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { planeOnPage, type PlaneOnPage, type Point, screenshot, settle, waitForImages } from './harness/pixels.ts';
import { storedStructureSets } from './harness/stored.ts';

/** Workers share the machine with other tests. */
const PATIENT = { timeout: 60_000 };

const row = (page: Page, name: string) => page.locator(`[data-testid="structure"][data-name="${name}"]`);

async function volumeOf(page: Page, name: string): Promise<number> {
  const cell = row(page, name).locator('.structure-volume');
  await page.waitForFunction((element) => /\d/.test(element?.textContent ?? ''), await cell.elementHandle());
  return Number.parseFloat((await cell.textContent()) ?? '');
}

const state = (page: Page, name: string, value: string) =>
  row(page, name).locator(`[data-testid="derivation-badge"][data-state="${value}"]`).waitFor({ timeout: 60_000 });

/** Waits until a derived structure is up to date; its volume in cm³. */
async function followedVolume(page: Page, name: string): Promise<number> {
  await row(page, name).locator('[data-testid="derivation-badge"][data-state="current"]').waitFor({ timeout: 60_000 });
  return volumeOf(page, name);
}

async function drag(page: Page, plane: PlaneOnPage, points: readonly Point[]): Promise<void> {
  await page.mouse.move(...plane.toPage(points[0]));
  await page.mouse.down();
  for (const point of points.slice(1)) await page.mouse.move(...plane.toPage(point));
  await page.mouse.up();
  await page.mouse.move(plane.left + 100, plane.top + plane.height - 60);
  await settle(page);
}

/** From its right-most point on, as the patient sees it: a stroke's beginning decides what it does. */
const circle = (centre: Point, radius: number, count = 32): Point[] =>
  Array.from({ length: count }, (_, i) => {
    const angle = Math.PI + (2 * Math.PI * i) / count;
    return [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle), centre[2]];
  });

async function derive(page: Page, name: string, recipe: string): Promise<void> {
  await page.getByTestId('derive-name').fill(name);
  await page.getByTestId('derive-recipe').fill(recipe);
  await page.getByTestId('derive').click();
}

describe.skipIf(!hasChromium)('structure sets that live', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let axial: PlaneOnPage;

  let archive: string;

  const open = async (): Promise<void> => {
    host = await startHost({ archive });
    app = await openApp(browser, host);
  };
  const contour = async (): Promise<void> => {
    await waitForImages(app.page, 1);
    await app.page.getByTestId('tab-contouring').click();
    await settle(app.page);
    axial = await planeOnPage(app.page, 'axial');
  };
  const select = async (name: string): Promise<void> => {
    await row(app.page, name).locator('.structure-name').click();
  };
  /** A circle that begins inside what is drawn there: it adds. */
  const draw = async (name: string, shift: number, radius: number): Promise<void> => {
    await select(name);
    await app.page.getByTestId('section-draw').click();
    const freehand = app.page.getByTestId('tool-freehand');
    if ((await freehand.getAttribute('aria-pressed')) !== 'true') await freehand.click();
    const [x, y, z] = axial.centre;
    await drag(app.page, axial, circle([x + shift, y, z], radius));
  };

  beforeAll(async () => {
    archive = await mkdtemp(join(tmpdir(), 'isocenter-e2e-'));
    browser = await launchBrowser();
    host = await startHost({ archive });
    await storePhantom(host, 'thorax', ['CT']);
    app = await openApp(browser, host);
    await contour();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
    await rm(archive, { recursive: true, force: true });
  });

  it('a GTV is grown to a PTV by recipe and cropped from the skin by 5 mm', async () => {
    const { page } = app;
    await page.getByTestId('find-body').click();
    await row(page, 'BODY').waitFor({ timeout: 60_000 });
    await page.getByTestId('new-structure-name').fill('GTV');
    await page.getByTestId('add-structure').click();
    await draw('GTV', 0, 25);
    await page.getByTestId('section-derive').click();
    await page.getByTestId('quick-mm').fill('8');
    await page.getByTestId('quick-mm').press('Enter');
    await page.getByTestId('quick-ptv').click();
    const [gtv, ptv] = [await volumeOf(page, 'GTV'), await followedVolume(page, 'PTV')];
    expect(ptv).toBeGreaterThan(2 * gtv);
    await derive(page, 'PTV_Eval', 'inside(PTV, BODY, 5)');
    expect(await followedVolume(page, 'PTV_Eval')).toBeCloseTo(ptv, 0);
    await page.getByTestId('derive-recipe').fill('inside(PTV, BODY');
    await page.getByTestId('derive-problem').waitFor();
    await screenshot(page, 'structures-derived');
  });

  it('both follow an edit of the GTV, and one undo takes back all three', async () => {
    const { page } = app;
    const names = ['GTV', 'PTV', 'PTV_Eval'];
    const before = await Promise.all(names.map((name) => volumeOf(page, name)));
    await draw('GTV', 20, 20);
    await expect.poll(() => volumeOf(page, 'PTV'), PATIENT).toBeGreaterThan(1.1 * before[1]);
    await Promise.all(names.slice(1).map((name) => state(page, name, 'current')));
    const after = await Promise.all(names.map((name) => volumeOf(page, name)));
    await page.keyboard.press('Control+z');
    await expect.poll(() => Promise.all(names.map((name) => volumeOf(page, name))), PATIENT).toEqual(before);
    await page.keyboard.press('Control+y');
    await expect.poll(() => Promise.all(names.map((name) => volumeOf(page, name))), PATIENT).toEqual(after);
    await Promise.all(names.slice(1).map((name) => state(page, name, 'current')));
  });

  it('an edit of the PTV by hand overrides it, which is shown', async () => {
    const { page } = app;
    await draw('PTV', -20, 30);
    await state(page, 'PTV', 'overridden');
    await state(page, 'PTV_Eval', 'current');
    await page.getByTestId('section-derive').click();
    await select('PTV');
    await screenshot(page, 'structures-overridden');
    await page.keyboard.press('Control+z');
    await state(page, 'PTV', 'current');
    await state(page, 'PTV_Eval', 'current');
  });

  it('what was not saved when page and program broke down is offered again, and is the same', async () => {
    const names = ['BODY', 'GTV', 'PTV', 'PTV_Eval'];
    const before = await Promise.all(names.map((name) => volumeOf(app.page, name)));
    const recovery = join(archive, 'recovery');
    await expect.poll(async () => (await newestRecovery(recovery))?.edits, { timeout: 10_000 }).toBeGreaterThan(4);
    await app.page.waitForTimeout(2000);
    await app.page.close({ runBeforeUnload: false });
    await host.close();
    await open();
    await app.page.getByTestId('recovery-offer').waitFor({ timeout: 60_000 });
    await screenshot(app.page, 'structures-recovery');
    await app.page.getByTestId('accept-recovery').click();
    await contour();
    expect(await Promise.all(names.map((name) => volumeOf(app.page, name)))).toEqual(before);
    await Promise.all(['PTV', 'PTV_Eval'].map((name) => state(app.page, name, 'current')));
  });

  it('saved, approved and exported, others read the contours and we the rest', async () => {
    const { page } = app;
    await page.getByTestId('section-set').click();
    await page.getByTestId('reviewer-name').fill('Curie^Marie');
    await page.getByTestId('approve-structures').click();
    await page.locator('[data-testid="structure-set-state"][data-dirty="false"]').waitFor({ timeout: 60_000 });
    await page.getByTestId('approval-banner').getByText('Curie, Marie').waitFor();
    await screenshot(page, 'structures-approved');
    expect(await readdir(join(archive, 'recovery')).catch(() => [])).toEqual([]);
    const [set] = await storedStructureSets(host);
    expect(set.approval).toMatchObject({ status: 'APPROVED', reviewer: 'Curie^Marie' });
    expect(derivationStatuses(set.rois)).toEqual(new Map([[3, { state: 'current' }], [4, { state: 'current' }]])); // biome-ignore format: a table
    expect(set.history?.map(({ edit }) => edit)).toEqual(
      expect.arrayContaining(['Add GTV', 'Derive PTV', 'Recover unsaved edits', 'Approve']),
    );
    const body = set.rois[0].contours;
    // No point of the cropped target is nearer to the skin than 5 mm: it is deep inside here, the whole PTV.
    expect(measureRoi(set.rois[3].contours)?.volume).toBeCloseTo(measureRoi(set.rois[2].contours)?.volume ?? 0, 1);
    expect(body.length).toBeGreaterThan(70);
  });

  it('opened again it is read-only until a draft is made', async () => {
    const { page } = app;
    await page.reload();
    await contour();
    await Promise.all(['PTV', 'PTV_Eval'].map((name) => state(page, name, 'current')));
    const before = await volumeOf(page, 'GTV');
    await draw('GTV', 25, 30);
    expect(await volumeOf(page, 'GTV')).toBe(before);
    await page.getByTestId('section-set').click();
    await page.getByTestId('make-draft').click();
    await draw('GTV', 25, 30);
    await expect.poll(() => volumeOf(page, 'GTV'), PATIENT).toBeGreaterThan(before);
    await state(page, 'PTV_Eval', 'current');
    await page.getByTestId('section-set').click();
    await screenshot(page, 'structures-history');
  });

  it('the draft is compared with the approved set, both outlines in view, and a template adds what is missing', async () => {
    const { page } = app;
    await page.getByTestId('save-structures').click();
    await page.locator('[data-testid="structure-set-state"][data-dirty="false"]').waitFor(PATIENT);
    await page.getByTestId('section-compare').click();
    await page.getByTestId('compare-first').selectOption({ label: 'GTV' });
    await page.getByTestId('compare-set').selectOption({ index: 1 });
    await expect.poll(() => page.getByTestId('compare-second').inputValue(), PATIENT).toBe('2');
    await page.getByTestId('compare').click();
    const dice = page.getByTestId('agreement').locator('tr', { hasText: 'Dice' }).locator('td');
    await dice.waitFor(PATIENT);
    expect(Number(await dice.textContent())).toBeGreaterThan(0.6);
    expect(Number(await dice.textContent())).toBeLessThan(0.99);
    const saved = page.waitForEvent('download');
    await page.getByTestId('compare-csv').click();
    const csv = await readFile(await (await saved).path(), 'utf8');
    expect(csv.split('\r\n')[1]).toMatch(/^GTV,/);
    await settle(page);
    await screenshot(page, 'structures-compared');
    await page.getByTestId('section-set').click();
    await page.getByTestId('template-site').selectOption({ label: 'Thorax' });
    await page.getByTestId('apply-template').click();
    await row(page, 'Lungs-GTV').waitFor(PATIENT);
    await state(page, 'Lungs-GTV', 'stale');
    await page.locator('.template-structures summary').click();
    await screenshot(page, 'structures-template');
    expect(app.errors).toEqual([]);
  });
});

async function newestRecovery(dir: string): Promise<{ edits: number } | undefined> {
  const [folder] = await readdir(dir).catch(() => []);
  if (folder === undefined) return undefined;
  const text = await readFile(join(dir, folder, 'newest.json'), 'utf8').catch(() => '');
  if (text === '') return undefined;
  return JSON.parse((JSON.parse(text) as { text: string }).text) as { edits: number };
}

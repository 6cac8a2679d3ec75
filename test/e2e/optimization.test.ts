import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { screenshot, settle, waitForImages } from './harness/pixels.ts';
import { storedDoses, storedObjects, storedPlans } from './harness/stored.ts';

const row = (page: Page, n: number) => page.getByTestId(`objective-row-${n}`);

async function enter(page: Page, n: number, parameter: string, value: number): Promise<void> {
  const field = row(page, n).getByTestId(`objective-${parameter}`);
  await field.fill(String(value));
  await field.press('Enter');
}

async function addObjective(
  page: Page,
  n: number,
  roi: string,
  type: string,
  dose: number,
  weight: number,
): Promise<void> {
  await page.getByTestId('add-objective').click();
  await row(page, n).getByTestId('objective-roi').selectOption(roi);
  await row(page, n).getByTestId('objective-type').selectOption(type);
  await enter(page, n, 'dose', dose);
  await enter(page, n, 'weight', weight);
}

async function setting(page: Page, name: string, value: number): Promise<void> {
  const field = page.getByTestId(`optimization-${name}`);
  await field.fill(String(value));
  await field.press('Enter');
}

const reach = (page: Page, wanted: string, timeout = 240_000): Promise<void> =>
  page.locator(`[data-testid="optimization-phase"][data-state="${wanted}"]`).waitFor({ timeout });
const iterations = async (page: Page): Promise<number> =>
  Number.parseInt((await page.getByTestId('optimization-numbers').textContent()) ?? '0', 10);
const number = (text: string | null): number => Number.parseFloat(text?.match(/[\d.]+(e-?\d+)?/)?.[0] ?? 'NaN');
/** Gy: the greatest dose of an overdose objective's structure. */
const hottest = async (page: Page, n: number): Promise<number> =>
  number(((await row(page, n).getByTestId('objective-now').textContent()) ?? '').split('max')[1] ?? null);

/** Notes every number that an element shows from now on; what it returns gives them. */
async function watch(page: Page, testId: string, n?: number): Promise<() => Promise<number[]>> {
  const scope = n === undefined ? '' : `[data-testid="objective-row-${n}"] `;
  const name = `watched-${testId}`;
  await page.evaluate(
    ([selector, key]) => {
      const texts: string[] = [];
      Object.assign(globalThis, { [key]: texts });
      new MutationObserver(() => {
        const text = document.querySelector(selector)?.textContent ?? '';
        if (text !== texts.at(-1)) texts.push(text);
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    },
    [`${scope}[data-testid="${testId}"]`, name],
  );
  return async () => {
    const texts = await page.evaluate((key) => (globalThis as unknown as Record<string, string[]>)[key], name);
    return texts.map(number).filter(Number.isFinite);
  };
}

/** What every objective's structure gets, Gy: two numbers an objective. */
const numbersOf = async (page: Page): Promise<number[]> =>
  (await page.getByTestId('objective-now').allTextContents()).flatMap((text) =>
    Array.from(text.matchAll(/(?:D\d+|max) ([\d.]+)/g), ([, value]) => Number(value)),
  );

/** Waits until the run has done `more` iterations than now. */
async function iterate(page: Page, more: number): Promise<void> {
  const from = await iterations(page);
  await expect.poll(() => iterations(page), { timeout: 120_000 }).toBeGreaterThanOrEqual(from + more);
}

describe.skipIf(!hasChromium)('a plan for the head phantom, optimised in the app', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;

  beforeAll(async () => {
    host = await startHost();
    await storePhantom(host, 'head', ['CT', 'RTSTRUCT']);
    browser = await launchBrowser();
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('has its goals typed in', async () => {
    const { page } = app;
    await page.getByTestId('tab-planning').click();
    await settle(page);
    await page.getByTestId('new-plan').click();
    await page.getByTestId('beam-template').selectOption('Three fields');
    await page.keyboard.press('F10');
    // No site is guessed; the goal sheet that is offered is that of the objectives chosen, and the choice stays.
    const sheet = (): Promise<string> => page.getByTestId('live-goals-sheet').inputValue();
    const site = page.getByTestId('objective-template');
    expect([await site.inputValue(), await sheet()]).toEqual(['', '']);
    expect(await page.getByTestId('live-goals-use').isDisabled()).toBe(true);
    await site.selectOption('Lung');
    await page.getByTestId('tab-planning').click();
    await page.keyboard.press('F10');
    expect([await site.inputValue(), await sheet()]).toEqual(['Lung', 'Lung, conventional']);
    await addObjective(page, 0, 'PTV', 'squared-deviation', 60, 1000);
    await addObjective(page, 1, 'CORE', 'squared-overdose', 40, 100);
    await addObjective(page, 2, 'BODY', 'squared-overdose', 45, 100);
    await setting(page, 'grid', 4);
    await setting(page, 'bixel', 10);
    await setting(page, 'segments', 6);
    expect(await page.getByTestId(/objective-row-/).count()).toBe(3);
  });

  it('is optimised while it is watched, and a tightened objective is answered', async () => {
    const { page } = app;
    await page.getByTestId('start-optimization').click();
    await iterate(page, 1);
    await page.getByTestId('pause-optimization').click();
    await reach(page, 'paused');
    const paused = { iterations: await iterations(page), core: await hottest(page, 1) };
    await settle(page);
    await screenshot(page, 'optimization-paused');
    await enter(page, 1, 'dose', 20);
    await enter(page, 1, 'weight', 1000);
    // Nothing moves while it is paused.
    expect(await iterations(page)).toBe(paused.iterations);
    const values = await watch(page, 'objective-value');
    const terms = await watch(page, 'objective-term', 1);
    await page.getByTestId('resume-optimization').click();
    await iterate(page, 8);
    await screenshot(page, 'optimization-running');
    const seen = { values: await values(), terms: await terms() };
    expect(seen.values.length).toBeGreaterThan(1);
    expect(seen.values.at(-1)).toBeLessThan(seen.values[0]);
    expect(seen.terms.at(-1)).toBeLessThan(Math.max(...seen.terms));
    expect(await hottest(page, 1)).toBeLessThan(0.9 * paused.core);
  });

  it('is sequenced, gets its final dose, and becomes the plan', async () => {
    const { page } = app;
    await reach(page, 'done');
    expect(await page.getByTestId('optimization-implementation').textContent()).toBe('Optimiser’s dose by wasm simd.');
    expect(await page.getByTestId('result-beams').locator('tbody tr').count()).toBe(3);
    expect(await page.getByTestId('optimization-deliverability').textContent()).toContain('every limit');
    const accept = page.getByTestId('accept-optimization');
    const says = (words: string): Promise<void> => expect.poll(() => accept.textContent()).toBe(words);
    await accept.click();
    await says('Accepted');
    await page.keyboard.press('Control+z');
    await says('Accept as plan');
    await page.keyboard.press('Control+y');
    await says('Accepted');
    await settle(page);
    await screenshot(page, 'optimization-done');
    await page.getByTestId('tab-planning').click();
    expect(await page.getByTestId('dose-stale').count()).toBe(0);
    await page.getByTestId('save-plan').click();
    await page.getByTestId('toast').filter({ hasText: 'and its dose saved' }).waitFor({ timeout: 60_000 });
    await screenshot(page, 'optimization-saved');
  });

  it('comes back from RT Plan and RT Dose as it was', async () => {
    await app.page.keyboard.press('F10');
    const mu = await app.page.getByTestId('result-beams').locator('tbody tr td:nth-child(3)').allTextContents();
    const [[plan], [dose]] = [await storedPlans(host), await storedDoses(host)];
    expect(plan.beams.map(({ controlPoints }) => controlPoints.length > 2)).toEqual([true, true, true]);
    expect(plan.beams.map(({ meterset }) => meterset?.toFixed(1))).toEqual(mu);
    expect(plan.objectives?.map(({ roi, weight }) => [roi, weight])).toEqual([
      ['PTV', 1000],
      ['CORE', 1000],
      ['BODY', 100],
    ]);
    expect(dose.provenance).toMatchObject({ engine: 'collapsed cone', approximate: false });
    const other = await startHost();
    try {
      for (const modality of ['CT', 'RTSTRUCT', 'RTPLAN', 'RTDOSE'])
        await other.store(await storedObjects(host, modality, (bytes) => bytes));
      const { page, errors } = await openApp(browser, other);
      await waitForImages(page, 1);
      await page.getByTestId('tab-optimization').click();
      // Stored doses are rounded to a thousandth of a Gy, what is shown to a tenth.
      const furthest = async (): Promise<number> => {
        const [here, there] = [await numbersOf(app.page), await numbersOf(page)];
        return here.length === 6 && there.length === 6
          ? Math.max(...here.map((value, n) => Math.abs(value - there[n])))
          : Infinity;
      };
      await expect.poll(furthest, { timeout: 60_000 }).toBeLessThan(0.11);
      await screenshot(page, 'optimization-imported');
      expect([...errors, ...app.errors]).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

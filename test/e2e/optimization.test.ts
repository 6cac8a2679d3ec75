import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { screenshot, settle, waitForImages } from './harness/pixels.ts';

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
    await page.getByTestId('beam-template').selectOption('Five fields');
    await page.keyboard.press('F10');
    await addObjective(page, 0, 'PTV', 'squared-deviation', 60, 1000);
    await addObjective(page, 1, 'CORE', 'squared-overdose', 40, 100);
    await addObjective(page, 2, 'BODY', 'squared-overdose', 45, 100);
    await page.getByTestId('optimization-technique').selectOption('fluence');
    await setting(page, 'grid', 4);
    await setting(page, 'bixel', 10);
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
    expect(seen.values.length).toBeGreaterThan(2);
    expect(seen.values.at(-1)).toBeLessThan(seen.values[0]);
    expect(seen.terms.at(-1)).toBeLessThan(Math.max(...seen.terms));
    expect(await hottest(page, 1)).toBeLessThan(0.9 * paused.core);
  });

  it('goes on by hand to its end; of a fluence alone no beams can be accepted', async () => {
    const { page } = app;
    await page.getByTestId('proceed-optimization').click();
    await reach(page, 'done');
    expect(await page.getByTestId('accept-optimization').count()).toBe(0);
    expect(app.errors).toEqual([]);
  });
});

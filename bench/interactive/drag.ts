import type { CDPSession, Page } from 'playwright-core';
import { launchBrowser, openApp } from '#test/e2e/harness/browser.ts';
import { startHost } from '#test/e2e/harness/host.ts';
import { storePhantom } from '#test/e2e/harness/phantomPatient.ts';
import { settle, waitForImages } from '#test/e2e/harness/pixels.ts';
import type { Row } from '../report/row.ts';

const SECONDS = 6;
/** How long the hand takes from one end to the other, s. */
const SWEEP = 2;

/** Processor time of all processes of the browser: page, workers, software graphics; seconds. */
async function processorTime(session: CDPSession): Promise<number> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

interface Watched {
  /** Doses that the following worker sent, and how many times planes were drawn for a new one. */
  doses: number;
  shown: number;
  frames: number;
  longest: number;
}

/** Counts what comes from the worker whose doses follow, how often planes are drawn for it, and frames. */
function watch(): void {
  const counts: Watched = { doses: 0, shown: 0, frames: 0, longest: 0 };
  Object.assign(globalThis, { watched: counts });
  let isNew = false;
  const { prototype } = CanvasRenderingContext2D;
  // oxlint-disable-next-line typescript/unbound-method -- called on the context it was taken from
  const clear = prototype.clearRect;
  prototype.clearRect = function (this: CanvasRenderingContext2D, ...box: [number, number, number, number]) {
    clear.apply(this, box);
    // Everything over the axial plane is drawn anew.
    if (!isNew || this.canvas.closest('[data-plane=axial]') === null) return;
    isNew = false;
    counts.shown++;
  };
  const Plain = Worker;
  globalThis.Worker = class extends Plain {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      if (!String(url).includes('followBackend')) return;
      this.addEventListener('message', ({ data }: MessageEvent<{ kind: string; value?: { planDose?: unknown } }>) => {
        if (data.kind !== 'result' || data.value?.planDose === undefined) return;
        counts.doses++;
        isNew = true;
      });
    }
  };
  let last = performance.now();
  const frame = (): void => {
    const now = performance.now();
    counts.frames++;
    counts.longest = Math.max(counts.longest, now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

const watched = (page: Page): Promise<Watched> =>
  page.evaluate(() => ({ ...(globalThis as unknown as { watched: Watched }).watched }));

/** Where a drag begins and which way it goes, page pixels. */
interface Hold {
  readonly from: readonly [number, number];
  /** How far the hand moves to and fro. */
  readonly by: number;
}

/** The middle of a number's field. */
async function numberField(page: Page, label: string): Promise<Hold> {
  const field = page.getByLabel(label, { exact: true });
  await field.scrollIntoViewIfNeeded();
  const box = await field.boundingBox();
  if (box === null) throw new Error(`no field ${label}`);
  return { from: [box.x + box.width / 2, box.y + box.height / 2], by: 80 };
}

/** The end of a leaf in the beam's-eye view, wherever the hand can take hold of one. */
async function leafEnd(page: Page): Promise<Hold> {
  await page.getByTestId('centre-beamsEye').click();
  const view = page.locator('.beams-eye-host');
  await page.waitForFunction(
    () => document.querySelector<HTMLElement>('.beams-eye-host')?.dataset.missing === '0',
    undefined,
    { timeout: 60_000 },
  );
  await settle(page);
  const box = await view.boundingBox();
  const [scale, left, top] = ((await view.getAttribute('data-view')) ?? '').split(' ').map(Number);
  if (box === null || scale === undefined) throw new Error('no beam’s-eye view');
  for (let x = 5; x < 60; x++) {
    const place = [box.x + left - scale * x, box.y + top - scale * 2.5] as const;
    await page.mouse.move(...place);
    const words = await page.locator('.beams-eye-readout').textContent();
    if (words?.includes(': ') === true && words.includes('leaf')) return { from: place, by: 20 * scale };
  }
  throw new Error('no leaf under the hand');
}

/** Drags to and fro for some seconds; what came in that time. */
async function drag(page: Page, session: CDPSession, { from, by }: Hold): Promise<Watched & { readonly cpu: number }> {
  const [x, y] = from;
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 8, y);
  await page.evaluate(() => Object.assign((globalThis as unknown as { watched: Watched }).watched, { longest: 0 }));
  const [before, cpuBefore] = [await watched(page), await processorTime(session)];
  const begun = performance.now();
  for (let seconds = 0; seconds < SECONDS; seconds = (performance.now() - begun) / 1000) {
    // A hand that never rests: while it rests there is nothing new to show.
    const turn = (seconds / SWEEP) % 2;
    await page.mouse.move(x + 8 + by * Math.min(turn, 2 - turn), y);
    await page.waitForTimeout(16);
  }
  const [after, cpuAfter] = [await watched(page), await processorTime(session)];
  // Where it was taken, so that the next hand finds it.
  await page.mouse.move(x, y);
  await page.mouse.up();
  const seconds = (performance.now() - begun) / 1000;
  return {
    doses: (after.doses - before.doses) / seconds,
    shown: (after.shown - before.shown) / seconds,
    frames: (after.frames - before.frames) / seconds,
    longest: after.longest,
    cpu: (cpuAfter - cpuBefore) / Math.max(1, after.shown - before.shown),
  };
}

/** The page itself in Chromium with software graphics: doses a second while a number is dragged, and the full dose after it. */
export async function dragRows(): Promise<Row[]> {
  const host = await startHost();
  const browser = await launchBrowser();
  try {
    await storePhantom(host, 'thorax', ['CT', 'RTSTRUCT']);
    const { page } = await openApp(browser, host);
    await page.addInitScript(watch);
    await page.reload();
    await page.getByTestId('patient-banner').waitFor();
    await waitForImages(page, 1);
    await page.getByTestId('tab-planning').click();
    await page.getByTestId('new-plan').click();
    await page.getByTestId('beam-template').selectOption('Four-field box');
    await page.getByRole('button', { name: 'Go to' }).click();
    await settle(page);
    const rows: Row[] = [];
    const session = await browser.newBrowserCDPSession();
    for (const [what, find] of [
      ['gantry', () => numberField(page, 'gantry of G090')],
      ['weight', () => numberField(page, 'weight of G090')],
      ['leaf', () => leafEnd(page)],
    ] as const) {
      const hold = await find();
      // Once to make what is kept and to compile.
      await drag(page, session, hold);
      const { doses, shown, frames, longest, cpu } = await drag(page, session, hold);
      const began = performance.now();
      await page.getByTestId('full-dose').waitFor({ timeout: 5000 });
      await page.getByTestId('full-dose').waitFor({ state: 'detached', timeout: 300_000 });
      const full = (performance.now() - began) / 1000;
      rows.push(
        {
          name: `Chromium, ${what} dragged: doses shown`,
          value: shown,
          unit: '/s',
          peer: '5 /s asked for',
          ratio: shown / 5,
        },
        { name: `… doses computed`, value: doses, unit: '/s' },
        { name: `… processor time of the whole browser for each`, value: 1000 * cpu, unit: 'ms CPU' },
        { name: `… frames drawn`, value: frames, unit: '/s' },
        { name: `… the longest frame`, value: longest, unit: 'ms' },
        { name: `… the collapsed cone after it (3 mm, that beam)`, value: full, unit: 's' },
      );
    }
    return rows;
  } finally {
    await browser.close();
    await host.close();
  }
}

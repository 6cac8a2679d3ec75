import type { Page } from 'playwright-core';
import { launchBrowser, openApp } from '#test/e2e/harness/browser.ts';
import { startHost } from '#test/e2e/harness/host.ts';
import { storePhantom } from '#test/e2e/harness/phantomPatient.ts';
import { settle, waitForImages } from '#test/e2e/harness/pixels.ts';
import type { Row } from '../report/row.ts';

const FRAMES = 20;

/** p50 of the time from a drag of the mouse to the picture being finished, ms. */
function turnFrame(page: Page): Promise<number> {
  return page.evaluate(async (frames) => {
    const host = document.querySelector<HTMLElement>('.scene-host');
    const gl = host?.querySelector('canvas')?.getContext('webgl2');
    if (host === null || gl === null || gl === undefined) throw new Error('no 3-D view');
    const box = host.getBoundingClientRect();
    // A pointer that the browser does not know cannot be captured.
    host.setPointerCapture = () => {};
    const fire = (type: string, dx: number) =>
      host.dispatchEvent(new PointerEvent(type, { clientX: box.x + 80 + dx, clientY: box.y + 80, button: 0 }));
    fire('pointerdown', 0);
    const times: number[] = [];
    for (let i = 1; i <= frames; i++) {
      fire('pointermove', 6 * i);
      const start = performance.now();
      await new Promise<void>((resolve) =>
        requestAnimationFrame(() => {
          // Waits for the GPU, or for what stands in for it.
          gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
          resolve();
        }),
      );
      times.push(performance.now() - start);
    }
    fire('pointerup', 6 * frames);
    times.sort((a, b) => a - b);
    return times[Math.floor(times.length / 2)];
  }, FRAMES);
}

/** The 3-D view of the thorax phantom in the browser, with whatever draws there. */
export async function sceneRows(): Promise<readonly Row[]> {
  const [host, browser] = await Promise.all([startHost(), launchBrowser()]);
  try {
    await storePhantom(host, 'thorax', ['CT', 'RTSTRUCT']);
    const { page } = await openApp(browser, host);
    await waitForImages(page, 1);
    await page.getByTestId('tab-contouring').click();
    await page.getByTestId('show-scene').waitFor();
    await settle(page);
    const asked = performance.now();
    await page.getByTestId('show-scene').click();
    await page.waitForFunction(() => {
      const { missing, surfaces } = document.querySelector<HTMLElement>('.scene-host')?.dataset ?? {};
      return missing === '0' && Number(surfaces) > 0;
    });
    const ready = performance.now() - asked;
    await settle(page);
    return [
      { name: '3-D view asked for until all structures are drawn', value: ready / 1000, unit: 's' },
      { name: '3-D view, frame while it is turned', value: await turnFrame(page), unit: 'ms' },
    ];
  } finally {
    await browser.close();
    await host.close();
  }
}

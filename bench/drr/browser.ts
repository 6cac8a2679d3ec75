import type { Page } from 'playwright-core';
import { phantomSeries } from '#main/cli/phantomFiles.ts';
import { objectContext } from '#main/cli/writing.ts';
import { writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { makePhantom } from '#shared/phantom/phantom.ts';
import { launchBrowser, openApp } from '#test/e2e/harness/browser.ts';
import { startHost } from '#test/e2e/harness/host.ts';
import { waitForImages } from '#test/e2e/harness/pixels.ts';
import type { Row } from '../report/row.ts';
import { finer } from './subjects.ts';

/** p50 of the time from a turn of the wheel over the beam's-eye view to its new radiograph, ms. */
function refresh(page: Page, count: number): Promise<number> {
  return page.evaluate(async (frames) => {
    const host = document.querySelector<HTMLElement>('.beams-eye-host');
    const canvas = document.querySelector<HTMLCanvasElement>('.drr-backdrop');
    if (host === null || canvas === null) throw new Error('no radiograph');
    const { left, top, width, height } = host.getBoundingClientRect();
    const times: number[] = [];
    for (let n = 0; n < frames; n++) {
      const start = performance.now();
      await new Promise<void>((resolve) => {
        const painted = new MutationObserver(() => {
          painted.disconnect();
          resolve();
        });
        painted.observe(canvas, { attributeFilter: ['data-drr'] });
        const at = { clientX: left + width / 2, clientY: top + height / 2 };
        host.dispatchEvent(
          new WheelEvent('wheel', { deltaY: n % 2 === 0 ? 100 : -100, bubbles: true, cancelable: true, ...at }),
        );
      });
      // Waits for whoever draws.
      canvas.getContext('2d')?.getImageData(0, 0, 1, 1);
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    return times[Math.floor(times.length / 2)];
  }, count);
}

/** Radiographs behind the beam's-eye view of at most 512 × 512 pixels while the view moves, cast by workers and by the graphics card. */
export async function browserRows(): Promise<readonly Row[]> {
  const phantom = makePhantom('thorax');
  const large = { ...phantom.ct, ...finer(phantom.ct, [512, 512, 120], [0.8, 0.8, 2]), slices: [] };
  const others = phantomSeries(phantom).filter(({ modality }) => modality === 'RTSTRUCT');
  const context = objectContext(phantom.ct, 'CT', 1, { seriesInstanceUid: newUid() });
  const rows: Row[] = [];
  const [host, browser] = await Promise.all([startHost(), launchBrowser()]);
  try {
    await host.store(writeImageSeries(large, context));
    for (const { files } of others) await host.store(files.map(({ bytes }) => bytes));
    const { page } = await openApp(browser, host);
    await waitForImages(page, 1);
    await page.getByTestId('tab-planning').click();
    await page.getByTestId('new-plan').click();
    await page.getByTestId('beam-template').selectOption('Three fields');
    await page.getByTestId('centre-beamsEye').click();
    const rested = (by: string) => page.locator(`[data-drr="resting"][data-by="${by}"]`).waitFor({ timeout: 120_000 });
    await rested('workers');
    const row = async (by: string, frames: number): Promise<void> => {
      await refresh(page, 2);
      const value = await refresh(page, frames);
      rows.push({
        name: `DRR in the page while it moves, 512 × 512 × 120, ${by}: wheel to picture, p50`,
        value,
        unit: 'ms',
      });
    };
    await row('workers', 20);
    await page.getByTestId('drr-menu').click();
    await page.getByLabel('who casts the radiograph').selectOption('gpu');
    await rested('gpu');
    // At full fineness, as a real card draws it: seconds where a processor stands in.
    await row('WebGL2 in software', 3);
  } finally {
    await browser.close();
    await host.close();
  }
  return rows;
}

import type { Page } from 'playwright-core';
import { phantomSeries } from '#main/cli/phantomFiles.ts';
import { objectContext } from '#main/cli/writing.ts';
import { writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { indexToPatient } from '#shared/geometry/volume.ts';
import type { Contour, Roi, StructureSet } from '#shared/model/structures.ts';
import { makePhantom, type Phantom } from '#shared/phantom/phantom.ts';
import { launchBrowser, openApp } from '#test/e2e/harness/browser.ts';
import { startHost } from '#test/e2e/harness/host.ts';
import { waitForImages } from '#test/e2e/harness/pixels.ts';
import type { Row } from '../report/row.ts';

const FRAMES = 40;
const VERTICES = 120;

/** `count` circles of different sizes and places, spread over the slices of the CT, at most 40 structures. */
function contoursOn({ ct, structureSet }: Phantom, count: number): StructureSet {
  const perRoi = Math.max(25, Math.ceil(count / 40));
  const rois: Roi[] = [];
  for (let first = 0; first < count; first += perRoi) {
    const contours = Array.from({ length: Math.min(perRoi, count - first) }, (_, n): Contour => {
      const k = (first + n) % ct.dims[2];
      const centre = [
        ct.dims[0] * (0.3 + 0.4 * ((n * 7) % 10) * 0.1),
        ct.dims[1] * (0.35 + 0.3 * ((n * 3) % 10) * 0.1),
      ];
      const points = new Float64Array(3 * VERTICES);
      for (let v = 0; v < VERTICES; v++) {
        const angle = (2 * Math.PI * v) / VERTICES;
        const radius = 6 + ((first + n) % 17);
        points.set(
          indexToPatient(ct, [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle), k]),
          3 * v,
        );
      }
      return { type: 'CLOSED_PLANAR', points };
    });
    rois.push({
      number: rois.length + 1,
      name: `R${rois.length + 1}`,
      type: 'ORGAN',
      color: [(rois.length * 67) % 256, (rois.length * 131) % 256, 200],
      generationAlgorithm: 'AUTOMATIC',
      frameOfReferenceUid: ct.frameOfReferenceUid,
      contours,
    });
  }
  return { ...structureSet, sopInstanceUid: newUid(), label: `C${count}`, rois };
}

/** p50 of the time between frames while the wheel turns one slice a frame, ms. */
function scrollFrame(page: Page): Promise<number> {
  return page.evaluate(async (frames) => {
    const plane = document.querySelector<HTMLElement>('.plane-host[data-plane="axial"]');
    if (plane === null) throw new Error('no axial plane');
    const box = plane.getBoundingClientRect();
    const target = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) ?? plane;
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const turn = (deltaY: number) =>
      target.dispatchEvent(
        new WheelEvent('wheel', {
          deltaY,
          bubbles: true,
          cancelable: true,
          clientX: box.x + box.width / 2,
          clientY: box.y + box.height / 2,
        }),
      );
    const times: number[] = [];
    for (let i = 0; i < frames; i++) {
      const before = plane.dataset['view'];
      const start = performance.now();
      turn(i % 20 < 10 ? 100 : -100);
      do await frame();
      while (plane.dataset['view'] === before);
      await frame();
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    return times[Math.floor(times.length / 2)];
  }, FRAMES);
}

/** What the page's JavaScript holds after a collection, MB; images are beside it, in array buffers and on the GPU. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 2 ** 20;
}

/** Start-up, time to the first image, and frame time and heap while scrolling a fused CT/MR without and with 8,000 contours. */
export async function run(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const phantom = makePhantom('thorax');
  const series = phantomSeries(phantom).filter(({ modality }) => modality !== 'RTSTRUCT');
  const frames: number[] = [];
  const heaps: number[] = [];
  for (const count of [0, 8000]) {
    const began = performance.now();
    const host = await startHost();
    if (rows.length === 0)
      rows.push({ name: 'start-up: host ready (empty archive)', value: (performance.now() - began) / 1000, unit: 's' });
    const browser = await launchBrowser();
    try {
      for (const { files } of series) await host.store(files.map(({ bytes }) => bytes));
      if (count > 0) {
        const set = contoursOn(phantom, count);
        const context = objectContext(phantom.ct, `${count} contours`, 9, { sopInstanceUid: set.sopInstanceUid });
        await host.store([writeStructureSet(set, context)]);
      }
      const opened = performance.now();
      const { page } = await openApp(browser, host);
      await page.waitForFunction(() => {
        const planes = [...document.querySelectorAll<HTMLElement>('.plane-host')];
        return planes.length === 3 && planes.every((plane) => Number(plane.dataset['layers']) > 0);
      });
      const first = (performance.now() - opened) / 1000;
      if (count === 0)
        rows.push({
          name: `time to first image (page load, ${phantom.ct.dims[2]} CT slices)`,
          value: first,
          unit: 's',
        });
      await waitForImages(page, 2);
      await scrollFrame(page);
      frames.push(await scrollFrame(page));
      heaps.push(await heapOf(page));
    } finally {
      await browser.close();
      await host.close();
    }
  }
  rows.push({
    name: 'frame p50 scrolling fused CT/MR, no contours (software GL)',
    value: frames[0],
    unit: 'ms',
    peer: `JavaScript heap ${heaps[0].toFixed(0)} MB`,
  });
  rows.push({
    name: 'frame p50 scrolling fused CT/MR, 8,000 contours',
    value: frames[1],
    unit: 'ms',
    peer: `the same without; heap ${heaps[1].toFixed(0)} MB`,
    ratio: frames[1] / frames[0],
  });
  return rows;
}

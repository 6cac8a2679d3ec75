import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phantomSeries } from '#main/cli/phantomFiles.ts';
import { peerMissing } from '#test/peers/harness/missing.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import { hasChromium, launchBrowser, openApp } from './harness/browser.ts';
import { startHost } from './harness/host.ts';
import { planeOnPage, screenshot, waitForImages } from './harness/pixels.ts';

/** Lossless encoders of DCMTK and GDCM: options before the input and output files. */
const ENCODERS: readonly (readonly [name: string, program: string, options: readonly string[]])[] = [
  ['JPEG lossless', 'dcmcjpeg', ['+e1']],
  ['JPEG-LS', 'dcmcjpls', []],
  ['RLE', 'dcmcrle', []],
  ['JPEG 2000', 'gdcmconv', ['--j2k']],
];

/** Slices of the water phantom's CT: enough for a volume. */
const SLICES = 12;

describe.skipIf(!hasChromium)('a compressed CT series', () => {
  let browser: Browser;
  let folder: string;
  const files = phantomSeries(phantomOf('water'))
    .find(({ modality }) => modality === 'CT')
    ?.files.slice(0, SLICES)
    .map(({ bytes }) => bytes);
  let native: PNG;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'isocenter-compressed-'));
    browser = await launchBrowser();
    native = (await shown(files ?? [], 'native')).png;
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The axial plane of a series in a fresh application, and what went wrong on the way. */
  async function shown(series: readonly Uint8Array[], name: string): Promise<{ png: PNG; errors: readonly string[] }> {
    const host = await startHost();
    try {
      await host.store(series);
      const { page, errors } = await openApp(browser, host);
      await waitForImages(page, 1);
      const { left, top, width, height } = await planeOnPage(page, 'axial');
      const png = cut(await screenshot(page, `compressed-${name.replaceAll(' ', '-')}`), left, top, width, height);
      await page.close();
      return { png, errors };
    } finally {
      await host.close();
    }
  }

  async function encoded(program: string, options: readonly string[]): Promise<Uint8Array[]> {
    const [input, output] = [join(folder, 'in.dcm'), join(folder, 'out.dcm')];
    const result: Uint8Array[] = [];
    for (const bytes of files ?? []) {
      await writeFile(input, bytes);
      const { status, stderr } = spawnSync(program, [...options, input, output]);
      if (status !== 0) throw new Error(`${program}: ${stderr.toString()}`);
      result.push(new Uint8Array(await readFile(output)));
    }
    return result;
  }

  it.for(ENCODERS)('in %s looks as it does uncompressed', async ([name, program, options], { skip }) => {
    if (peerMissing(program)) skip(`${program} is not installed`);
    const series = await encoded(program, options);
    expect(series[0].length).not.toBe(files?.[0].length);
    const { png, errors } = await shown(series, name);
    expect(errors).toEqual([]);
    expect(Buffer.compare(png.data, native.data)).toBe(0);
  });

  it('is no black picture', () => {
    expect(native.data.some((value, index) => index % 4 !== 3 && value > 60)).toBe(true);
  });
});

function cut(png: PNG, left: number, top: number, width: number, height: number): PNG {
  const rows = Array.from({ length: Math.floor(height) }, (_, y) => {
    const start = ((Math.round(top) + y) * png.width + Math.round(left)) * 4;
    return png.data.subarray(start, start + Math.floor(width) * 4);
  });
  return Object.assign(png, { width: Math.floor(width), height: Math.floor(height), data: Buffer.concat(rows) });
}

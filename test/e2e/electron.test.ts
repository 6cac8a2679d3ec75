import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron as electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openArchive } from '#main/archive/archive.ts';
import { phantomSeries } from '#main/cli/phantomFiles.ts';
import { findElectron } from '#main/host/electronRuntime.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import { ensureBuilt } from './harness/host.ts';
import { brightFraction, planeOnPage, screenshot, waitForImages } from './harness/pixels.ts';

const executablePath = findElectron(process.cwd());

/** The same application in its desktop shell; runs where an Electron runtime is installed, and is a named skip elsewhere. */
describe.skipIf(executablePath === undefined)('the Electron shell (skipped without an Electron runtime)', () => {
  let archive = '';
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    ensureBuilt();
    archive = await mkdtemp(path.join(tmpdir(), 'isocenter-electron-'));
    const filled = await openArchive(archive);
    for (const { files } of phantomSeries(phantomOf('thorax')))
      for (const { name, bytes } of files) await filled.store(bytes, { source: 'test', name });
    await filled.close();
    app = await electron.launch({
      executablePath,
      args: ['--no-sandbox', process.cwd(), '--archive', archive, '--port', '0', '--no-demo'],
    });
    page = await app.firstWindow();
  });
  afterAll(async () => {
    await app?.close();
    await rm(archive, { recursive: true, force: true });
  });

  it('shows the fused patient from the custom protocol', async () => {
    await waitForImages(page, 2);
    expect(page.url()).toMatch(/^isocenter:\/\/app\//);
    const png = await screenshot(page, 'electron');
    expect(brightFraction(png, await planeOnPage(page, 'axial'), 60)).toBeGreaterThan(0.2);
  });

  it('gives the page no Node and lets it go nowhere else', async () => {
    expect(
      await page.evaluate(() => [typeof Reflect.get(window, 'process'), typeof Reflect.get(window, 'require')]),
    ).toEqual(['undefined', 'undefined']);
    expect(await page.evaluate(() => window.open('https://example.org/') === null)).toBe(true);
    await page.evaluate(() => window.location.assign('https://example.org/'));
    expect(page.url()).toMatch(/^isocenter:\/\/app\//);
  });
});

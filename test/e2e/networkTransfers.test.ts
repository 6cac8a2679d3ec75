import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listener, listen } from '#main/network/listen.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import { runStorescu } from '#test/peers/harness/dcmtk.ts';
import { peerMissing } from '#test/peers/harness/missing.ts';
import { freePort, temporaryFolder } from '#test/peers/harness/process.ts';
import { ctFile } from '#test/peers/harness/part10.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { screenshot } from './harness/pixels.ts';

const uid = (n: number) => `1.2.826.0.1.3680043.10.999.6.${n}`;

describe.skipIf(!hasChromium || peerMissing('storescu'))('transfers and routing in the page', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let peer: Listener | undefined;
  let port = 0;
  const received: string[] = [];

  /** A storage SCP that does not take slice 7, and is slow enough to be watched. */
  const startPeer = async () => {
    const handlers = storeHandlers(({ sopInstanceUid }) => ({
      write: () => undefined,
      finish: async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        received.push(sopInstanceUid);
        return { status: sopInstanceUid === uid(7) ? 0x0122 : 0 };
      },
      abort: () => undefined,
    }));
    return listen({ port, host: '127.0.0.1', aeTitle: 'PACS', handlers });
  };

  beforeAll(async () => {
    port = await freePort();
    folder = await temporaryFolder('e2e-transfers');
    [host, browser] = await Promise.all([startHost(), launchBrowser()]);
    app = await openApp(browser, host);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
    await peer?.close();
    await folder?.remove();
  });

  it('a rule is made in the dialog, which refuses what cannot work', async () => {
    const { page } = app;
    await page.getByTestId('tab-network').click();
    await page.getByTestId('network-routing').click();
    await expect.poll(() => page.getByTestId('route-table').textContent()).toContain('Add a node');
    await page.getByTestId('network-nodes').click();
    await page.getByTestId('add-node').click();
    await page.getByTestId('node-name').fill('Hospital PACS');
    await page.getByTestId('node-aeTitle').fill('PACS');
    await page.getByTestId('node-port').fill(String(port));
    await page.getByTestId('save-node').click();
    await page.getByTestId('node-table').getByText('Hospital PACS').waitFor();
    await page.getByTestId('network-routing').click();
    await page.getByTestId('add-route').click();
    await page.getByTestId('route-name').fill('CT to the PACS');
    await page.getByTestId('route-modalities').fill('ct?');
    expect(await page.getByTestId('save-route').isDisabled()).toBe(true);
    await screenshot(page, 'routing-dialog');
    await page.getByTestId('route-modalities').fill('ct');
    await page.getByTestId('route-from').fill('CT*');
    await page.getByTestId('route-add-attribute').selectOption('StationName');
    expect(await page.getByTestId('save-route').isDisabled()).toBe(true);
    await page.getByTestId('route-StationName').fill('*');
    await page.getByTestId('route-quietSeconds').fill('1');
    await page.getByTestId('save-route').click();
    await expect
      .poll(() => page.getByTestId('route-table').locator('tbody').textContent())
      .toContain('CT, from CT*, station name *Hospital PACS1 s after the last of a series');
    await screenshot(page, 'routing');
  });

  it('what waits says why and until when, what runs how far it is, what has ended how', async () => {
    const { page } = app;
    const files = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const file = join(folder.path, `${index}.dcm`);
        await writeFile(file, ctFile(uid(index), 128).file);
        return file;
      }),
    );
    const own = { aeTitle: 'ISOCENTER', host: '127.0.0.1', port: host.dicomPort };
    expect((await runStorescu(own, files, ['-aet', 'CT1'])).code).toBe(0);
    await page.getByTestId('network-transfers').click();
    const active = page.locator('.transfers li').first();
    await expect.poll(() => active.getAttribute('data-state'), { timeout: 15_000 }).toBe('retrying');
    expect(await active.textContent()).toMatch(
      /Phantom Thorax · TEST1.*CT × 30.*Hospital PACS.*rule “CT to the PACS”.*0 of 30 objects.*will be tried again at \d\d:\d\d:\d\d: connection refused/,
    );
    await screenshot(page, 'transfers-waiting');
    peer = await startPeer();
    await active.getByRole('button', { name: 'Send now' }).click();
    await expect.poll(() => active.textContent(), { timeout: 10_000 }).toMatch(/1\d of 30 objects.*objects\/s/);
    await screenshot(page, 'transfers-running');
    const history = page.getByTestId('transfer-history');
    await expect.poll(() => history.textContent(), { timeout: 10_000 }).toContain('1 of 30 were not taken');
    await history.getByRole('button', { name: 'Objects' }).click();
    await expect.poll(() => page.getByTestId('transfer-objects').textContent()).toContain('SOP class not supported');
    await screenshot(page, 'transfers-objects');
    await page.keyboard.press('Escape');
    await page.getByTestId('transfer-search').fill('nobody');
    await expect.poll(() => history.textContent()).toContain('Nothing that was sent matches');
    await page.getByTestId('transfer-search').fill('thorax');
    await expect.poll(() => history.locator('tbody tr').count()).toBe(1);
    await screenshot(page, 'transfers-history');
    expect(new Set(received).size).toBe(30);
    expect(app.errors).toEqual([]);
  });
});

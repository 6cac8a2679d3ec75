import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phantomSeries } from '#main/cli/phantomFiles.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import { type OwnNode, startOwnNode } from '#test/peers/harness/ownNode.ts';
import { SMALL_ARCHIVE, smallObject, UID_ROOT } from '#test/peers/harness/smallObjects.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { screenshot } from './harness/pixels.ts';

describe.skipIf(!hasChromium)('query and retrieve in the page', () => {
  let browser: Browser;
  let host: TestHost;
  let pacs: OwnNode;
  let app: TestPage;

  beforeAll(async () => {
    [host, browser, pacs] = await Promise.all([startHost(), launchBrowser(), startOwnNode('PACS')]);
    for (const object of SMALL_ARCHIVE) await pacs.archive.store(smallObject(object), { source: 'test' });
    pacs.knows({ aeTitle: 'ISOCENTER', host: '127.0.0.1', port: host.dicomPort });
    const node = { id: 'pacs', name: 'Department PACS', aeTitle: 'PACS', host: '127.0.0.1', port: pacs.peer.port };
    const saved = await fetch(`${host.origin}/rpc/nodes/save`, {
      method: 'POST',
      headers: { authorization: `Bearer ${host.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ json: node }),
    });
    expect(saved.status).toBe(200);
    app = await openApp(browser, host);
    for (const { modality, files } of phantomSeries(phantomOf('water')))
      if (modality === 'CT') for (const { bytes } of files) await pacs.archive.store(bytes, { source: 'test' });
    // The same study number under another name, here: a mix-up that must be seen before anything is retrieved.
    await host.store([smallObject({ ...SMALL_ARCHIVE[5], patientId: 'X9', patientName: 'SOMEBODY^ELSE' })]);
    const { page } = app;
    await page.getByTestId('tab-network').click();
    await page.getByTestId('network-query').click();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
    await pacs?.close();
  });

  const study = (uid: number) => app.page.locator(`[data-uid="${UID_ROOT}.${uid}"]`);

  it('refuses a date that is none, finds studies and says whose they are and what is here', async () => {
    const { page } = app;
    await page.getByTestId('query-studyDateFrom').fill('2024-02-31');
    expect(await page.getByTestId('query-search').isDisabled()).toBe(true);
    await page.getByTestId('query-studyDateFrom').fill('2024-01-01');
    await page.getByTestId('query-studyDateTo').fill('2024-12-31');
    await page.getByTestId('query-search').click();
    await expect.poll(() => page.getByTestId('query-study').count()).toBe(3);
    const text = await study(1).textContent();
    for (const part of ['MUSTER', 'A1', '1950-06-07', '2024-01-02', 'CT, MR', 'Planning', 'not here'])
      expect(text).toContain(part);
    expect(await study(3).textContent()).toContain('held for another patient: SOMEBODY, ELSE (X9)');
    expect(await study(3).getByTestId('retrieve-study').isDisabled()).toBe(true);
  });

  it('retrieves one series by C-GET, the study by C-MOVE', async () => {
    const { page } = app;
    await study(1).getByTestId('query-unfold').click();
    await expect.poll(() => page.getByTestId('query-series').count()).toBe(2);
    const mr = page.getByTestId('query-series').filter({ hasText: 'Brain' });
    await mr.getByTestId('retrieve-series').click();
    await expect.poll(() => mr.textContent()).toContain('1 object retrieved');
    await page.getByTestId('query-method').selectOption('move');
    await study(1).getByTestId('retrieve-study').click();
    await expect.poll(() => study(1).textContent()).toContain('4 objects retrieved');
    await screenshot(page, 'network-query');
  });

  it('opens the patient who has come', async () => {
    const { page } = app;
    await page.getByTestId('query-studyDateFrom').fill('');
    await page.getByTestId('query-studyDateTo').fill('');
    await page.getByTestId('query-patientName').fill('Phantom, Water');
    await page.getByTestId('query-search').click();
    await expect.poll(() => page.getByTestId('query-study').count()).toBe(1);
    const row = page.getByTestId('query-study');
    await page.getByTestId('query-method').selectOption('get');
    await row.getByTestId('retrieve-study').click();
    await row.getByTestId('query-open').click({ timeout: 30_000 });
    await expect
      .poll(() => page.getByTestId('patient-banner').textContent(), { timeout: 20_000 })
      .toContain('PHANTOM-WATER-1');
  });

  it('says in words why a node cannot be asked', async () => {
    const { page } = app;
    await page.getByTestId('tab-network').click();
    await pacs.close();
    await page.getByTestId('network-query').click();
    await page.getByTestId('query-search').click();
    await expect.poll(() => page.getByTestId('query-failure').textContent()).toMatch(/refused/i);
  });
});

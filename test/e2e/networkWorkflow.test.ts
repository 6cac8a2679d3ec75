import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phantomSeries } from '#main/cli/phantomFiles.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import { type MppsServer, startMpps } from '#test/peers/harness/mpps.ts';
import { odilMissing, peerMissing } from '#test/peers/harness/missing.ts';
import { type Orthanc, startOrthanc } from '#test/peers/harness/orthanc.ts';
import { runStorescu } from '#test/peers/harness/dcmtk.ts';
import { temporaryFolder } from '#test/peers/harness/process.ts';
import { startWorklist, type WorklistServer } from '#test/peers/harness/worklist.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { screenshot } from './harness/pixels.ts';

const missing = !hasChromium || odilMissing() || peerMissing('wlmscpfs') || peerMissing('Orthanc');

describe.skipIf(missing)('workflow in the page', () => {
  let browser: Browser;
  let host: TestHost;
  let worklist: WorklistServer;
  let ris: MppsServer;
  let orthanc: Orthanc;
  let app: TestPage;
  const folder = temporaryFolder('workflow');

  beforeAll(async () => {
    const phantom = phantomOf('water');
    const series = phantomSeries(phantom);
    const now = new Date();
    const two = (value: number): string => String(value).padStart(2, '0');
    const step = {
      characterSet: '\\ISO 2022 IR 87',
      name: Buffer.from('Phantom^Water tank=\u001b$B;3ED\u001b(B^\u001b$BB@O:\u001b(B', 'latin1'),
      patientId: 'PHANTOM-WATER-1',
      modality: 'CT',
      station: 'SIM1',
      date: `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`,
      time: '0915',
      step: 'Planning CT',
      studyInstanceUid: '2.25.81',
      birthDate: '19600101',
      sex: 'O',
    };
    [host, browser, worklist, ris] = await Promise.all([
      startHost(),
      launchBrowser(),
      startWorklist([
        step,
        { ...step, name: Buffer.from('Roe^Jane'), patientId: 'P2', time: '0830', step: 'Control CT' },
      ]),
      startMpps(),
    ]);
    orthanc = await startOrthanc({ us: { aeTitle: 'ISOCENTER', host: '127.0.0.1', port: host.dicomPort } });
    for (const one of series)
      if (one.modality === 'CT' || one.modality === 'RTSTRUCT') await host.store(one.files.map(({ bytes }) => bytes));
    const structures = series.find(({ modality }) => modality === 'RTSTRUCT')?.files[0];
    const file = join((await folder).path, 'structures.dcm');
    await writeFile(file, structures?.bytes ?? '');
    await runStorescu(orthanc.peer, [file]);
    for (const node of [
      { id: 'worklist', name: 'RIS worklist', ...worklist.peer, roles: ['worklist'] },
      { id: 'ris', name: 'RIS', ...ris.peer },
      { id: 'pacs', name: 'Department PACS', ...orthanc.peer, roles: ['archive'] },
    ]) {
      const saved = await fetch(`${host.origin}/rpc/nodes/save`, {
        method: 'POST',
        headers: { authorization: `Bearer ${host.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ json: node }),
      });
      expect(saved.status).toBe(200);
    }
    app = await openApp(browser, host);
    const { page } = app;
    await page.getByTestId('patient-banner').getByText('PHANTOM-WATER-1').waitFor({ timeout: 60_000 });
    await page.getByTestId('tab-network').click();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
    await worklist?.stop();
    await ris?.stop();
    await orthanc?.stop();
    await (await folder).remove();
  });

  /** odil takes one association at a time and refuses another while it opens its port anew: then the user tells it again. */
  const told = async (page: Page, words: string): Promise<void> => {
    const state = page.getByTestId('step-state').first();
    const again = page.getByRole('button', { name: 'Tell again' });
    const answered = async (): Promise<string | null> => {
      if ((await again.count()) > 0) await again.first().click();
      return await state.textContent();
    };
    await expect.poll(answered, { timeout: 20_000, interval: 500 }).toBe(words);
  };

  it('shows what is scheduled today, in order, with names as they are written', async () => {
    const { page } = app;
    await page.getByTestId('network-worklist').click();
    await page.getByTestId('worklist-date').fill('2026-02-31');
    expect(await page.getByTestId('worklist-search').isDisabled()).toBe(true);
    await page.getByTestId('worklist-date').fill('');
    await page.getByTestId('worklist-search').click();
    const rows = page.getByTestId('worklist-table').locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.nth(0).textContent()).toContain('08:30');
    const text = await rows.nth(1).textContent();
    for (const part of ['09:15', 'PHANTOM-WATER-1', 'born 1960-01-01', 'Planning CT', 'SIM1'])
      expect(text).toContain(part);
  });

  it('a step is started and completed, and who is to know of it is told', async () => {
    const { page } = app;
    await page.getByTestId('worklist-tell').selectOption('ris');
    await page.getByTestId('worklist-search').click();
    await page.getByTestId('start-PHANTOM-WATER-1').click();
    await told(page, 'in progressRIS has been told');
    const start = page.getByTestId('start-PHANTOM-WATER-1');
    expect(await start.isDisabled()).toBe(true);
    expect(await start.locator('..').textContent()).toContain('under way since');
    expect(await page.getByTestId('start-P2').isDisabled()).toBe(false);
    await screenshot(page, 'network-worklist');
    await page.getByTestId('complete-step').click();
    expect(await page.getByTestId('finish-step').isDisabled()).toBe(true);
    await page.getByRole('dialog').getByRole('checkbox').first().check();
    await screenshot(page, 'network-worklist-finish');
    await page.getByTestId('finish-step').click();
    await told(page, 'completedRIS has been told');
    expect(ris.requests().map(({ what, status }) => [what, status])).toEqual([
      ['N-CREATE', 0],
      ['N-SET', 0],
    ]);
  });

  it('a step that nobody was told of can be forgotten, and started again', async () => {
    const { page } = app;
    // Whoever is chosen now is told, whatever was chosen when the list was asked for.
    await page.getByTestId('worklist-tell').selectOption('worklist');
    const start = page.getByTestId('start-P2');
    await start.click();
    await page.getByTestId('forget-step').click();
    expect(await start.isDisabled()).toBe(true);
    await page.getByTestId('forget-step-ok').click();
    await expect.poll(() => start.isDisabled()).toBe(false);
    expect(await page.getByTestId('steps-table').locator('tbody tr').count()).toBe(1);
  });

  it('a task for the open patient: made, claimed, told of, completed', async () => {
    const { page } = app;
    await page.getByTestId('network-tasks').click();
    await page.getByTestId('new-task').click();
    expect(await page.getByTestId('new-task-kind').inputValue()).toBe('planning');
    await page.getByTestId('new-task-label').fill('Plan the water tank');
    await page.getByTestId('new-task-start').fill('2026-11-24 09:15');
    await screenshot(page, 'network-task-new');
    await page.getByTestId('create-task').click();
    const state = page.getByTestId('task-state');
    await expect.poll(() => state.textContent()).toBe('scheduled');
    const row = await page.getByTestId('task-table').locator('tbody tr').textContent();
    for (const part of ['Plan the water tank', 'PHANTOM-WATER-1', '2026-11-24 09:15', 'RT Structure Set “', 'medium'])
      expect(row).toContain(part);
    await page.getByTestId('claim-task').click();
    await expect.poll(() => state.textContent()).toContain('claimed from here');
    await page.getByTestId('progress-task').click();
    await page.getByTestId('task-percent').fill('101');
    expect(await page.getByTestId('task-dialog-ok').isDisabled()).toBe(true);
    await page.getByTestId('task-percent').fill('40');
    await page.getByTestId('task-text').fill('Beams placed');
    await page.getByTestId('task-dialog-ok').click();
    await expect.poll(() => state.textContent()).toContain('40 % · Beams placed');
    await screenshot(page, 'network-tasks');
    await page.getByTestId('complete-task').click();
    await page.getByTestId('task-dialog-ok').click();
    expect(await page.getByTestId('task-nothing-made').textContent()).toContain('Nothing is named as made');
    await page.getByTestId('task-dialog-ok').click();
    await expect.poll(() => state.textContent()).toContain('completed');
  });

  it('says in words what an archive is answerable for, and what not', async () => {
    const { page } = app;
    await page.getByTestId('network-commitment').click();
    const boxes = page.locator('.series-choice').getByRole('checkbox');
    await expect.poll(() => boxes.count()).toBe(2);
    for (const box of await boxes.all()) await box.check();
    await page.getByTestId('commit-ask').click();
    const outcome = page.getByTestId('commit-outcome').first();
    await expect
      .poll(() => outcome.textContent(), { timeout: 15_000 })
      .toContain('ORTHANC is answerable for 1 of 101: keep the others here');
    expect(await outcome.textContent()).toContain('100 × it does not have the object (0112H)');
    const row = await page.getByTestId('commit-table').locator('tbody tr').first().textContent();
    for (const part of ['(PHANTOM-WATER-1)', '100 × CT', 'RTSTRUCT “']) expect(row).toContain(part);
    await screenshot(page, 'network-commitment');
    expect(app.errors).toEqual([]);
  });
});

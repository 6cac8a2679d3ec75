import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDose } from '#shared/dicom/dose/rtDose.ts';
import { readPlan } from '#shared/dicom/plan/rtPlan.ts';
import { readStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { runStorescu } from '#test/peers/harness/dcmtk.ts';
import { peerMissing } from '#test/peers/harness/missing.ts';
import { type Orthanc, startOrthanc } from '#test/peers/harness/orthanc.ts';
import { runProgram, temporaryFolder } from '#test/peers/harness/process.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import {
  brightFraction,
  pixelAt,
  planeOnPage,
  type Point,
  screenshot,
  settle,
  waitForImages,
} from './harness/pixels.ts';

const PATIENT = path.resolve('../shared/data/ibsi_sts_ct_mr_pet/STS_001');
const noPeers = [peerMissing('storescu'), peerMissing('Orthanc'), peerMissing('dciodvfy')].some(Boolean);

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** SHA-256 of the data set: the file meta information before it is each node's own (PS3.10 7.1). */
function dataSetHash(file: Uint8Array): string {
  const groupLength = new DataView(file.buffer, file.byteOffset).getUint32(140, true);
  return createHash('sha256').update(file.subarray(144 + groupLength)).digest('hex'); // biome-ignore format: one chain
}

const isRed = ([r, g, b]: readonly number[]): boolean => r > 150 && g < 110 && b < 110;

describe.skipIf(!hasChromium || noPeers || !existsSync(PATIENT))('the main job on STS_001, in the app', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  let orthanc: Orthanc;
  /** Vertices of the published GTV on the slice nearest its middle. */
  let gtvRim: Point[];

  beforeAll(async () => {
    host = await startHost();
    orthanc = await startOrthanc();
    browser = await launchBrowser();
    const set = path.join(PATIENT, 'CT', 'mask');
    const [file] = await readdir(set);
    const { contours } = readStructureSet(await readFile(path.join(set, file))).rois[0];
    const { points } = contours[Math.floor(contours.length / 2)];
    gtvRim = Array.from({ length: points.length / 3 }, (_, i) => [points[3 * i], points[3 * i + 1], points[3 * i + 2]]);
  });
  afterAll(async () => {
    await browser?.close();
    await orthanc?.stop();
    await host?.close();
  });

  const choose = async (page: Page, workspace: string): Promise<void> => {
    await page.getByTestId(`tab-${workspace}`).click();
    await settle(page);
  };

  it('receives the patient from storescu while the window is open', async () => {
    app = await openApp(browser, host);
    const sent = await runStorescu(
      { aeTitle: 'ISOCENTER', host: '127.0.0.1', port: host.dicomPort },
      await filesUnder(PATIENT),
      ['-R'],
    );
    expect(sent.code, sent.output).toBe(0);
    const row = app.page.getByTestId('patient-table').getByText('STS_001').first();
    await row.waitFor({ timeout: 30_000 });
    await row.dblclick();
    await waitForImages(app.page, 2);
    expect(await app.page.getByTestId('patient-banner').textContent()).toContain('STS_001');
  });

  it('fuses CT and MR of one frame of reference on three planes', async () => {
    const { page } = app;
    await choose(page, 'fusion');
    const [x, y, z] = gtvRim[0];
    for (const [axis, value] of [['X', x], ['Y', y], ['Z', z]] as const) {
      const input = page.getByLabel(`crosshair ${axis}`);
      await input.fill(String(value));
      await input.press('Enter');
    } // biome-ignore format: three pairs
    await settle(page);
    const png = await screenshot(page, 'main-job-fusion');
    for (const plane of ['axial', 'sagittal', 'coronal'] as const)
      expect(brightFraction(png, await planeOnPage(page, plane), 60), plane).toBeGreaterThan(0.3);
    await page.getByTestId('fusion-how').waitFor();
  });

  it('draws the published GTV where its contour lies', async () => {
    const { page } = app;
    const axial = await planeOnPage(page, 'axial');
    const png = await screenshot(page, 'main-job-contours');
    const step = Math.ceil(gtvRim.length / 24);
    const rim = gtvRim.filter((_, i) => i % step === 0);
    const hits = rim.filter((point) => {
      const [u, v] = axial.toPage(point);
      for (let dy = -2; dy <= 2; dy++)
        for (let dx = -2; dx <= 2; dx++) if (isRed(pixelAt(png, [u + dx, v + dy]))) return true;
      return false;
    });
    // The crosshair may cover a vertex.
    expect(hits.length).toBeGreaterThanOrEqual(rim.length - 2);
  });

  it('finds the BODY, makes a PTV and saves the structure set', async () => {
    const { page } = app;
    await choose(page, 'contouring');
    await page.getByTestId('find-body').click();
    await page.locator('[data-testid="structure"][data-name="BODY"]').waitFor({ timeout: 120_000 });
    await page.locator('[data-testid="structure"] .structure-name').first().click();
    await page.getByTestId('section-derive').click();
    await page.getByTestId('margin-mm').fill('5');
    await page.getByTestId('margin-mm').press('Enter');
    await page.getByTestId('make-margin').click();
    await expect.poll(() => page.getByTestId('structure').count(), { timeout: 120_000 }).toBe(3);
    await page.getByTestId('save-structures').click();
    await page.locator('[data-testid="structure-set-state"][data-dirty="false"]').waitFor({ timeout: 60_000 });
    await screenshot(page, 'main-job-contouring');
  });

  it('plans two opposed fields and computes their dose', async () => {
    const { page } = app;
    await choose(page, 'planning');
    await page.getByTestId('new-plan-dose').fill('50');
    await page.getByTestId('new-plan-dose').press('Enter');
    await page.getByTestId('new-plan').click();
    await page.getByTestId('beam-template').selectOption('Opposed AP–PA');
    await page.getByTestId('grid-spacing').fill('4');
    await page.getByTestId('grid-spacing').press('Enter');
    await page.getByTestId('compute-dose').click();
    await page.getByTestId('toast').filter({ hasText: 'Dose computed' }).waitFor({ timeout: 300_000 });
    await page.getByRole('button', { name: 'Go to' }).click();
    await settle(page);
    await screenshot(page, 'main-job-planning');
    await choose(page, 'evaluation');
    await page
      .locator('[data-testid="dvh-table"] td:nth-child(2):not(:text("–"))')
      .nth(2)
      .waitFor({ timeout: 120_000 });
    await page.locator('.dvh-dock > .progress').waitFor({ state: 'detached', timeout: 120_000 });
    await settle(page);
    const png = await screenshot(page, 'main-job-evaluation');
    const axial = await planeOnPage(page, 'axial');
    const isYellow = ([r, g, b]: readonly number[]): boolean => r > 220 && g > 190 && b < 60;
    let isodose = 0;
    // Right of the legend, which has the colours too.
    for (let y = Math.ceil(axial.top); y < axial.top + axial.height; y++)
      for (let x = Math.ceil(axial.left + 110); x < axial.left + axial.width; x++)
        if (isYellow(pixelAt(png, [x, y]))) isodose++;
    expect(isodose).toBeGreaterThan(60);
  });

  it('sends structure set, plan and dose to Orthanc, which gives back what was sent', async () => {
    const { page } = app;
    await choose(page, 'planning');
    await page.getByTestId('save-plan').click();
    await page.locator('[data-testid="plan-state"][data-dirty="false"]').waitFor({ timeout: 60_000 });
    await choose(page, 'network');
    await page.getByTestId('add-node').click();
    await page.getByTestId('node-name').fill('Orthanc');
    await page.getByTestId('node-aeTitle').fill(orthanc.peer.aeTitle);
    await page.getByTestId('node-port').fill(String(orthanc.peer.port));
    await page.getByTestId('save-node').click();
    await page.getByTestId('echo-Orthanc').click();
    await expect.poll(() => page.getByTestId('echo-result-Orthanc').textContent()).toMatch(/\d+ ms/);
    // What was saved just now is checked already.
    await page.getByTestId('send').click();
    await expect
      .poll(() => page.locator('[data-testid="send-result"][data-ok="true"]').count(), { timeout: 60_000 })
      .toBe(3);
    await screenshot(page, 'main-job-send');

    const sent = (await orthanc.get('/instances?expand')) as { MainDicomTags: { SOPInstanceUID: string } }[];
    expect(sent).toHaveLength(3);
    const back = new Map<string, Uint8Array>();
    for (const { MainDicomTags } of sent) {
      const uid = MainDicomTags.SOPInstanceUID;
      const theirs = await orthanc.file(uid);
      if (theirs === undefined) throw new Error(`Orthanc does not have ${uid}`);
      const { modality, mine } = await ours(host, uid);
      expect(dataSetHash(theirs), modality).toBe(dataSetHash(mine));
      back.set(modality, theirs);
    }
    const [set, plan, dose] = ['RTSTRUCT', 'RTPLAN', 'RTDOSE'].map(
      (modality) => back.get(modality) ?? new Uint8Array(),
    );
    // Not the dose: dciodvfy aborts on 32-bit ones.
    for (const file of [set, plan]) expect(await dciodvfyErrors(file)).toEqual([]);
    expect(readStructureSet(set).rois).toHaveLength(3);
    expect(readPlan(plan).structureSetUid).toBe(readStructureSet(set).sopInstanceUid);
    expect(readDose(dose).planUid).toBe(readPlan(plan).sopInstanceUid);
    expect(app.errors).toEqual([]);
  });
});

async function dciodvfyErrors(object: Uint8Array): Promise<string[]> {
  const folder = await temporaryFolder('dciodvfy');
  try {
    const file = path.join(folder.path, 'object.dcm');
    await writeFile(file, object);
    const { output } = await runProgram('dciodvfy', [file]);
    // It names the IOD it recognised: without that line nothing was checked.
    expect(output).toMatch(/^(RTStructureSet|RTPlan)$/m);
    return output.split('\n').filter((line) => line.startsWith('Error'));
  } finally {
    await folder.remove();
  }
}

interface QidoInstance {
  readonly '0020000D': { readonly Value: [string] };
  readonly '0020000E': { readonly Value: [string] };
  readonly '00080060': { readonly Value: [string] };
}

/** The stored bytes of one instance, by DICOMweb. */
async function ours(host: TestHost, uid: string): Promise<{ modality: string; mine: Uint8Array }> {
  const headers = { authorization: `Bearer ${host.token}` };
  const query = `${host.origin}/dicom-web/instances?SOPInstanceUID=${uid}&includefield=Modality`;
  const [found] = (await (await fetch(query, { headers })).json()) as QidoInstance[];
  const [study, series] = [found['0020000D'].Value[0], found['0020000E'].Value[0]];
  const response = await fetch(`${host.origin}/dicom-web/studies/${study}/series/${series}/instances/${uid}`, {
    headers: { ...headers, accept: 'application/dicom; transfer-syntax=*' },
  });
  return { modality: found['00080060'].Value[0], mine: new Uint8Array(await response.arrayBuffer()) };
}

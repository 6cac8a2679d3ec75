import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { ENCAPSULATED_PDF, RT_DOSE, RT_PLAN, RT_STRUCTURE_SET, uidFromName } from '#shared/dicom/uid.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import {
  createBeam,
  createPlan,
  createPrescription,
  targetCenter,
} from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import { objectContext } from '#test/builders/context.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { storePhantom } from './harness/phantomPatient.ts';
import { screenshot, settle, waitForImages } from './harness/pixels.ts';
import { findProgram } from '../peers/harness/missing.ts';

describe.skipIf(!hasChromium)('plan checks and report of a plan', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), launchBrowser()]);
    const { ct, structureSet } = await storePhantom(host, 'thorax', ['CT', 'RTSTRUCT']);
    const target = structureSet.rois.find(({ type }) => type === 'PTV');
    if (target === undefined) throw new Error('the phantom has no target');
    const isocenter = targetCenter(target);
    const beams = [195, 295].map((gantry, n) => {
      const { beam } = createBeam({
        number: n + 1,
        name: `G${gantry}`,
        machine: machineByName('GENERIC_6MV'),
        angles: { gantry, collimator: 0, couch: 0 },
        isocenter,
        iecFromLps: iecFromPatient('HFS')!,
        target: target.contours,
      });
      // Too few units for a beam: a warning.
      return { ...beam, meterset: n === 0 ? 3 : 120 };
    });
    const prescription = {
      ...createPrescription(target, 50, 25),
      normalization: { kind: 'None', percent: 100 } as const,
    };
    const planUid = uidFromName('plan of a report');
    const plan = {
      ...createPlan({
        sopInstanceUid: planUid,
        label: 'Lung R',
        structures: structureSet,
        patientPosition: 'HFS',
        prescription,
      }),
      beams,
    };
    const spacing = [4, 4, 4] as const;
    const dims = [100, 70, 60] as const;
    const origin = [-198, -138, -118] as const;
    const dose = {
      dims, spacing, origin, direction: AXIAL, data: new Float32Array(420_000).fill(54), sopInstanceUid: uidFromName('dose of a report'),
      frameOfReferenceUid: ct.frameOfReferenceUid, summation: 'PLAN', doseType: 'PHYSICAL' as const, planUid, warnings: [],
    }; // biome-ignore format: a dose
    const context = (kind: string, sopInstanceUid: string) =>
      objectContext(kind, 1, { patient: ct.patient, study: ct.study, sopInstanceUid });
    await host.store([
      writePlan(plan, context('RTPLAN', planUid)),
      writeDose(dose, context('RTDOSE', dose.sopInstanceUid)),
    ]);
    app = await openApp(browser, host);
    await waitForImages(app.page, 1);
    await app.page.getByTestId('tab-evaluation').click();
    await app.page.getByTestId('plan-checks').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  const finding = (rule: string): Locator => app.page.locator(`[data-testid="check-finding"][data-rule="${rule}"]`);

  it('checks the plan as it stands, goes to what is wrong, and lets a warning stand for a reason', async () => {
    const { page } = app;
    await finding('mu.range').waitFor();
    expect(await finding('mu.range').textContent()).toContain('Beam 1 (G195) has only 3.00 MU');
    expect(await finding('dose.there').textContent()).toContain('Dose of unknown origin');
    // A dear rule speaks when it is asked: half of the target gets 8 % too much.
    expect(await finding('prescription.normalisation').count()).toBe(0);
    await page.getByTestId('check-dearly').click();
    await finding('prescription.normalisation').waitFor({ timeout: 60_000 });
    const small = finding('mu.range');
    await small.getByTestId('let-stand').click();
    await small.getByLabel('reason to let the warning stand').fill('Test of a report');
    await small.getByLabel('reason to let the warning stand').press('Enter');
    await expect.poll(() => finding('mu.range').count()).toBe(0);
    await page.keyboard.press('Control+z');
    await finding('mu.range').waitFor();
    await page.keyboard.press('Control+y');
    await expect.poll(() => finding('mu.range').count()).toBe(0);
    await page.getByTestId('check-all').check();
    expect(await finding('mu.range').textContent()).toContain('Stands: Test of a report');
    await settle(page);
    await page.getByTestId('report-panel').scrollIntoViewIfNeeded();
    await screenshot(page, 'plan-checks');
  });

  it('makes the report, and keeps it in the archive beside what it was made from', async () => {
    const { page } = app;
    await page.getByTestId('make-report').click();
    await page.getByTestId('report-made').waitFor({ timeout: 120_000 });
    await screenshot(page, 'report-panel');
    expect(await page.getByTestId('open-report').getAttribute('href')).toMatch(/^blob:/);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('save-report').click()]);
    expect(download.suggestedFilename()).toBe('Lung_R.pdf');
    const pdf = await readFile(await download.path());
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    if (findProgram('pdftotext') !== undefined) {
      const folder = await mkdtemp(path.join(tmpdir(), 'report-'));
      await writeFile(path.join(folder, 'a.pdf'), pdf);
      const text = execFileSync('pdftotext', ['-layout', path.join(folder, 'a.pdf'), '-'], { encoding: 'utf8' });
      await rm(folder, { recursive: true });
      expect(text).toContain('Phantom, Thorax');
      expect(text).toMatch(/Let stand: Test of a report/);
    }
    await page.getByTestId('store-report').click();
    await expect.poll(() => page.getByTestId('store-report').textContent(), { timeout: 30_000 }).toBe('Stored');
    const stored = await storedReport(host);
    expect(stored.dataset.string('SOPClassUID')).toBe(ENCAPSULATED_PDF);
    const length = stored.dataset.number('EncapsulatedDocumentLength') ?? 0;
    expect(Buffer.from(stored.dataset.bytes('EncapsulatedDocument')).subarray(0, length).equals(pdf)).toBe(true);
    expect(
      stored.dataset.sequence('SourceInstanceSequence').map((item) => item.string('ReferencedSOPClassUID')),
    ).toEqual([RT_PLAN, RT_STRUCTURE_SET, RT_DOSE]);
  });
});

/** The report in the archive, as any other node gets it over DICOMweb. */
async function storedReport({ origin, token }: TestHost) {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/dicom+json' };
  type Attribute = Record<string, { Value: string[] } | undefined>;
  const found = (await (await fetch(`${origin}/dicom-web/instances?Modality=DOC`, { headers })).json()) as Attribute[];
  const [study, series, uid] = ['0020000D', '0020000E', '00080018'].map((tag) => found[0]?.[tag]?.Value[0] ?? '');
  const response = await fetch(`${origin}/dicom-web/studies/${study}/series/${series}/instances/${uid}`, {
    headers: { ...headers, accept: 'application/dicom; transfer-syntax=*' },
  });
  return readPart10(new Uint8Array(await response.arrayBuffer()));
}

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDose } from '#shared/dicom/dose/rtDose.ts';
import { writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam, createPlan } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Plan } from '#shared/model/plan.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import { readFile } from 'node:fs/promises';
import { isocenterJson, runIsocenter } from './harness/isocenter.ts';
import { temporaryFolder } from './harness/process.ts';

interface DoseReport {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMB: number;
  readonly max: number;
  readonly beams: readonly { readonly number: number; readonly mu: number | null; readonly max: number }[];
  readonly warnings: readonly string[];
}

/** A 10 × 10 field from above onto the water tank, isocenter on its surface (LPS y = −150). */
function waterPlan(machineName: string, meterset: number | undefined): { plan: Plan; bytes: Uint8Array } {
  const { ct, structureSet } = phantomOf('water');
  const machine = machineByName(machineName);
  const iecFromLps = iecFromPatient('HFS') ?? [];
  const prescription = {
    targetRoiNumber: 1,
    targetName: 'BODY',
    dose: 2,
    fractions: 1,
    normalization: { kind: 'None', percent: 100 },
  } as const;
  const empty = createPlan({
    sopInstanceUid: newUid(),
    label: 'WATER',
    structures: structureSet,
    patientPosition: 'HFS',
    prescription,
  });
  const angles = { gantry: 0, collimator: 0, couch: 0 };
  const { beam } = createBeam({ number: 1, name: 'AP', machine, angles, isocenter: [0, -150, 0], iecFromLps });
  const plan: Plan = { ...empty, beams: [{ ...beam, meterset }] };
  const bytes = writePlan(plan, {
    patient: ct.patient,
    study: ct.study,
    now: '2026-01-05T10:00:00',
    operator: 'Test',
    softwareVersion: '0',
    seriesInstanceUid: newUid(),
    seriesNumber: 1,
    seriesDescription: 'Plan',
    sopInstanceUid: plan.sopInstanceUid,
  });
  return { plan, bytes };
}

describe('isocenter dose and dvh', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const at = (...parts: string[]): string => path.join(folder.path, ...parts);
  const common = (): string[] => ['--ct', at('CT'), '--rtstruct', at('RTSTRUCT', 'RTSTRUCT.dcm'), '--grid', '10'];

  beforeAll(async () => {
    folder = await temporaryFolder('cli-dose');
    await isocenterJson(['phantom', 'water', '--out', folder.path]);
    await writeFile(at('reference.dcm'), waterPlan('REF_6MV_POINT', 100).bytes);
    await writeFile(at('generic.dcm'), waterPlan('GENERIC_6MV', 100).bytes);
  });
  afterAll(() => folder.remove());

  it('computes per fluence on a reference machine and says what it took', async () => {
    const out = at('reference-dose.dcm');
    const report = (await isocenterJson([
      'dose',
      ...common(),
      '--plan',
      at('reference.dcm'),
      '--machine',
      'REF_6MV_POINT',
      '--per-fluence',
      '--threads',
      '1',
      '--out',
      out,
    ])) as DoseReport;
    expect(report.seconds).toBeGreaterThan(0);
    expect(report.cpuSeconds).toBeGreaterThan(0);
    expect(report.peakMB).toBeGreaterThan(50);
    expect(report.beams).toHaveLength(1);
    expect(report.beams[0]).toMatchObject({ number: 1, max: report.max });
    // EGSnrc: 7.24e-12 Gy cm² at the maximum of the 10 × 10 field; a 10 mm grid blunts it.
    expect(report.max).toBeGreaterThan(6.3);
    expect(report.max).toBeLessThan(7.6);
    const dose = readDose(await readFile(out));
    expect(Math.max(...dose.data)).toBeCloseTo(report.max, 4);
    expect(dose.summation).toBe('PLAN');
  });

  it('gives Gy for the metersets of the plan, twice for twice', async () => {
    await writeFile(at('double.dcm'), waterPlan('GENERIC_6MV', 200).bytes);
    const single = (await isocenterJson([
      'dose',
      ...common(),
      '--plan',
      at('generic.dcm'),
      '--out',
      at('single-dose.dcm'),
      '--plan-out',
      at('planned.dcm'),
    ])) as DoseReport;
    const double = (await isocenterJson(['dose', ...common(), '--plan', at('double.dcm')])) as DoseReport;
    expect(single.beams[0].mu).toBe(100);
    expect(double.beams[0].mu).toBe(200);
    expect(double.max / single.max).toBeCloseTo(2, 4);
    expect(single.warnings.join()).toContain('not commissioned');

    const { rois } = (await isocenterJson([
      'dvh',
      '--rtstruct',
      at('RTSTRUCT', 'RTSTRUCT.dcm'),
      '--dose',
      at('single-dose.dcm'),
      '--roi',
      'BODY',
    ])) as {
      rois: {
        name: string;
        volume: number;
        min: number;
        mean: number;
        max: number;
        D98: number;
        D2: number;
        curve: [number, number][];
      }[];
    };
    expect(rois).toHaveLength(1);
    const [body] = rois;
    expect(body.volume).toBeCloseTo(27000, -1);
    expect(body.max).toBeLessThanOrEqual(single.max + 1e-4);
    expect(body.D98).toBeLessThan(body.mean);
    expect(body.D2).toBeGreaterThan(body.mean);
    expect(body.curve[0][1]).toBeCloseTo(body.volume, 6);
    for (let n = 1; n < body.curve.length; n++)
      expect(body.curve[n][1]).toBeLessThanOrEqual(body.curve[n - 1][1] + 1e-9);
    const planned = await isocenterJson(['validate', at('planned.dcm'), at('single-dose.dcm')]);
    expect(planned).toMatchObject([{ errors: [] }, { errors: [] }]);
  });

  it('computes with the pencil beam: within 3 % of the collapsed cone in water, and says that it is approximate', async () => {
    const words = ['dose', ...common(), '--plan', at('generic.dcm'), '--engine'];
    const fast = (await isocenterJson([...words, 'pb', '--out', at('fast.dcm')])) as DoseReport;
    const slow = (await isocenterJson([...words, 'ccc'])) as DoseReport;
    expect(Math.abs(fast.max / slow.max - 1)).toBeLessThan(0.03);
    expect(fast).toMatchObject({ approximate: true, provenance: { engine: 'pencil beam' } });
    expect(readDose(await readFile(at('fast.dcm'))).provenance).toMatchObject({
      engine: 'pencil beam',
      approximate: true,
    });
  });

  it('takes a calibration: half the density everywhere lets more through', async () => {
    await writeFile(at('light.csv'), 'HU,density\n-1000,0\n0,0.5\n');
    const words = ['dose', ...common(), '--plan', at('generic.dcm')];
    await isocenterJson([...words, '--calibration', at('light.csv'), '--out', at('light-dose.dcm')]);
    const depth = (file: Uint8Array): number => {
      const dose = readDose(file);
      const [i, j, k] = [0, 100, 0].map((mm, axis) => Math.round((mm - dose.origin[axis]) / dose.spacing[axis]));
      return dose.data[i + dose.dims[0] * (j + dose.dims[1] * k)];
    };
    const light = depth(await readFile(at('light-dose.dcm')));
    expect(light).toBeGreaterThan(1.4 * depth(await readFile(at('single-dose.dcm'))));
    await writeFile(at('bad.csv'), 'HU;density\n0;1\n');
    const { code, stderr } = await runIsocenter([...words, '--calibration', at('bad.csv')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error INVALID_ATTRIBUTE: bad\.csv: [^\n]+\n$/);
  });

  it('finds the body when no structure set is given, and says so', async () => {
    const report = (await isocenterJson([
      'dose',
      '--ct',
      at('CT'),
      '--grid',
      '15',
      '--plan',
      at('generic.dcm'),
    ])) as DoseReport;
    expect(report.warnings).toContain('no structure set given: the body was found in the CT');
    expect(report.max).toBeGreaterThan(0.5);
  });

  it.each([
    [['--plan', 'generic.dcm', '--per-fluence'], /^error DOSE: .*GENERIC_6MV/],
    [['--plan', 'generic.dcm', '--machine', 'NOWHERE'], /^error MACHINE: NOWHERE: /],
    [['--plan', 'generic.dcm', '--directions', '7'], /^error DOSE: .*\(directions\)$/],
    [['--plan', 'RTSTRUCT/RTSTRUCT.dcm'], /^error UNSUPPORTED_OBJECT: /],
  ])('%j fails by name', async (words, expected) => {
    const files = words.map((word) => (word.endsWith('.dcm') ? at(...word.split('/')) : word));
    const { code, stdout, stderr } = await runIsocenter(['dose', ...common(), ...files, '--json']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd()).toMatch(expected);
  });
});

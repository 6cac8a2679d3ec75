import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDose } from '#shared/dicom/dose/rtDose.ts';
import { basisMismatch } from '#shared/dosimetry/standing/doseBasis.ts';
import { beamNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { knownRecords } from '#shared/dosimetry/machine/machines.ts';
import { readPlan } from '#shared/dicom/plan/rtPlan.ts';
import { readStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { isocenterJson, runIsocenter } from './harness/isocenter.ts';
import { peerMissing } from './harness/missing.ts';
import { runProgram, temporaryFolder } from './harness/process.ts';

interface Demo {
  readonly steps: readonly { readonly name: string; readonly seconds: number }[];
  readonly objects: readonly { readonly name: string; readonly file: string }[];
  readonly pictures: readonly string[];
  readonly dvh: readonly {
    readonly name: string;
    readonly volume: number;
    readonly mean: number;
    readonly max: number;
    readonly D95: number;
  }[];
}

const TIMEOUT = 400_000;

describe('isocenter demo', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let demo: Demo;
  const at = (...parts: string[]): string => path.join(folder.path, ...parts);

  beforeAll(async () => {
    folder = await temporaryFolder('cli-demo');
    demo = (await isocenterJson(['demo', '--out', folder.path])) as Demo;
  }, TIMEOUT);
  afterAll(() => folder.remove());

  it('names its steps and objects', () => {
    const names =
      'phantom,write DICOM,import,volumes,register,body,margin,plan,dose,RT objects,store,DVH,pictures,files';
    expect(demo.steps.map(({ name }) => name).join()).toBe(names);
    expect(demo.objects.map(({ name }) => name)).toEqual(['RTSTRUCT.dcm', 'RTPLAN.dcm', 'RTDOSE.dcm', 'RTDOSE16.dcm']);
  });

  it('reaches the prescription and spares what it should', () => {
    const row = (name: string) => {
      const found = demo.dvh.find((candidate) => candidate.name === name);
      if (found === undefined) throw new Error(`no ${name}`);
      return found;
    };
    expect(row('PTV').D95).toBeCloseTo(60, 1);
    expect(row('GTV').D95).toBeGreaterThan(60);
    expect(row('PTV').max).toBeLessThan(75);
    expect(row('SpinalCord').max).toBeLessThan(45);
    expect(row('Lung_L').mean).toBeLessThan(row('Lung_R').mean / 3);
  });

  it('writes objects that belong together, the dose alike in 16 and 32 bits', async () => {
    const set = readStructureSet(await readFile(at('RTSTRUCT.dcm')));
    const plan = readPlan(await readFile(at('RTPLAN.dcm')));
    const dose = readDose(await readFile(at('RTDOSE.dcm')));
    const short = readDose(await readFile(at('RTDOSE16.dcm')));
    expect(plan.structureSetUid).toBe(set.sopInstanceUid);
    expect(dose).toMatchObject({ planUid: plan.sopInstanceUid, frameOfReferenceUid: set.frameOfReferenceUid });
    const maximum = dose.data.reduce((most, value) => Math.max(most, value), 0);
    let worst = 0;
    for (let v = 0; v < dose.data.length; v++) worst = Math.max(worst, Math.abs(dose.data[v] - short.data[v]));
    expect(worst / maximum).toBeLessThan(2e-5);
    // As if planned in the app: apertures follow what they were fitted to, distances are stated.
    expect(plan.beams.map((beam) => beamNote(beam))).toEqual(plan.beams.map(() => ({ weight: 1, margin: 6 })));
    expect(
      plan.beams.every(({ controlPoints }) => controlPoints.every((point) => (point.sourceToSurface ?? 0) > 800)),
    ).toBe(true);
    expect(basisMismatch(dose, { plan, structures: set }, knownRecords)).toBeUndefined();
    expect(plan.beams.every(({ meterset }) => meterset !== undefined && meterset > 10 && meterset < 400)).toBe(true);
  });

  it.skipIf(peerMissing('dciodvfy'))('writes objects in which dciodvfy finds no error', async () => {
    for (const name of ['RTSTRUCT.dcm', 'RTPLAN.dcm', 'RTDOSE16.dcm']) {
      const { output } = await runProgram('dciodvfy', [at(name)]);
      expect(output, name).toMatch(/RTStructureSet|RTPlan|RTDose/);
      expect(
        output.split('\n').filter((line) => line.startsWith('Error')),
        name,
      ).toEqual([]);
    }
  });

  it('exports its plan with structure set and dose from its archive', async () => {
    const plan = readPlan(await readFile(at('RTPLAN.dcm')));
    const { objects } = (await isocenterJson([
      'export',
      '--plan',
      plan.sopInstanceUid,
      '--out',
      at('exported'),
      '--archive',
      at('archive'),
    ])) as {
      objects: { sopClass: string; sopInstance: string; file: string }[];
    };
    expect(objects.map(({ file }) => path.basename(file).split('.')[0])).toEqual(['RTSTRUCT', 'RTPLAN', 'RTDOSE']);
    expect(new Uint8Array(await readFile(objects[1].file))).toEqual(new Uint8Array(await readFile(at('RTPLAN.dcm'))));
    const structureSet = readStructureSet(await readFile(at('RTSTRUCT.dcm'))).sopInstanceUid;
    const noPlan = await runIsocenter(['export', '--plan', structureSet, '--out', at('x'), '--archive', at('archive')]);
    expect(noPlan.stderr).toMatch(/^error UNSUPPORTED_OBJECT: /);
  });

  it('paints fused slices: grey lung, warm MR, target and isodose colours', async () => {
    expect(demo.pictures).toHaveLength(3);
    for (const file of demo.pictures) {
      const { data, width, height } = PNG.sync.read(await readFile(file));
      expect(width * height).toBeGreaterThan(150_000);
      const count = (is: (red: number, green: number, blue: number) => boolean): number => {
        let pixels = 0;
        for (let p = 0; p < data.length; p += 4) if (is(data[p], data[p + 1], data[p + 2])) pixels++;
        return pixels;
      };
      expect(
        count((r, g, b) => r > 10 && Math.abs(r - g) < 4 && Math.abs(g - b) < 4),
        `${file}: grey`,
      ).toBeGreaterThan(5000);
      expect(
        count((r, _g, b) => r > b + 60),
        `${file}: warm`,
      ).toBeGreaterThan(10_000);
      expect(
        count((r, g, b) => r > 225 && g < 110 && b > 130 && b < 210),
        `${file}: PTV`,
      ).toBeGreaterThan(150);
      expect(
        count((r, g, b) => r > 225 && g > 200 && b < 60),
        `${file}: 95 %`,
      ).toBeGreaterThan(60);
    }
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { pencilBeam } from '#shared/dosimetry/pencilBeam/pencilBeam.ts';
import { calibrationByName, machineByName } from '#shared/dosimetry/machine/machines.ts';
import { computePlanDose } from '#shared/dosimetry/plan/planDose.ts';
import { createBeam, createPlan, createPrescription } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { dvhOf } from '#shared/evaluation/dvh.ts';
import { dvhBand, metricRange } from '#shared/evaluation/robust/dvhBand.ts';
import { evaluateRobustly, type RobustEvaluation } from '#shared/evaluation/robust/robustEvaluation.ts';
import { ScenarioDoses, type ScenarioInput } from '#shared/evaluation/robust/scenarioDose.ts';
import { scenariosOf } from '#shared/evaluation/robust/scenarios.ts';
import { worstGoals } from '#shared/evaluation/robust/worstGoals.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { sampleAtPoint } from '#shared/geometry/volume.ts';
import type { Plan } from '#shared/model/plan.ts';
import { circle, ctOf, roiOf, square, stackOf, structuresOf } from '../../dosimetry/phantoms.ts';

const SHIFT = 4;

/** A box of water, 260 × 260 × 200 mm, with one field from the front whose isocenter lies in its middle. */
const ct = ctOf([70, 70, 55], [4, 4, 4], () => 0);
const body = roiOf(
  1,
  'BODY',
  'EXTERNAL',
  stackOf((z) => square(260, z), -100, 100, 4),
);
const ptv = roiOf(
  2,
  'PTV',
  'PTV',
  stackOf((z) => circle(24, z), -24, 24, 4),
);
const structures = structuresOf([body, ptv]);
const field = createBeam({
  number: 1,
  name: 'G0',
  machine: machineByName('GENERIC_6MV'),
  angles: { gantry: 0, collimator: 0, couch: 0 },
  isocenter: [0, 0, 0],
  iecFromLps: iecFromPatient('HFS')!,
  target: ptv.contours,
}).beam;
const plan: Plan = {
  ...createPlan({
    sopInstanceUid: '2.25.9',
    label: 'BOX',
    structures,
    patientPosition: 'HFS',
    prescription: createPrescription(ptv, 50, 25),
  }),
  beams: [{ ...field, meterset: 200 }],
};
let uid = 0;
const input: ScenarioInput = {
  ct,
  structures,
  plan,
  calibration: calibrationByName('GENERIC_120KV'),
  grid: 4,
  newUid: () => `2.25.${500 + uid++}`,
  now: '2026-01-02T03:04:05Z',
  engine: pencilBeam,
};
const doses = new ScenarioDoses(input);
const scenario = (shift: readonly [number, number, number], densityFactor = 1) => ({ name: '', shift, densityFactor });

describe('scenarios', () => {
  const none = { shift: [0, 0, 0] as const, density: 0, diagonals: false, combined: false };
  it('are the plan’s own first, then both ways along each axis with an uncertainty, then densities', () => {
    expect(scenariosOf(none).map(({ name }) => name)).toEqual(['nominal']);
    const some = scenariosOf({ ...none, shift: [5, 0, 3], density: 2.5 });
    expect(some.map(({ name }) => name)).toEqual(
      'nominal|L 5 mm|R 5 mm|S 3 mm|I 3 mm|density −2.5 %|density +2.5 %'.split('|'),
    );
    expect(some[2]).toMatchObject({ shift: [-5, 0, 0], densityFactor: 1 });
    expect(some[6].densityFactor).toBeCloseTo(1.025, 12);
  });

  it('are 15 with diagonals, all on the ellipsoid, and 45 with densities in every position', () => {
    const all = scenariosOf({ shift: [3, 4, 5], density: 0, diagonals: true, combined: false });
    expect(all).toHaveLength(15);
    for (const { shift } of all.slice(1))
      expect((shift[0] / 3) ** 2 + (shift[1] / 4) ** 2 + (shift[2] / 5) ** 2).toBeCloseTo(1, 12);
    expect(new Set(all.map(({ shift }) => shift.join())).size).toBe(15);
    expect(scenariosOf({ shift: [3, 4, 5], density: 3, diagonals: true, combined: true })).toHaveLength(45);
  });

  it.each([{ shift: [-1, 0, 0] }, { shift: [Number.NaN, 0, 0] }, { shift: [60, 0, 0] }, { density: 30 }])(
    'refuses %o',
    (wrong) => {
      expect(() => scenariosOf({ ...none, ...(wrong as object) })).toThrow(IsocenterError);
    },
  );
});

describe('doses of scenarios', () => {
  it('nothing off is the plan’s dose, bit for bit, with its own monitor units', async () => {
    const prescription = { ...plan.prescription!, normalization: { kind: 'None' as const, percent: 100 } };
    const { planDose } = await computePlanDose({ ...input, plan: { ...plan, prescription } });
    const nominal = await doses.of(scenario([0, 0, 0]));
    expect(nominal.data).toEqual(planDose.data);
  });

  it('a patient shifted across the beam gets the same dose in the room: every voxel that of its neighbour', async () => {
    const nominal = await doses.of(scenario([0, 0, 0]));
    const [nx, ny, nz] = nominal.dims;
    for (const [shift, step] of [
      [[SHIFT, 0, 0], 1],
      [[0, 0, -SHIFT], -nx * ny],
    ] as const) {
      const moved = await doses.of(scenario(shift));
      let worst = 0;
      // Away from the box's faces, beyond which it does not go on; shifts of one voxel.
      for (let k = 8; k < nz - 8; k++)
        for (let j = 3; j < ny - 3; j++)
          for (let i = 12; i < nx - 12; i++) {
            const n = i + nx * (j + ny * k);
            // A place of the patient gets what the place beside it, in the way of the shift, got before.
            worst = Math.max(worst, Math.abs(moved.data[n] - nominal.data[n + step]));
          }
      expect(worst / sampleAtPoint(nominal, [0, 0, 0], 0)).toBeLessThan(5e-3);
    }
  });

  it('a patient further from the source gets less by the square of the distance, at the same depth', async () => {
    const nominal = await doses.of(scenario([0, 0, 0]));
    const back = await doses.of(scenario([0, 20, 0]));
    // 130 mm of water before the isocenter: source to there 1000 mm, 1020 mm after the shift towards the back.
    const ratio = sampleAtPoint(back, [0, 0, 0], 0) / sampleAtPoint(nominal, [0, 0, 0], 0);
    expect(Math.abs(ratio / (1000 / 1020) ** 2 - 1)).toBeLessThan(0.004);
  });

  it('denser water is deeper water: the dose at z of density f is that at f·z but for the square of the distance', async () => {
    const nominal = await doses.of(scenario([0, 0, 0]));
    const dense = await doses.of(scenario([0, 0, 0], 1.1));
    const surface = -130;
    for (const depth of [80, 120, 160]) {
      const [y, deeper] = [surface + depth, surface + 1.1 * depth];
      const expected = sampleAtPoint(nominal, [0, deeper, 0], 0) * ((1000 + deeper) / (1000 + y)) ** 2;
      // What is left is the field's size, larger where the beam is wider, and the penumbra's scale.
      expect(Math.abs(sampleAtPoint(dense, [0, y, 0], 0) / expected - 1)).toBeLessThan(0.015);
    }
  });

  it('a beam without monitor units has no dose to be off', async () => {
    const bare = new ScenarioDoses({ ...input, plan: { ...plan, beams: [field] } });
    await expect(bare.of(scenario([0, 0, 0]))).rejects.toMatchObject({ code: 'MISSING_ATTRIBUTE' });
  });
});

describe('robust evaluation', () => {
  let evaluation: RobustEvaluation;
  beforeAll(async () => {
    const scenarios = scenariosOf({ shift: [12, 0, 12], density: 5, diagonals: false, combined: false });
    evaluation = await evaluateRobustly(input, scenarios, [ptv]);
  });

  it('has of every voxel the least and the most, which pass for no plan’s dose', async () => {
    const { nominal, minimum, maximum, scenarios } = evaluation;
    expect(scenarios).toHaveLength(7);
    const all = await Promise.all(scenarios.map((one) => new ScenarioDoses(input).of(one)));
    for (let n = 0; n < nominal.data.length; n += 37) {
      const values = all.map(({ data }) => data[n]);
      expect([minimum.data[n], maximum.data[n]]).toEqual([Math.min(...values), Math.max(...values)]);
    }
    expect(minimum.provenance).toMatchObject({ approximate: true });
    expect(minimum.provenance?.reasons.at(-1)).toContain('the least of 7 scenarios');
  });

  it('puts every scenario’s curve into the band, and its numbers into ranges', () => {
    const dvhs = evaluation.scenarios.map(({ name, dvhs: of }) => ({ name, dvh: dvhOf(of.get(2)!) }));
    const band = dvhBand(dvhs.map(({ dvh }) => dvh));
    for (const [n, gray] of band.dose.entries()) {
      const volumes = dvhs.map(({ dvh }) => dvh.volumeAtDose(gray));
      expect([band.low[n], band.high[n]]).toEqual([Math.min(...volumes), Math.max(...volumes)]);
    }
    const d98 = metricRange(dvhs.map(({ name, dvh }) => ({ scenario: name, value: dvh.doseAtVolume(98) })));
    // A target shifted out of its field by 12 mm loses dose at its edge.
    expect(d98.low).toBeLessThan(0.9 * d98.nominal);
    expect(d98.lowIn).toMatch(/12 mm/);
  });

  it('judges goals where they stand worst', () => {
    const scenarios = evaluation.scenarios.map(({ name, dvhs }) => ({ name, dvh: () => dvhOf(dvhs.get(2)!) }));
    const [{ dvh }] = scenarios;
    const limit = (dvh().doseAtVolume(98) - 0.5).toFixed(1);
    const goals = [
      { structure: 'PTV', text: `D98 % > ${limit} Gy`, priority: 1 },
      { structure: 'PTV', text: 'D2 % < 1000 Gy', priority: 2 },
    ] as const;
    const [first, second] = worstGoals({ goals }, { rois: [ptv], prescription: plan.prescription! }, scenarios);
    expect(first).toMatchObject({
      nominal: { outcome: { status: 'met' } },
      worst: { outcome: { status: 'missed' } },
      of: 7,
    });
    expect(first.passed).toBeLessThan(7);
    expect(second).toMatchObject({ worst: { outcome: { status: 'met' } }, passed: 7 });
    // Among met ones the value nearest to its limit.
    expect(second.worst.outcome.value).toBeCloseTo(Math.max(...scenarios.map((one) => one.dvh().doseAtVolume(2))), 1);
  });
});

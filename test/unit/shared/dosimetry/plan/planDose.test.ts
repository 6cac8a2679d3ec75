import { beforeAll, describe, expect, it } from 'vitest';
import { computeDvh } from '#shared/evaluation/dvh.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { calibrationByName, machineByName } from '#shared/dosimetry/machine/machines.ts';
import { computePlanDose, type PlanDoseInput, type PlanDoseResult } from '#shared/dosimetry/plan/planDose.ts';
import { createBeam, createPlan, createPrescription } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { collapsedCone } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import type { DoseEngine } from '#shared/dosimetry/engine.ts';
import type { ControlPoint, Plan } from '#shared/model/plan.ts';
import { circle, ctOf, roiOf, square, stackOf, structuresOf } from '../phantoms.ts';

const ct = ctOf([60, 60, 40], [3, 3, 4], (i, j) => (i < 5 || i >= 55 || j < 5 || j >= 55 ? -1000 : 0));
const body = roiOf(
  1,
  'BODY',
  'EXTERNAL',
  stackOf((z) => square(150, z), -78, 78, 4),
);
const ptv = roiOf(
  2,
  'PTV',
  'PTV',
  stackOf((z) => circle(20, z), -18, 18, 4),
);
const structures = structuresOf([body, ptv]);
const iecFromLps = iecFromPatient('HFS')!;
const machine = machineByName('GENERIC_6MV');

const base = createPlan({
  sopInstanceUid: '2.25.9',
  label: 'CUBE',
  structures,
  patientPosition: 'HFS',
  prescription: createPrescription(ptv, 50, 25),
});
const beams = [0, 90].map(
  (gantry, n) =>
    createBeam({
      number: n + 1,
      name: `G${gantry}`,
      machine,
      angles: { gantry, collimator: 0, couch: 0 },
      isocenter: [0, 0, 0],
      iecFromLps,
      target: ptv.contours,
    }).beam,
);

it('a beam of an unflattened machine says so', () => {
  const unflattened = { ...machine, fluenceMode: 'NON_STANDARD' as const };
  const angles = { gantry: 0, collimator: 0, couch: 0 };
  const { beam } = createBeam({
    number: 1,
    name: 'G0',
    machine: unflattened,
    angles,
    isocenter: [0, 0, 0],
    iecFromLps,
  });
  expect([beam.fluenceMode, beam.fluenceModeId]).toEqual(['NON_STANDARD', 'FFF']);
  expect([beams[0].fluenceMode, beams[0].fluenceModeId]).toEqual(['STANDARD', undefined]);
});

let uid = 0;
function inputFor(plan: Plan, more: Partial<PlanDoseInput> = {}): PlanDoseInput {
  return {
    ct,
    structures,
    plan,
    calibration: calibrationByName('GENERIC_120KV'),
    grid: 6,
    newUid: () => `2.25.${100 + uid++}`,
    settings: { directions: 56 },
    now: '2026-01-02T03:04:05Z',
    ...more,
  };
}
const plan: Plan = { ...base, beams };
const at = (result: PlanDoseResult, n = 0): number => result.beamDoses[n].data[result.beamDoses[n].data.length >> 1];

describe('plan dose', () => {
  let result: PlanDoseResult;
  const progress: number[] = [];
  beforeAll(async () => {
    result = await computePlanDose(inputFor(plan), { onProgress: (fraction) => progress.push(fraction) });
  }, 60_000);

  it('brings the target to its prescription: D95 = 50 Gy in 25 fractions', () => {
    const dvh = computeDvh(ptv.contours, result.planDose, { name: 'PTV' });
    expect(dvh.doseAtVolume(95)).toBeCloseTo(50, 2);
    expect(dvh.max).toBeLessThan(65);
    expect(result.planDose.summation).toBe('PLAN');
  });

  it('gives every beam its MU and its dose, whose sum is the plan dose', () => {
    for (const beam of result.plan.beams) {
      // About 75 cGy a fraction and beam at 75 mm depth from a machine of 1 cGy/MU at 10 cm: of the order of 100 MU.
      expect(beam.meterset).toBeGreaterThan(70);
      expect(beam.meterset).toBeLessThan(150);
      expect(Math.abs(beam.beamDose! - 1)).toBeLessThan(0.15);
    }
    const sum = result.beamDoses[0].data.map((value, n) => value + result.beamDoses[1].data[n]);
    result.planDose.data.forEach((value, n) => {
      if (Math.abs(value - sum[n]) > 1e-4) expect(value).toBe(sum[n]);
    });
    expect(result.beamDoses.map(({ beamNumber, summation }) => [beamNumber, summation])).toEqual([[1, 'BEAM'], [2, 'BEAM']]); // biome-ignore format: pairs
  });

  it('labels what made the dose and that the machine is not commissioned', () => {
    expect(result.planDose.provenance).toMatchObject({
      engine: 'collapsed cone',
      version: '1',
      implementation: 'wasm simd',
      machines: [{ name: 'GENERIC_6MV' }],
      calibration: { name: 'GENERIC_120KV' },
      grid: { spacing: [6, 6, 6], dims: result.planDose.dims, origin: result.planDose.origin },
      settings: { directions: 56, heterogeneity: ['IMAGE'], overrides: [] },
      madeAt: '2026-01-02T03:04:05Z',
      approximate: true,
      reasons: ['a dose grid of 6.0 mm is coarser than 4 mm'],
    });
    expect(result.warnings.join()).toMatch(/GENERIC_6MV is not commissioned for clinical use/);
    expect(result.planDose.planUid).toBe('2.25.9');
    expect(progress[progress.length - 1]).toBeCloseTo(1, 9);
    expect(progress.length).toBeGreaterThan(20);
  });

  it('is linear in MU: fixed metersets twice as large give twice the dose', async () => {
    const fixed = (factor: number): Plan => ({
      ...result.plan,
      prescription: { ...plan.prescription!, normalization: { kind: 'None', percent: 100 } },
      beams: result.plan.beams.map((beam) => ({ ...beam, meterset: beam.meterset! * factor })),
    });
    const [once, twice] = [await computePlanDose(inputFor(fixed(1))), await computePlanDose(inputFor(fixed(2)))];
    expect(at(once)).toBeCloseTo(at(result), 6);
    twice.planDose.data.forEach((value, n) => {
      if (Math.abs(value - 2 * once.planDose.data[n]) > 1e-4) expect(value).toBe(2 * once.planDose.data[n]);
    });
    expect(once.plan.beams[0].meterset).toBe(result.plan.beams[0].meterset);
  });

  it('shares the target mean dose by the weights', async () => {
    const weighted = await computePlanDose(inputFor(plan, { weights: { 1: 3, 2: 1 } }));
    const means = weighted.beamDoses.map((dose) => computeDvh(ptv.contours, dose).mean);
    expect(means[0] / means[1]).toBeCloseTo(3, 3);
    expect(computeDvh(ptv.contours, weighted.planDose).doseAtVolume(95)).toBeCloseTo(50, 2);
  });

  it.each([
    ['Mean', 100, (d: ReturnType<typeof computeDvh>) => d.mean],
    ['D50', 95, (d: ReturnType<typeof computeDvh>) => d.doseAtVolume(50)],
  ] as const)('normalises to %s at %i %%', async (kind, percent, metric) => {
    const prescription = { ...plan.prescription!, normalization: { kind, percent } };
    const found = await computePlanDose(inputFor({ ...plan, beams: [beams[0]], prescription }));
    expect(metric(computeDvh(ptv.contours, found.planDose))).toBeCloseTo((50 * percent) / 100, 2);
  });

  it('a grid about a part of the patient gives the same dose there as the whole: what lies beside is computed', async () => {
    const fixed = {
      ...result.plan,
      prescription: { ...plan.prescription!, normalization: { kind: 'None', percent: 100 } as const },
    };
    const part = await computePlanDose(inputFor(fixed, { around: { roi: ptv, margin: 12 } }));
    const { dims, origin, spacing, data } = part.planDose;
    expect(dims.every((count, axis) => count < result.planDose.dims[axis] / 2)).toBe(true);
    expect(part.planDose.provenance?.grid).toEqual({ spacing, dims, origin });
    const first = [0, 1, 2].map((axis) => Math.round((origin[axis] - result.planDose.origin[axis]) / spacing[axis]));
    const whole = result.planDose;
    for (let k = 0; k < dims[2]; k++)
      for (let i = 0; i < dims[0]; i++) {
        const there = first[0] + i + whole.dims[0] * (first[1] + 3 + whole.dims[1] * (first[2] + k));
        expect(data[i + dims[0] * (3 + dims[1] * k)]).toBe(whole.data[there]);
      }
    const given = { dims, origin, spacing, direction: part.planDose.direction };
    const again = await computePlanDose(inputFor(fixed, { grid: given }));
    expect(again.planDose.dims).toEqual(dims);
    const middle = data.length >> 1;
    expect(again.planDose.data[middle] / data[middle]).toBeCloseTo(1, 2);
    expect(part.plan.beams[0].beamDose).toBeCloseTo(result.plan.beams[0].beamDose!, 9);
  });

  it('a bolus shifts the dose of the beam that names it, and only that', async () => {
    const bolus = {
      ...roiOf(
        3,
        'Bolus',
        'BOLUS',
        stackOf((z) => square(60, z, 0, -105), -58, 58, 4),
      ),
      density: 1,
    };
    const covered = structuresOf([body, ptv, bolus]);
    const beamsUnder = [{ ...result.plan.beams[0], boluses: [{ roiNumber: 3 }] }, result.plan.beams[1]];
    const fixed = {
      ...result.plan,
      beams: beamsUnder,
      prescription: { ...plan.prescription!, normalization: { kind: 'None', percent: 100 } as const },
    };
    const under = await computePlanDose(inputFor(fixed, { structures: covered }));
    const dose = (found: PlanDoseResult, n: number): number => found.plan.beams[n].beamDose!;
    // 60 mm of water more on the axis: exp(−μ d) of 6 MV is about 5 % a centimetre.
    expect(dose(under, 0) / dose(result, 0)).toBeGreaterThan(0.68);
    expect(dose(under, 0) / dose(result, 0)).toBeLessThan(0.8);
    expect(dose(under, 1) / dose(result, 1)).toBeCloseTo(1, 3);
    expect(under.planDose.provenance?.settings).toMatchObject({
      heterogeneity: ['IMAGE', 'ROI_OVERRIDE'],
      overrides: [{ name: 'Bolus', density: 1 }],
    });
    expect(under.planDose.provenance?.basis?.overrides).not.toBe(result.planDose.provenance?.basis?.overrides);
  });

  it('hands beams out together and passes on cancellation', async () => {
    let [running, most] = [0, 0];
    const engine: DoseEngine = {
      ...collapsedCone,
      beamsAtOnce: 2,
      prepare: async (problem) => {
        const prepared = await collapsedCone.prepare(problem);
        return {
          compute: async (beam, machine, options) => {
            most = Math.max(most, ++running);
            const one = await prepared.compute(beam, machine, { ...options, yieldNow: () => Promise.resolve() });
            running--;
            return one;
          },
        };
      },
    };
    const parallel = await computePlanDose(inputFor(plan, { engine }));
    expect(most).toBe(2);
    expect(at(parallel, 1)).toBe(at(result, 1));
    await expect(computePlanDose(inputFor(plan), { signal: { aborted: true } })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  it('per fluence leaves the plan alone', async () => {
    const reference = machineByName('REF_6MV_POINT');
    const { beam } = createBeam({
      number: 1,
      name: 'REF',
      machine: reference,
      angles: { gantry: 0, collimator: 0, couch: 0 },
      isocenter: [0, -75, 0],
      iecFromLps,
    });
    const only = { ...plan, beams: [beam] };
    const found = await computePlanDose(inputFor(only, { settings: { directions: 56, perFluence: true } }));
    expect(found.plan).toBe(only);
    // EGSnrc, 10 × 10 at 10 cm: 67.3 % of 7.237e-12 Gy cm² in a deep phantom; 15 cm of water scatter a little less.
    const depth = 100;
    const { dims, origin, spacing } = found.planDose;
    const [i, j, k] = [0, -75 + depth, 0].map((value, axis) => Math.round((value - origin[axis]) / spacing[axis]));
    const grays = found.planDose.data[i + dims[0] * (j + dims[1] * k)];
    expect(Math.abs(grays / (0.673 * 7.237) - 1)).toBeLessThan(0.04);
  });

  it('says what is not in the dose, lies otherwise than in the CT, or is beyond the machine', async () => {
    const [first] = beams;
    const { prescription, ...unprescribed } = plan;
    expect(prescription).toBeDefined();
    const far = first.controlPoints.map((point) => ({
      ...point,
      positions: { ...point.positions, ASYMX: [-50, 250] },
    }));
    const { warnings } = await computePlanDose(
      inputFor({
        ...unprescribed,
        patientPosition: 'FFS',
        beams: [
          { ...first, controlPoints: far, meterset: 12000 },
          { ...first, number: 2, deliveryType: 'CONTINUATION', meterset: 10 },
        ],
      }),
    );
    for (const said of [
      /Beam 2 \(G0\) is CONTINUATION: not in the dose/,
      /the plan has the patient FFS, the CT HFS/,
      /ASYMX at 250 mm is beyond the -200 … 200 mm of GENERIC_6MV/,
      /12000.0 MU are more than the 9999 MU/,
    ])
      expect(warnings.some((warning) => said.test(warning))).toBe(true);
  });

  it('says how far the body reaches beyond the CT', async () => {
    const long = { ...body, contours: stackOf((z) => square(150, z), -98, 78, 4) };
    const { warnings } = await computePlanDose(inputFor(plan, { structures: structuresOf([long, ptv]) }));
    expect(warnings.join()).toMatch(/BODY reaches 18 mm beyond the CT/); // its face is at z = -80
    expect(result.warnings.join()).not.toMatch(/beyond the CT/);
  });

  it('refuses, by name: no body, no target, no beam, missing MU, foreign frame, wrong energy, unknown position', async () => {
    const refusal = async (changed: Partial<PlanDoseInput> & { plan?: Plan }): Promise<unknown> =>
      computePlanDose({ ...inputFor(plan), ...changed }).then(
        () => 'computed',
        (error: { code: string; attribute?: string }) => `${error.code} ${error.attribute ?? ''}`.trim(),
      );
    expect(await refusal({ structures: structuresOf([ptv]) })).toBe('NOT_FOUND RTROIInterpretedType');
    expect(await refusal({ structures: structuresOf([body]) })).toBe('NOT_FOUND ReferencedROINumber');
    expect(await refusal({ plan: base })).toBe('DOSE BeamSequence');
    expect(await refusal({ plan: { ...plan, prescription: undefined } })).toBe('MISSING_ATTRIBUTE BeamMeterset');
    expect(await refusal({ plan: { ...plan, frameOfReferenceUid: '2.25.77' } })).toBe(
      'FRAME_OF_REFERENCE FrameOfReferenceUID',
    );
    expect(await refusal({ structures: structuresOf([{ ...body, frameOfReferenceUid: '2.25.77' }, ptv]) })).toBe(
      'FRAME_OF_REFERENCE ReferencedFrameOfReferenceUID',
    );
    expect(await refusal({ plan: { ...plan, patientPosition: 'SITTING' } })).toBe('GEOMETRY PatientPosition');
    expect(await refusal({ plan: { ...plan, fractions: 0 } })).toBe('MISSING_ATTRIBUTE NumberOfFractionsPlanned');
    const jaws = (positions: ControlPoint['positions']): Plan => ({
      ...plan,
      beams: [{ ...beams[0], controlPoints: beams[0].controlPoints.map((point) => ({ ...point, positions })) }],
    });
    const { positions } = beams[0].controlPoints[0];
    expect(await refusal({ plan: jaws({ ...positions, ASYMX: [50, -50] }) })).toBe(
      'INVALID_ATTRIBUTE LeafJawPositions',
    );
    expect(await refusal({ plan: jaws({ ...positions, ASYMX: undefined }) })).toBe(
      'MISSING_ATTRIBUTE LeafJawPositions',
    );
    const [first, last] = beams[0].controlPoints;
    expect(
      await refusal({
        plan: { ...plan, beams: [{ ...beams[0], controlPoints: [first, { ...last, nominalEnergy: 10 }] }] },
      }),
    ).toBe('MACHINE NominalBeamEnergy');
    const wrong = {
      ...beams[0],
      controlPoints: beams[0].controlPoints.map((point) => ({ ...point, nominalEnergy: 18 })),
    };
    expect(await refusal({ plan: { ...plan, omitted: ['beam 1: a wedge, not modelled here'] } })).toBe(
      'UNSUPPORTED_OBJECT BeamSequence',
    );
    expect(await refusal({ plan: { ...plan, beams: [wrong] } })).toBe('MACHINE NominalBeamEnergy');
    expect(await refusal({ plan: { ...plan, beams: [{ ...beams[0], fluenceMode: 'NON_STANDARD' }] } })).toBe(
      'MACHINE FluenceMode',
    );
    const unflattened = { machines: () => ({ ...machine, fluenceMode: 'NON_STANDARD' as const }) };
    expect(await refusal({ plan, ...unflattened })).toBe('MACHINE FluenceMode');
    expect(await refusal({ plan: { ...plan, beams: [{ ...beams[0], radiationType: 'ELECTRON' }] } })).toBe(
      'DOSE RadiationType',
    );
    expect(await refusal({ plan: { ...plan, beams: [{ ...beams[0], machine: 'LINAC_7' }] } })).toBe(
      'MACHINE TreatmentMachineName',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import { collapsedCone } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import { beamDose, type DoseEngine, type DoseProblem } from '#shared/dosimetry/engine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { pencilBeam } from '#shared/dosimetry/pencilBeam/pencilBeam.ts';
import { createBeam, openAperture } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { type BeamAngles, iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam } from '#shared/model/plan.ts';

const iecFromLps = iecFromPatient('HFS')!;
const N = 48;
const H = 4;
const START = (-(N - 1) / 2) * H;

const pointOf = (n: number): Vec3 => [
  START + H * (n % N),
  START + H * (Math.floor(n / N) % N),
  START + H * Math.floor(n / N / N),
];
const indexOf = (point: Vec3): number => {
  const [i, j, k] = point.map((value) => Math.round((value - START) / H));
  return i + N * (j + N * k);
};

/** A cube of 48³ voxels of 4 mm around the isocenter, with given densities at LPS points. */
function problem(density: (point: Vec3) => number): DoseProblem {
  const data = Float32Array.from({ length: N ** 3 }, (_, n) => density(pointOf(n)));
  return {
    density: { dims: [N, N, N], spacing: [H, H, H], origin: [START, START, START], direction: AXIAL, data },
    iecFromLps,
    settings: { directions: DEFAULT_DIRECTIONS, perFluence: false },
  };
}

function field(x: number, y: number, angles: Partial<BeamAngles> = {}, machine = 'REF_6MV_POINT'): Beam {
  const { beam } = createBeam({
    number: 1,
    name: 'test',
    machine: machineByName(machine),
    angles: { gantry: 0, collimator: 0, couch: 0, ...angles },
    isocenter: [0, 0, 0],
    iecFromLps,
  });
  const { positions } = openAperture(machineByName(machine), x, y);
  return { ...beam, controlPoints: beam.controlPoints.map((point) => ({ ...point, positions })) };
}

async function doseOf(one: DoseProblem, beam: Beam, engine: DoseEngine = pencilBeam): Promise<Float32Array> {
  return (await beamDose(engine, one, beam, machineByName(beam.machine))).dose;
}

const water = (): number => 1;
/** Lung with an off-centre tumour, a rib and air around: nothing symmetric. */
const thorax = ([x, y, z]: Vec3): number => {
  if (Math.hypot(x, y) > 88) return 0;
  if (Math.hypot(x - 20, y + 15, z - 10) < 25 || y < -76) return 1;
  return Math.abs(y + 64) < 8 && x > 20 ? 1.7 : 0.26;
};
const maxOf = (dose: Float32Array): number => dose.reduce((most, value) => Math.max(most, value), 0);
/** Greatest difference between `found` at moved points and `expected`, as a share of the maximum. */
const worst = (expected: Float32Array, found: Float32Array, move: (point: Vec3) => Vec3): number =>
  expected.reduce((most, value, n) => Math.max(most, Math.abs(found[indexOf(move(pointOf(n)))] - value)), 0) /
  maxOf(expected);

describe('pencil beam', () => {
  // Off-axis softening is right at 10 cm only.
  it.each([
    ['REF_6MV_POINT', 0.015],
    ['GENERIC_6MV', 0.02],
  ] as const)(
    'agrees with the collapsed cone in water where the field is: %s within %d',
    async (machine, tolerance) => {
      const beam = field(100, 100, {}, machine);
      const [fast, slow] = [await doseOf(problem(water), beam), await doseOf(problem(water), beam, collapsedCone)];
      let compared = 0;
      fast.forEach((value, n) => {
        const [x, y, z] = pointOf(n);
        // From 1.5 cm to 3 cm before the exit.
        if (y < START + 15 || y > -START - 30 || Math.max(Math.abs(x), Math.abs(z)) > 36) return;
        compared++;
        expect(Math.abs(value / slow[n] - 1), `${x}, ${y}, ${z}`).toBeLessThan(tolerance);
      });
      expect(compared).toBeGreaterThan(10_000);
    },
  );

  it('keeps the symmetry of a square field in water (1e-3: what varies slowly is computed at every second voxel)', async () => {
    const dose = await doseOf(problem(water), field(80, 80));
    expect(worst(dose, dose, ([x, y, z]) => [-x, y, z])).toBeLessThan(1e-3);
    expect(worst(dose, dose, ([x, y, z]) => [z, y, x])).toBeLessThan(1e-4);
  });

  // What varies slowly is computed at every second voxel, here 8 mm apart: at a surface or interface it depends on where these lie.
  it.each([
    ['water', water, 0.015],
    ['lung with a tumour and a rib', thorax, 0.025],
  ] as const)('is the same for beam and patient turned together by 90°: %s', async (_name, density, tolerance) => {
    const anterior = await doseOf(problem(density), field(60, 40));
    const left = await doseOf(
      problem(([x, y, z]) => density([y, -x, z])),
      field(60, 40, { gantry: 90 }),
    );
    expect(worst(anterior, left, ([x, y, z]) => [-y, x, z])).toBeLessThan(tolerance);
  });

  it('is finite and never negative, 0 where there is nothing, and says that it is approximate', async () => {
    const result = await beamDose(
      pencilBeam,
      problem(thorax),
      field(60, 60, { gantry: 35 }),
      machineByName('GENERIC_6MV'),
    );
    expect(result.dose.every((value) => value >= 0 && Number.isFinite(value))).toBe(true);
    expect(maxOf(result.dose)).toBeGreaterThan(0);
    result.dose.forEach((value, n) => {
      if (thorax(pointOf(n)) === 0 && value !== 0) expect(value).toBe(0);
    });
    expect(result.approximations).toHaveLength(1);
  });

  it('adds up: an aperture for two thirds and another for one third of the meterset (3e-3 of the maximum)', async () => {
    const [wide, small] = [field(80, 80), field(40, 60)];
    const point = (beam: Beam, weight: number): Beam['controlPoints'][number] => ({
      ...beam.controlPoints[0],
      metersetWeight: weight,
    });
    const controlPoints = [point(wide, 0), point(wide, 2 / 3), point(small, 2 / 3), point(small, 1)];
    const both = { ...wide, finalMetersetWeight: 1, controlPoints };
    const [a, b, sum] = [
      await doseOf(problem(thorax), wide),
      await doseOf(problem(thorax), small),
      await doseOf(problem(thorax), both),
    ];
    const added = a.map((value, n) => (2 * value + b[n]) / 3);
    expect(worst(sum, added, (place) => place)).toBeLessThan(3e-3);
  });

  it('gives the next aperture from kept depths as if computed afresh', async () => {
    const prepared = await pencilBeam.prepare(problem(thorax));
    const machine = machineByName('REF_6MV_POINT');
    await prepared.compute(field(80, 80), machine);
    const kept = await prepared.compute(field(40, 60), machine);
    const fresh = await doseOf(problem(thorax), field(40, 60));
    expect(kept.dose).toEqual(fresh);
  });

  it('stops when told so', async () => {
    const signal = { aborted: false };
    const run = beamDose(pencilBeam, problem(water), field(80, 80), machineByName('REF_6MV_POINT'), {
      signal,
      onProgress: (fraction) => (signal.aborted = fraction > 0.5),
      yieldNow: () => Promise.resolve(),
    });
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('refuses a source inside the patient and says when the beam misses it', async () => {
    const beam = field(80, 80);
    const inside = {
      ...beam,
      controlPoints: beam.controlPoints.map((point) => ({ ...point, isocenter: [0, 1000, 0] as Vec3 })),
    };
    await expect(doseOf(problem(water), inside)).rejects.toMatchObject({ code: 'GEOMETRY' });
    const empty = await beamDose(
      pencilBeam,
      problem(() => 0),
      beam,
      machineByName('REF_6MV_POINT'),
    );
    expect(maxOf(empty.dose)).toBe(0);
    expect(empty.warnings[0]).toContain('no radiation reaches the patient');
  });
});

import { describe, expect, it } from 'vitest';
import { collapsedCone } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import { beamDose } from '#shared/dosimetry/engine.ts';
import { type Machine, machineSchema } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL, type Grid } from '#shared/geometry/volume.ts';
import type { Beam } from '#shared/model/plan.ts';

const generic = machineByName('GENERIC_6MV');
const electrons = { weight: 0.3, attenuation: 1, range: 2.5, sigma: 60 };
const fitted = (weight: number): Machine =>
  machineSchema.parse({ ...generic, beam: { ...generic.beam, electrons: { ...electrons, weight } } });

const [N, M, H] = [25, 30, 4];
const grid: Grid = { dims: [N, M, N], spacing: [H, H, H], origin: [-48, 2, -48], direction: AXIAL };
const iecFromLps = iecFromPatient('HFS')!;

/** What the electrons add on the axis, depth by depth (layers of 4 mm), per MU; density by layer. */
async function added(side: number, density: (layer: number) => number, ssd = 1000, change: Partial<Beam> = {}) {
  const data = new Float32Array(N * M * N);
  for (let n = 0; n < data.length; n++) data[n] = density(Math.floor(n / N) % M);
  const doses = await Promise.all(
    [fitted(0.3), fitted(0)].map(async (machine) => {
      const { beam } = createBeam({
        number: 1,
        name: 'test',
        machine,
        angles: { gantry: 0, collimator: 0, couch: 0 },
        isocenter: [0, 1000 - ssd, 0],
        iecFromLps,
      });
      const positions = { ASYMX: [-side / 2, side / 2], ASYMY: [-side / 2, side / 2] };
      const controlPoints = beam.controlPoints.map((point) => ({
        ...point,
        positions,
        ...(change.wedges === undefined ? {} : { wedgePositions: { 1: 'IN' as const } }),
      }));
      const settings = { directions: 56, perFluence: false };
      const problem = { density: { ...grid, data }, iecFromLps, settings };
      return (await beamDose(collapsedCone, problem, { ...beam, ...change, controlPoints }, machine)).dose;
    }),
  );
  const middle = (N - 1) / 2;
  return Array.from({ length: M }, (_, j) => {
    const at = middle + N * (j + M * middle);
    return doses[0][at] - doses[1][at];
  });
}

describe('contaminating electrons', () => {
  it('fall with depth and are gone beyond their range, counted in g/cm²', async () => {
    const water = await added(100, () => 1);
    const light = await added(100, () => 0.5);
    for (let j = 0; j < M; j++) {
      // The middle of layer j lies 4·j + 2 mm deep; a photon dose of 0.01 Gy/MU cannot hide less than 1e-8.
      if ((j + 0.5) * 0.4 < 2.5) expect(water[j], `${j}`).toBeGreaterThan(1e-5);
      else expect(Math.abs(water[j]), `${j}`).toBeLessThan(1e-8);
      if (j > 0) expect(water[j]).toBeLessThanOrEqual(water[j - 1] + 1e-8);
    }
    // Twice as deep in half the density, save for the inverse square (0.97) and what a wider field there takes in.
    const ratio = (light[7] + light[8]) / (water[3] + water[4]);
    expect(ratio).toBeGreaterThan(0.92);
    expect(ratio).toBeLessThan(1);
    expect(light[11]).toBeGreaterThan(1e-5);
    expect(Math.abs(light[13])).toBeLessThan(1e-8);
  });

  it('grow with the field and fall with the distance from the source', async () => {
    const [small, wide, far] = [await added(40, () => 1), await added(300, () => 1), await added(100, () => 1, 1200)];
    const ten = await added(100, () => 1);
    expect(ten[0] / small[0]).toBeGreaterThan(2);
    expect(wide[0] / ten[0]).toBeGreaterThan(2);
    expect(far[0] / ten[0]).toBeCloseTo((1002 / 1202) ** 2, 2);
  });

  it('stop in a wedge', async () => {
    const wedge = { number: 1, type: 'STANDARD', id: 'W60', angle: 60, orientation: 0 };
    const behind = await added(100, () => 1, 1000, { wedges: [wedge] });
    expect(behind.every((value) => Math.abs(value) < 1e-8)).toBe(true);
  });
});

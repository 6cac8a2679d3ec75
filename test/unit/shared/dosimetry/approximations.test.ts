import { expect, it } from 'vitest';
import { collapsedConeWith } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import { beamDose } from '#shared/dosimetry/engine.ts';
import type { SuperpositionKernel } from '#shared/dosimetry/collapsedCone/kernels/contract.ts';
import { simdKernel } from '#shared/dosimetry/collapsedCone/kernels/simd/simdKernel.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL } from '#shared/geometry/volume.ts';

/** Every voxel finds its own coefficients. */
const unshared: SuperpositionKernel = {
  name: 'unshared',
  begin: (problem) => simdKernel.begin({ ...problem, minorTerma: 0 }),
};

it('look-ups shared where little is released move the dose by less than 2e-4 of its maximum', async () => {
  const n = 56;
  const data = new Float32Array(n ** 3);
  // Water with a block of lung and one of bone in the beam and beside it.
  for (let v = 0; v < data.length; v++) {
    const [i, j] = [v % n, Math.floor(v / n) % n];
    data[v] = j > 15 && j < 35 && i > 24 ? 0.26 : j > 38 && j < 44 ? 1.85 : 1;
  }
  const machine = machineByName('GENERIC_6MV');
  const iecFromLps = iecFromPatient('HFS')!;
  const angles = { gantry: 20, collimator: 0, couch: 0 };
  const { beam } = createBeam({ number: 1, name: 'open', machine, angles, isocenter: [0, 112, 0], iecFromLps });
  const density = { dims: [n, n, n], spacing: [4, 4, 4], origin: [-110, 2, -110], direction: AXIAL, data } as const;
  const settings = { directions: DEFAULT_DIRECTIONS, perFluence: false };
  const [a, b] = await Promise.all(
    [simdKernel, unshared].map(async (kernel) => {
      const engine = collapsedConeWith(kernel);
      return (await beamDose(engine, { density, iecFromLps, settings }, beam, machine)).dose;
    }),
  );
  const max = b.reduce((most, value) => Math.max(most, value), 0);
  const worst = a.reduce((most, value, v) => Math.max(most, Math.abs(value - b[v])), 0);
  expect(worst).toBeGreaterThan(0);
  expect(worst / max).toBeLessThan(2e-4);
});

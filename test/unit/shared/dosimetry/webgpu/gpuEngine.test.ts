import { describe, expect, it } from 'vitest';
import { IsocenterError } from '#shared/contract/errors.ts';
import { collapsedCone } from '#shared/dosimetry/collapsedCone.ts';
import { type BeamDoseResult, beamDose, type DoseProblem } from '#shared/dosimetry/engine.ts';
import { collapsedConeOnGpu, openGpuKernel } from '#shared/dosimetry/gpuEngine.ts';
import type { SuperpositionKernel } from '#shared/dosimetry/kernels/contract.ts';
import { referenceKernel } from '#shared/dosimetry/kernels/reference.ts';
import { GpuFailure } from '#shared/dosimetry/kernels/webgpu/device.ts';
import { machineByName } from '#shared/dosimetry/machines.ts';
import { createBeam } from '#shared/dosimetry/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL } from '#shared/geometry/volume.ts';

const iecFromLps = iecFromPatient('HFS')!;
const machine = machineByName('REF_6MV_POINT');
const angles = { gantry: 0, collimator: 0, couch: 0 };
const { beam } = createBeam({ number: 1, name: 'test', machine, angles, isocenter: [0, 0, 0], iecFromLps });
const problem: DoseProblem = {
  density: {
    dims: [12, 12, 12],
    spacing: [10, 10, 10],
    origin: [-55, -55, -55],
    direction: AXIAL,
    data: new Float32Array(12 ** 3).fill(1),
  },
  iecFromLps,
  settings: { directions: 56, perFluence: false },
};

/** Plays the GPU: right, until it fails in the cone of this number. */
function failingAt(number: number, failure: () => unknown): SuperpositionKernel {
  return {
    name: 'webgpu (test)',
    begin: (given) => {
      const run = referenceKernel.begin(given);
      let cones = 0;
      return {
        sweep: async (cone) => {
          if (++cones === number) throw failure();
          await run.sweep(cone);
        },
        finish: () => run.finish(),
      };
    },
  };
}

const healthy = failingAt(Infinity, () => undefined);

describe('the collapsed cone on a GPU', () => {
  const onCpu = (): Promise<BeamDoseResult> => beamDose(collapsedCone, problem, beam, machine);

  it('computes on the CPU, without a word, where there is no GPU', async () => {
    const result = await beamDose(
      collapsedConeOnGpu(() => openGpuKernel()),
      problem,
      beam,
      machine,
    );
    expect(result).toEqual(await onCpu());
    expect(result.implementation).toBe('wasm simd');
  });

  it('opens the GPU once and says that it computed', async () => {
    let opened = 0;
    const engine = collapsedConeOnGpu(() => {
      opened++;
      return Promise.resolve(healthy);
    });
    for (let n = 0; n < 2; n++) {
      const result = await beamDose(engine, problem, beam, machine);
      expect(result.implementation).toBe('webgpu (test)');
      expect(result.warnings).toEqual([]);
    }
    expect(opened).toBe(1);
  });

  it('gives the dose of the CPU with a warning when the GPU fails under way, and opens it anew', async () => {
    const kernels = [failingAt(20, () => new GpuFailure('the device was lost')), healthy];
    const engine = collapsedConeOnGpu(() => Promise.resolve(kernels.shift()));
    const prepared = await engine.prepare(problem);
    const first = await prepared.compute(beam, machine);
    expect(first.dose).toEqual((await onCpu()).dose);
    expect(first.implementation).toBe('wasm simd');
    expect(first.warnings).toEqual(['Beam 1 (test): computed on the CPU because the GPU failed: the device was lost']);
    expect((await prepared.compute(beam, machine)).implementation).toBe('webgpu (test)');
  });

  it('warns when there is a GPU that cannot be opened', async () => {
    const engine = collapsedConeOnGpu(() => Promise.reject(new GpuFailure('it computes a wrong dose')));
    const { implementation, warnings } = await beamDose(engine, problem, beam, machine);
    expect(implementation).toBe('wasm simd');
    expect(warnings).toEqual(['Beam 1 (test): computed on the CPU because the GPU failed: it computes a wrong dose']);
  });

  it('does not take a cancel or a fault of the plan for a failure of the GPU', async () => {
    const cancelled = failingAt(3, () => new IsocenterError('CANCELLED', 'cancelled by the user'));
    const engine = collapsedConeOnGpu(() => Promise.resolve(cancelled));
    await expect(beamDose(engine, problem, beam, machine)).rejects.toMatchObject({ code: 'CANCELLED' });
    const electrons = { ...beam, radiationType: 'ELECTRON' } as const;
    await expect(beamDose(engine, problem, electrons, machine)).rejects.toThrow('only photon beams');
  });
});

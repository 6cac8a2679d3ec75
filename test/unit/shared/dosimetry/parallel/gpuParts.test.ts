import { afterEach, describe, expect, it } from 'vitest';
import { IsocenterError } from '#shared/contract/errors.ts';
import { collapsedCone, collapsedConeWith } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import { type BeamDoseResult, beamDose, type DoseProblem } from '#shared/dosimetry/engine.ts';
import type { SuperpositionKernel } from '#shared/dosimetry/collapsedCone/kernels/contract.ts';
import { referenceKernel } from '#shared/dosimetry/collapsedCone/kernels/reference.ts';
import { GpuFailure } from '#shared/gpu/device.ts';
import { GpuSource } from '#shared/dosimetry/collapsedCone/kernels/webgpu/open.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { type CrewHost, DoseCrew } from '#shared/dosimetry/parallel/crew.ts';
import { doseWorker } from '#shared/dosimetry/parallel/worker.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
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

/** Workers in this thread. */
const host: CrewHost = {
  start(hear) {
    const receive = doseWorker(hear, () => new Promise((resolve) => setImmediate(resolve)));
    return { post: (message) => void setImmediate(() => receive(message)), stop: () => Promise.resolve() };
  },
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
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
const onCpu = (): Promise<BeamDoseResult> => beamDose(collapsedCone, problem, beam, machine);

describe('a crew with a GPU', () => {
  let crew: DoseCrew | undefined;
  const crewOn = (open: () => Promise<SuperpositionKernel | undefined>): DoseCrew =>
    (crew = new DoseCrew('ccc', 2, host, new GpuSource(open)));
  afterEach(() => crew?.close());

  it('computes on the CPU, without a word, where the platform has no GPU', async () => {
    crew = new DoseCrew('ccc', 2, host, new GpuSource());
    const result = await beamDose(crew, problem, beam, machine);
    expect(result).toEqual(await onCpu());
    expect(result.implementation).toBe('wasm simd');
  });

  it('opens the GPU once, computes on it and says so', async () => {
    let opened = 0;
    const engine = crewOn(() => {
      opened++;
      return Promise.resolve(healthy);
    });
    const seen: number[] = [];
    const expected = await beamDose(collapsedConeWith(referenceKernel), problem, beam, machine);
    for (let n = 0; n < 2; n++) {
      const result = await beamDose(engine, problem, beam, machine, { onProgress: (share) => seen.push(share) });
      // All cones are summed in one go, not in eight.
      expect(largestDeviation(result.dose, expected.dose)).toBeLessThan(1e-6);
      expect(result.implementation).toBe('webgpu (test)');
      expect(result.warnings).toEqual([]);
    }
    expect(opened).toBe(1);
    expect(seen[seen.length - 1]).toBeCloseTo(1, 9);
  });

  it('lets the workers do with a warning what the GPU fails at, and opens it anew for the next patient', async () => {
    const kernels = [failingAt(20, () => new GpuFailure('the device was lost')), healthy];
    const engine = crewOn(() => Promise.resolve(kernels.shift()));
    const prepared = await engine.prepare(problem);
    const expected = await onCpu();
    for (let n = 0; n < 2; n++) {
      const result = await prepared.compute(beam, machine);
      expect(largestDeviation(result.dose, expected.dose)).toBeLessThan(1e-6);
      expect(result.implementation).toBe('wasm simd');
      expect(result.warnings).toEqual([
        'Beam 1 (test): computed on the CPU because the GPU failed: the device was lost',
      ]);
    }
    const again = await beamDose(engine, problem, beam, machine);
    expect(again.implementation).toBe('webgpu (test)');
    expect(again.warnings).toEqual([]);
  });

  it('warns when there is a GPU that cannot be opened', async () => {
    const engine = crewOn(() => Promise.reject(new GpuFailure('it computes a wrong dose')));
    const { dose, implementation, warnings } = await beamDose(engine, problem, beam, machine);
    expect(dose).toEqual((await onCpu()).dose);
    expect(implementation).toBe('wasm simd');
    expect(warnings).toEqual(['Beam 1 (test): computed on the CPU because the GPU failed: it computes a wrong dose']);
  });

  it('does not take a cancel or a fault of the plan for a failure of the GPU', async () => {
    const signal = { aborted: false };
    const slow: SuperpositionKernel = {
      name: 'webgpu (slow)',
      begin: () => ({
        sweep: () => {
          signal.aborted = true;
          return new Promise((resolve) => setTimeout(resolve, 10));
        },
        finish: () => Promise.reject(new Error('a cancelled beam is not finished')),
      }),
    };
    const engine = crewOn(() => Promise.resolve(slow));
    await expect(beamDose(engine, problem, beam, machine, { signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    const electrons = { ...beam, radiationType: 'ELECTRON' } as const;
    await expect(beamDose(engine, problem, electrons, machine)).rejects.toThrow('only photon beams');
    const faulty = crewOn(() => Promise.resolve(failingAt(3, () => new IsocenterError('INTERNAL', 'a fault'))));
    await expect(beamDose(faulty, problem, beam, machine)).rejects.toThrow('a fault');
  });
});

/** Of the largest expected value. */
function largestDeviation(found: Float32Array, expected: Float32Array): number {
  let [worst, largest] = [0, 0];
  for (let v = 0; v < expected.length; v++) {
    worst = Math.max(worst, Math.abs(found[v] - expected[v]));
    largest = Math.max(largest, expected[v]);
  }
  return worst / largest;
}

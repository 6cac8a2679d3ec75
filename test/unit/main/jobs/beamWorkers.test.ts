import { afterAll, describe, expect, it } from 'vitest';
import { collapsedCone } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import { directionSets } from '#shared/dosimetry/collapsedCone/directions.ts';
import { type BeamDoseResult, beamDose, type ComputeOptions, type DoseProblem } from '#shared/dosimetry/engine.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam } from '#shared/model/plan.ts';
import { BeamWorkers } from '#main/jobs/beamWorkers.ts';

const machine = machineByName('GENERIC_6MV');
const iecFromLps = iecFromPatient('HFS') ?? [];

/** A beam on a patient. */
interface SetUp extends DoseProblem {
  readonly beam: Beam;
  readonly machine: Machine;
}

const compute = (
  workers: BeamWorkers,
  { beam, machine, ...problem }: SetUp,
  options?: ComputeOptions,
): Promise<BeamDoseResult> => beamDose(workers, problem, beam, machine, options);

/** A field on a cube of water, coarse enough to take a fraction of a second; `size` voxels a side. */
function beamInput(number: number, size = 12, perFluence = false): SetUp {
  const spacing = 240 / size;
  const first = -120 + spacing / 2;
  const { beam } = createBeam({
    number,
    name: `beam ${number}`,
    machine,
    angles: { gantry: 40 * number, collimator: 0, couch: 0 },
    isocenter: [0, 0, 0],
    iecFromLps,
  });
  return {
    density: {
      dims: [size, size, size],
      spacing: [spacing, spacing, spacing],
      origin: [first, first, first],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      data: new Float32Array(size ** 3).fill(1),
    },
    beam,
    machine,
    iecFromLps,
    settings: { directions: Math.min(...directionSets), perFluence },
  };
}

describe('beam workers', () => {
  const workers = new BeamWorkers(2);
  afterAll(() => workers.close());

  it('compute what the engine computes, for more beams than threads, with progress', async () => {
    const seen = new Set<number>();
    const inputs = [1, 2, 3].map((number) => beamInput(number));
    const results = await Promise.all(
      inputs.map((input) => compute(workers, input, { onProgress: () => seen.add(input.beam.number) })),
    );
    expect(seen).toEqual(new Set([1, 2, 3]));
    for (const [n, input] of inputs.entries())
      expect(results[n].dose).toEqual((await beamDose(collapsedCone, input, input.beam, machine)).dose);
  });

  it('keep the code, object and message of an error, and go on working', async () => {
    await expect(compute(workers, beamInput(7, 8, true))).rejects.toMatchObject({
      name: 'IsocenterError',
      code: 'DOSE',
      object: 'Beam 7 (beam 7)',
    });
    await expect(compute(workers, beamInput(1, 8))).resolves.toMatchObject({ warnings: [] });
  });

  it('stop a beam when its signal fires, long before its end', async () => {
    const stop = new AbortController();
    let reached = 0;
    const onProgress = (fraction: number): void => {
      reached = fraction;
      stop.abort();
    };
    const running = compute(workers, beamInput(1, 90), { signal: stop.signal, onProgress });
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(reached).toBeGreaterThan(0);
    expect(reached).toBeLessThan(0.9);
    await expect(compute(workers, beamInput(2, 8))).resolves.toBeDefined();
  });

  it('hear a cancel at any moment of a beam, and are ready for the next one', async () => {
    for (const moment of [0, 10, 40, 120, 300, 700]) {
      const signal = { aborted: false };
      let at = 0;
      const running = compute(workers, beamInput(1, 100), { signal });
      setTimeout(() => {
        signal.aborted = true;
        at = performance.now();
      }, moment);
      await expect(running, `${moment} ms`).rejects.toMatchObject({ code: 'CANCELLED' });
      // 200 ms are asked for, and measured by the bench; a loaded machine may take longer.
      expect(performance.now() - at, `${moment} ms`).toBeLessThan(2000);
    }
    await expect(compute(workers, beamInput(2, 8))).resolves.toMatchObject({ warnings: [] });
  });

  it('refuse a beam whose signal has fired already', async () => {
    await expect(compute(workers, beamInput(1, 8), { signal: { aborted: true } })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

describe('closing the workers', () => {
  it('fails running, waiting and later beams as cancelled', async () => {
    const workers = new BeamWorkers(1);
    const pending = [1, 2].map((number) => compute(workers, beamInput(number, 100)));
    const outcomes = Promise.allSettled(pending);
    await workers.close();
    for (const outcome of await outcomes) {
      expect(outcome.status).toBe('rejected');
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'CANCELLED' });
    }
    await expect(compute(workers, beamInput(3))).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it.each([0, -1, 1.5, 257, Number.NaN])('%s is no number of threads', (threads) => {
    expect(() => new BeamWorkers(threads)).toThrowError(expect.objectContaining({ code: 'USAGE' }));
  });
});

import { describe, expect, it } from 'vitest';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import type { DoseEngine } from '#shared/dosimetry/engine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { PlanDoseMemory } from '#shared/dosimetry/plan/planDoseMemory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL } from '#shared/geometry/volume.ts';

const machine = machineByName('GENERIC_6MV');
const iecFromLps = iecFromPatient('HFS')!;

/** Counts what it is asked for. */
function counting(): { engine: DoseEngine; asked: { prepared: number; computed: number[] } } {
  const asked = { prepared: 0, computed: [] as number[] };
  const engine: DoseEngine = {
    name: 'counting',
    version: '1',
    prepare: () => {
      asked.prepared++;
      return Promise.resolve({
        compute: (beam) => {
          asked.computed.push(beam.number);
          return Promise.resolve({
            dose: new Float32Array(1),
            implementation: 'none',
            approximations: [],
            warnings: [],
          });
        },
      });
    },
  };
  return { engine, asked };
}

const beamOf = (number: number, gantry = 0) =>
  createBeam({
    number,
    name: `B${number}`,
    machine,
    angles: { gantry, collimator: 0, couch: 0 },
    isocenter: [0, 0, 0],
    iecFromLps,
  }).beam;

const problemOf = () => ({
  density: {
    dims: [1, 1, 1] as const,
    spacing: [3, 3, 3] as const,
    origin: [0, 0, 0] as const,
    direction: AXIAL,
    data: new Float32Array(1),
  },
  iecFromLps,
  settings: { directions: DEFAULT_DIRECTIONS, perFluence: false },
});

describe('memory of a plan dose', () => {
  it('prepares once for a density, and computes only beams that were changed in what shapes them', async () => {
    const { engine, asked } = counting();
    const memory = new PlanDoseMemory(engine, { quick: true });
    const problem = problemOf();
    for (const beams of [
      [beamOf(1), beamOf(2)],
      [{ ...beamOf(1), name: 'renamed', meterset: 90 }, beamOf(2, 40)],
    ]) {
      const prepared = await memory.engine.prepare(problem);
      for (const beam of beams) await prepared.compute(beam, machine);
    }
    expect(asked).toEqual({ prepared: 1, computed: [1, 2, 2] });
    const other = await memory.engine.prepare(problemOf());
    await other.compute(beamOf(1), machine);
    expect(asked).toEqual({ prepared: 2, computed: [1, 2, 2, 1] });
  });

  it('computes anew for other settings or another machine', async () => {
    const { engine, asked } = counting();
    const memory = new PlanDoseMemory(engine, { quick: true });
    const problem = problemOf();
    await (await memory.engine.prepare(problem)).compute(beamOf(1), machine);
    await (await memory.engine.prepare(problem)).compute(beamOf(1), { ...machine, name: 'OTHER' });
    await memory.engine.prepare({ ...problem, settings: { ...problem.settings, directions: 56 } });
    expect(asked).toEqual({ prepared: 2, computed: [1, 1] });
  });

  it('keeps what was made of the patient as long as the key is the same', () => {
    const memory = new PlanDoseMemory(counting().engine, { quick: true });
    const made = memory.patient('a', () => ({ n: 1 }));
    expect(memory.patient('a', () => ({ n: 2 }))).toBe(made);
    expect(memory.patient('b', () => ({ n: 3 }))).toEqual({ n: 3 });
  });
});

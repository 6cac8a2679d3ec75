import { afterEach, describe, expect, it, vi } from 'vitest';
import { collapsedCone } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import { beamDose, type DoseProblem } from '#shared/dosimetry/engine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { threadsFor } from '#shared/dosimetry/patient/gridSize.ts';
import { type CrewHost, DoseCrew } from '#shared/dosimetry/parallel/crew.ts';
import type { FromWorker, ToWorker } from '#shared/dosimetry/parallel/messages.ts';
import { doseWorker } from '#shared/dosimetry/parallel/worker.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import type { Beam } from '#shared/model/plan.ts';

const machine = machineByName('REF_6MV_POINT');
const iecFromLps = iecFromPatient('HFS')!;
const SIZE = 10;
const problem: DoseProblem = {
  density: {
    dims: [SIZE, SIZE, SIZE],
    spacing: [20, 20, 20],
    origin: [-90, -90, -90],
    direction: AXIAL,
    data: new Float32Array(SIZE ** 3).fill(1),
  },
  iecFromLps,
  settings: { directions: 56, perFluence: false },
};

const beamAt = (number: number): Beam =>
  createBeam({
    number,
    name: `beam ${number}`,
    machine,
    angles: { gantry: 35 * number, collimator: 0, couch: 0 },
    isocenter: [0, 0, 0],
    iecFromLps,
  }).beam;

/** Workers in this thread that talk by structured clone; `before` sees every message to a worker and may swallow it. */
function hostWith(before: (message: ToWorker, worker: number, lose: (reason: string) => void) => boolean): {
  readonly host: CrewHost;
  readonly count: { started: number; stopped: number };
} {
  const count = { started: 0, stopped: 0 };
  const host: CrewHost = {
    start(hear, lost) {
      const number = count.started++;
      let gone = false;
      const tell = (message: FromWorker): void => {
        if (!gone) hear(structuredClone(message));
      };
      const receive = doseWorker(tell, () => new Promise((resolve) => setImmediate(resolve)));
      return {
        post: (message) => {
          if (gone || !before(message, number, lost)) return;
          const copy = structuredClone(message);
          setImmediate(() => receive(copy));
        },
        stop: () => {
          gone = true;
          count.stopped++;
          return Promise.resolve();
        },
      };
    },
    after(milliseconds, call) {
      const timer = setTimeout(call, milliseconds);
      return () => clearTimeout(timer);
    },
  };
  return { host, count };
}

vi.mock(import('#shared/dosimetry/patient/gridSize.ts'), async (original) => {
  const real = await original();
  return { ...real, threadsFor: vi.fn(real.threadsFor) };
});

afterEach(() => vi.unstubAllGlobals());

describe('a crew of dose workers', () => {
  it('gives one beam the dose of the engine to the bit, on any number of workers', async () => {
    const expected = await beamDose(collapsedCone, problem, beamAt(1), machine);
    for (const size of [1, 2, 3, 8]) {
      const at = new Set<number>();
      const { host } = hostWith((message, worker) => {
        if (message.kind === 'part') at.add(worker);
        return true;
      });
      const crew = new DoseCrew('ccc', size, host);
      const seen: number[] = [];
      const found = await beamDose(crew, problem, beamAt(1), machine, { onProgress: (share) => seen.push(share) });
      expect(found).toEqual(expected);
      expect(at.size, `workers used of ${size}`).toBeGreaterThanOrEqual(Math.min(size, 5));
      expect(seen.every((value, n) => n === 0 || value >= seen[n - 1])).toBe(true);
      expect(seen[seen.length - 1]).toBeCloseTo(1, 9);
      await crew.close();
    }
  });

  it('does so without shared memory, by copies', async () => {
    const expected = await beamDose(collapsedCone, problem, beamAt(1), machine);
    vi.stubGlobal('SharedArrayBuffer', undefined);
    const { host } = hostWith(() => true);
    const crew = new DoseCrew('ccc', 2, host);
    expect((await beamDose(crew, problem, beamAt(1), machine)).dose).toEqual(expected.dose);
    await crew.close();
  });

  it('does beams in the order in which they were asked for, and says when there is rest', async () => {
    const said: string[] = [];
    const spread: number[] = [];
    const { host } = hostWith((message) => {
      said.push(message.kind);
      if (message.kind === 'part' && message.part.kind === 'spread') spread.push(message.part.group);
      return true;
    });
    const crew = new DoseCrew('ccc', 1, host);
    const prepared = await crew.prepare(problem);
    await Promise.all([1, 2].map((number) => prepared.compute(beamAt(number), machine)));
    expect(spread).toHaveLength(16);
    expect(spread).toEqual([...spread].sort((a, b) => a - b));
    expect(said.filter((kind) => kind === 'prepare')).toHaveLength(1);
    expect(said[said.length - 1]).toBe('rest');
    await crew.close();
  });

  it('ends a worker that does not hear a cancel, and goes on with another', async () => {
    let deaf = true;
    const { host, count } = hostWith((message) => !deaf || message.kind === 'prepare');
    const crew = new DoseCrew('ccc', 1, host);
    const signal = { aborted: false };
    const running = beamDose(crew, problem, beamAt(1), machine, { signal });
    setTimeout(() => {
      signal.aborted = true;
    }, 10);
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    deaf = false;
    await expect(beamDose(crew, problem, beamAt(2), machine)).resolves.toMatchObject({ warnings: [] });
    expect(count).toEqual({ started: 2, stopped: 1 });
    await crew.close();
  });

  it('fails the beam whose worker broke down, by name, and no other', async () => {
    const { host } = hostWith((message, worker, lose) => {
      if (worker === 0 && message.kind === 'part') lose('out of memory');
      return worker !== 0;
    });
    const crew = new DoseCrew('ccc', 1, host);
    await expect(beamDose(crew, problem, beamAt(7), machine)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'out of memory',
      object: 'Beam 7 (beam 7)',
    });
    await expect(beamDose(crew, problem, beamAt(1), machine)).resolves.toMatchObject({ warnings: [] });
    await crew.close();
  });

  it('lets go of idle workers for which a large grid has no room', async () => {
    const { host, count } = hostWith(() => true);
    const crew = new DoseCrew('ccc', 3, host);
    await beamDose(crew, problem, beamAt(1), machine);
    expect(count).toEqual({ started: 3, stopped: 0 });
    vi.mocked(threadsFor).mockReturnValueOnce(1);
    await beamDose(crew, problem, beamAt(2), machine);
    expect(count).toEqual({ started: 3, stopped: 2 });
    await crew.close();
  });

  it('passes on refusals of the engine with code and attribute', async () => {
    const { host } = hostWith(() => true);
    const crew = new DoseCrew('ccc', 2, host);
    const electrons: Beam = { ...beamAt(1), radiationType: 'ELECTRON' };
    await expect(beamDose(crew, problem, electrons, machine)).rejects.toMatchObject({
      code: 'DOSE',
      attribute: 'RadiationType',
    });
    await expect(crew.prepare({ ...problem, settings: { directions: 7, perFluence: false } })).rejects.toMatchObject({
      code: 'DOSE',
      attribute: 'directions',
    });
    await crew.close();
  });
});

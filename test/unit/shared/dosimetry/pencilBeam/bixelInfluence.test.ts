import { describe, expect, it } from 'vitest';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import { beamDose, type DoseProblem } from '#shared/dosimetry/engine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { type BixelInfluence, bixelInfluence } from '#shared/dosimetry/pencilBeam/bixelInfluence.ts';
import { pencilBeam } from '#shared/dosimetry/pencilBeam/pencilBeam.ts';
import { createBeam, openAperture } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL } from '#shared/geometry/volume.ts';

const iecFromLps = iecFromPatient('HFS')!;
const machine = machineByName('REF_6MV_POINT');
const N = 40;
const H = 4;
const START = (-(N - 1) / 2) * H;

/** Water, with a block of lung unless plain. */
const problemOf = (plain: boolean): DoseProblem => ({
  density: {
    dims: [N, N, N],
    spacing: [H, H, H],
    origin: [START, START, START],
    direction: AXIAL,
    data: Float32Array.from({ length: N ** 3 }, (_, n) =>
      !plain && n % N > 22 && Math.floor(n / N) % N > 12 ? 0.26 : 1,
    ),
  },
  iecFromLps,
  settings: { directions: DEFAULT_DIRECTIONS, perFluence: false },
});
const problem = problemOf(false);
const angles = { gantry: 25, collimator: 10, couch: 0 };
const { beam: open } = createBeam({ number: 1, name: 'bixels', machine, angles, isocenter: [0, 0, 0], iecFromLps });
const { positions } = openAperture(machine, 60, 40);
const beam = { ...open, controlPoints: open.controlPoints.map((point) => ({ ...point, positions })) };
/** 60 × 40 mm in bixels of 5 mm. */
const middles = Array.from({ length: 96 }, (_, n): [number, number] => [
  -27.5 + 5 * (n % 12),
  -17.5 + 5 * Math.floor(n / 12),
]);
const lattice = { width: 5, middles };

async function sumOf({ blocks }: BixelInfluence): Promise<Float32Array> {
  const sum = new Float32Array(N ** 3);
  for await (const { voxels, doses } of blocks) for (let n = 0; n < voxels.length; n++) sum[voxels[n]] += doses[n];
  return sum;
}

describe('dose influence of bixels', () => {
  // A sharp edge of a point source falls by 20 % a millimetre, and the engine's pixels are not the bixels' exact edges: 0.4 mm. In lung
  // the engine sees what varies slowly at every second voxel only.
  it.each([
    ['water', true, 0.005],
    ['water and lung', false, 0.035],
  ] as const)('adds up to the open field of the pencil beam: %s', async (_name, plain, tolerance) => {
    const { dose } = await beamDose(pencilBeam, problemOf(plain), beam, machine);
    const sum = await sumOf(bixelInfluence(problemOf(plain), beam, machine, lattice, { cutOff: { radius: 300 } }));
    const max = dose.reduce((most, value) => Math.max(most, value), 0);
    let compared = 0;
    for (let n = 0; n < dose.length; n++) {
      if ([n % N, Math.floor(n / N) % N, Math.floor(n / N / N)].some((i) => i === 0 || i === N - 1)) continue;
      compared++;
      const steepest = [1, N, N * N].reduce((most, step) => Math.max(most, Math.abs(sum[n + step] - sum[n - step])), 0);
      const allowed = tolerance * max + (0.4 * steepest) / (2 * H);
      if (Math.abs(dose[n] - sum[n]) > allowed) expect(dose[n] / max, `voxel ${n}`).toBeCloseTo(sum[n] / max, 3);
    }
    expect(compared).toBeGreaterThan(50_000);
    const total = (values: Float32Array): number => values.reduce((all, value) => all + value, 0);
    expect(Math.abs(total(dose) / total(sum) - 1)).toBeLessThan(0.005);
  });

  it('loses no more beyond its cut-off than it says, and the more the smaller it is', async () => {
    const whole = bixelInfluence(
      problem,
      beam,
      machine,
      { width: 5, middles: [[2.5, 2.5]] },
      { cutOff: { radius: 300 } },
    );
    const cut = bixelInfluence(problem, beam, machine, { width: 5, middles: [[2.5, 2.5]] }, { cutOff: { lost: 0.15 } });
    expect(cut.lost).toBeLessThanOrEqual(0.15);
    expect(cut.cutOff).toBeLessThan(60);
    const total = (dose: Float32Array): number => dose.reduce((sum, value) => sum + value, 0);
    const [all, kept] = [total(await sumOf(whole)), total(await sumOf(cut))];
    expect(kept / all).toBeLessThan(1);
    // The phantom is 16 cm wide: it never held all that lies beyond the cut-off.
    expect(1 - kept / all).toBeLessThan(cut.lost);
  });

  it('comes in blocks that keep to their size, in the order of the bixels', async () => {
    const inOne = await sumOf(bixelInfluence(problem, beam, machine, lattice, { cutOff: { radius: 30 } }));
    const blockSize = 50_000;
    let next = 0;
    const sum = new Float32Array(N ** 3);
    for await (const block of bixelInfluence(problem, beam, machine, lattice, { cutOff: { radius: 30 }, blockSize })
      .blocks) {
      expect(block.first).toBe(next);
      next += block.offsets.length - 1;
      expect(block.doses.length).toBeLessThanOrEqual(blockSize);
      expect(block.offsets.at(-1)).toBe(block.doses.length);
      block.voxels.forEach((voxel, n) => (sum[voxel] += block.doses[n]));
    }
    expect(next).toBe(middles.length);
    expect(sum).toEqual(inOne);
  });

  it('stops between bixels when told so; refuses an empty lattice', async () => {
    const signal = { aborted: false };
    const { blocks } = bixelInfluence(problem, beam, machine, lattice, { blockSize: 20_000, signal });
    await blocks.next();
    signal.aborted = true;
    await expect(blocks.next()).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(() => bixelInfluence(problem, beam, machine, { width: 5, middles: [] })).toThrowError(
      expect.objectContaining({ code: 'USAGE' }),
    );
  });
});

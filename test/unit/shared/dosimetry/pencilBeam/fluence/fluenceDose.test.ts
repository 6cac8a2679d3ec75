import { describe, expect, it } from 'vitest';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import type { DoseProblem } from '#shared/dosimetry/engine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { bixelInfluence } from '#shared/dosimetry/pencilBeam/bixelInfluence.ts';
import { fluenceDose } from '#shared/dosimetry/pencilBeam/fluence/fluenceDose.ts';
import { referenceKernel } from '#shared/dosimetry/pencilBeam/fluence/referenceKernel.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import { seeded } from '#test/builders/random.ts';

const iecFromLps = iecFromPatient('HFS')!;
const N = 40;
const H = 4;
const START = (-(N - 1) / 2) * H;
/** Water with a block of lung. */
const problem: DoseProblem = {
  density: {
    dims: [N, N, N],
    spacing: [H, H, H],
    origin: [START, START, START],
    direction: AXIAL,
    data: Float32Array.from({ length: N ** 3 }, (_, n) => (n % N > 22 && Math.floor(n / N) % N > 12 ? 0.26 : 1)),
  },
  iecFromLps,
  settings: { directions: DEFAULT_DIRECTIONS, perFluence: false },
};
const angles = { gantry: 25, collimator: 10, couch: 0 };
/** An L of 5 mm bixels: a lattice with a corner missing. */
const middles = Array.from({ length: 96 }, (_, n): [number, number] => [
  -27.5 + 5 * (n % 12),
  -17.5 + 5 * Math.floor(n / 12),
]).filter(([x, y]) => x < 10 || y < 0);
const lattice = { width: 5, middles };
const every = Uint32Array.from({ length: N ** 3 }, (_, n) => n);
const random = seeded(5);
const weights = Float64Array.from(middles, () => Math.max(0, random() - 0.3));

const machine = machineByName('GENERIC_6MV');
const { beam } = createBeam({ number: 1, name: 'bixels', machine, angles, isocenter: [0, 0, 0], iecFromLps });

describe('the dose of a fluence without a matrix', () => {
  // The matrix takes its profiles at the nearest 1/8 mm, where a sharp edge falls by 20 % a millimetre: 1.3 % of the maximum; the
  // planes' nodes lie 0.6 mm apart and are read bilinearly.
  it('is that of the dose-influence matrix', async () => {
    const expected = new Float64Array(N ** 3);
    let column = 0;
    for await (const { offsets, voxels, doses } of bixelInfluence(problem, beam, machine, lattice, {
      cutOff: { radius: 400 },
    }).blocks)
      for (let n = 0; n + 1 < offsets.length; n++, column++)
        for (let k = offsets[n]; k < offsets[n + 1]; k++) expected[voxels[k]] += weights[column] * doses[k];
    const found = new Float64Array(N ** 3);
    fluenceDose(problem, beam, machine, lattice, every, N ** 3).addDoses(weights, found);
    const max = expected.reduce((most, value) => Math.max(most, value), 0);
    let [largest, sum, counted] = [0, 0, 0];
    for (let n = 0; n < found.length; n++) {
      if (expected[n] < 0.1 * max) continue;
      const off = Math.abs(found[n] - expected[n]) / max;
      largest = Math.max(largest, off);
      sum += off;
      counted++;
    }
    expect(counted).toBeGreaterThan(2000);
    expect(largest).toBeLessThan(0.02);
    expect(sum / counted).toBeLessThan(0.003);
  });

  /** Every third voxel matters. */
  const some = Uint32Array.from({ length: N ** 3 }, (_, n) => (n % 3 === 0 ? n / 3 : 0xffffffff));
  const rows = Math.ceil(N ** 3 / 3);

  it('gives as gradient what the transpose would, and the same in WebAssembly as in the reference', () => {
    const [fast, plain] = [undefined, referenceKernel].map((kernel) =>
      fluenceDose(problem, beam, machine, lattice, some, rows, kernel),
    );
    expect(fast.seen).toBeGreaterThan(rows / 2);
    const wanted = Float64Array.from({ length: rows }, () => random() - 0.5);
    const [a, b] = [fast, plain].map((operator) => {
      const doses = new Float64Array(rows);
      const gradient = new Float64Array(middles.length);
      operator.addDoses(weights, doses);
      operator.addGradient(wanted, gradient);
      return { doses, gradient };
    });
    const dot = (x: Float64Array, y: Float64Array): number => x.reduce((sum, value, n) => sum + value * y[n], 0);
    const size = Math.sqrt(dot(a.doses, a.doses) * dot(wanted, wanted));
    expect(Math.abs(dot(a.doses, wanted) - dot(weights, a.gradient)) / size).toBeLessThan(1e-6);
    const most = b.doses.reduce((largest, value) => Math.max(largest, value), 0);
    expect(Math.max(...a.doses.map((value, n) => Math.abs(value - b.doses[n])))).toBeLessThan(1e-5 * most);
    const steepest = b.gradient.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    expect(Math.max(...a.gradient.map((value, n) => Math.abs(value - b.gradient[n])))).toBeLessThan(1e-4 * steepest);
  });

  it('gives a few voxels the bits that they have among many: of its planes only what is read is made', () => {
    const few = some.map((row) => (row % 97 === 0 ? row / 97 : 0xffffffff));
    const fewRows = Math.ceil(rows / 97);
    const [sparse, dense] = [
      fluenceDose(problem, beam, machine, lattice, few, fewRows),
      fluenceDose(problem, beam, machine, lattice, some, rows),
    ];
    const wanted = Float64Array.from({ length: fewRows }, () => random() - 0.5);
    const among = new Float64Array(rows);
    for (const [n, value] of wanted.entries()) among[97 * n] = value;
    // Twice, after other fluence and doses.
    for (const fluence of [weights, weights.map((weight) => 1 - weight)]) {
      const [own, all] = [new Float64Array(fewRows), new Float64Array(rows)];
      sparse.addDoses(fluence, own);
      dense.addDoses(fluence, all);
      expect(own).toEqual(own.map((_, n) => all[97 * n]));
      const [ofOwn, ofAll] = [new Float64Array(middles.length), new Float64Array(middles.length)];
      sparse.addGradient(wanted, ofOwn);
      dense.addGradient(among, ofAll);
      expect(ofOwn).toEqual(ofAll);
      expect(ofOwn.every((value) => value !== 0)).toBe(true);
    }
  });

  it('adds, and refuses bixels off the lattice', () => {
    const operator = fluenceDose(problem, beam, machine, lattice, some, rows);
    const [once, twice] = [new Float64Array(rows), new Float64Array(rows)];
    operator.addDoses(weights, once);
    operator.addDoses(weights, twice);
    operator.addDoses(weights, twice);
    expect(twice[rows / 2]).toBeCloseTo(2 * once[rows / 2], 12);
    const off = { width: 5, middles: [[0, 0], [5, 2]] as const }; // biome-ignore format: two bixels
    expect(() => fluenceDose(problem, beam, machine, off, some, rows)).toThrow(/off the lattice/);
  });
});

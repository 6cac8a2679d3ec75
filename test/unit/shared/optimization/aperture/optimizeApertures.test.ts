import { describe, expect, it } from 'vitest';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { ApertureFluence } from '#shared/optimization/aperture/apertureFluence.ts';
import type { Apertures, ApertureScheme } from '#shared/optimization/aperture/apertures.ts';
import { ExposedFluence } from '#shared/optimization/aperture/exposedFluence.ts';
import { type ApertureProblem, optimizeApertures } from '#shared/optimization/aperture/optimizeApertures.ts';
import type { DoseOperator } from '#shared/optimization/influence/doseOperator.ts';

const machine = machineByName('GENERIC_6MV');
const PAIRS = machine.mlc!.leafBoundaries.length - 1;
const COLUMNS = 16;
const ROWS = 6;

const lattice = {
  width: 5,
  middles: Array.from(
    { length: COLUMNS * ROWS },
    (_, n) => [5 * ((n % COLUMNS) + 0.5 - COLUMNS / 2), 5 * (Math.floor(n / COLUMNS) + 0.5 - ROWS / 2)] as const,
  ),
};

const { beam } = createBeam({
  number: 1,
  name: 'A',
  machine,
  angles: { gantry: 0, collimator: 0, couch: 0 },
  isocenter: [0, 0, 0],
  iecFromLps: iecFromPatient('HFS')!,
});

/** Doses are a smoothed fluence: every bixel gives some to the one beside it. Two directions, whose doses add up. */
function smoothing(): DoseOperator {
  const size = COLUMNS * ROWS;
  const beside = (n: number): number => (n % COLUMNS === COLUMNS - 1 ? n : n + 1);
  return {
    directions: [0, 1].map((n) => ({ beam, lattice, from: n * size, to: (n + 1) * size })),
    columns: 2 * size,
    rows: size,
    times(x, doses) {
      doses.fill(0);
      for (let n = 0; n < 2 * size; n++) {
        doses[n % size] += 0.7 * x[n];
        doses[beside(n % size)] += 0.3 * x[n];
      }
    },
    transposeTimes(y, gradient) {
      for (let n = 0; n < 2 * size; n++) gradient[n] = 0.7 * y[n % size] + 0.3 * y[beside(n % size)];
    },
  };
}

const operator = smoothing();
const jaws = { x: [-60, 60], y: [-40, 40] } as const;
const models = operator.directions.map((direction) => new ApertureFluence(direction.lattice, machine, jaws));

function shapeOf(middle: (pair: number) => number, half: (pair: number) => number): Float64Array {
  const shape = new Float64Array(2 * PAIRS);
  for (let pair = 0; pair < PAIRS; pair++) {
    shape[pair] = middle(pair) - half(pair);
    shape[PAIRS + pair] = middle(pair) + half(pair);
  }
  return shape;
}

/** One static exposure and one through moving leaves, from the two directions. */
const scheme: ApertureScheme = {
  exposures: [
    { direction: 0, from: 0, to: 0 },
    { direction: 1, from: 1, to: 2 },
  ],
  successions: [{ shapes: [1, 2], travel: 8 }],
};

const wanted: Apertures = {
  shapes: [
    shapeOf(
      (pair) => 3 * Math.sin(pair) - 8,
      () => 12,
    ),
    shapeOf(
      (pair) => 4 * Math.sin(2 * pair) + 6,
      () => 14,
    ),
    shapeOf(
      (pair) => 4 * Math.sin(2 * pair) + 11,
      () => 14,
    ),
  ],
  weights: Float64Array.of(5, 3),
};

function dosesOf(apertures: Apertures): Float64Array {
  const bixels = new Float64Array(operator.columns);
  new ExposedFluence(operator, models, scheme.exposures).forward(apertures, bixels);
  const doses = new Float64Array(operator.rows);
  void operator.times(bixels, doses);
  return doses;
}

/** Squared deviation from doses. */
const likeness = (aim: Float64Array): ApertureProblem['objective'] => ({
  evaluate: (doses, gradient) => {
    let sum = 0;
    for (let row = 0; row < doses.length; row++) {
      const off = doses[row] - aim[row];
      sum += off * off;
      gradient[row] = 2 * off;
    }
    return sum;
  },
});

const problemWith = (aim: Float64Array): ApertureProblem => ({
  operator,
  objective: likeness(aim),
  machine,
  models,
  scheme,
  leastWeights: Float64Array.of(1, 1),
});

const start: Apertures = {
  shapes: [
    shapeOf(
      () => -5,
      () => 15,
    ),
    shapeOf(
      () => 5,
      () => 15,
    ),
    shapeOf(
      () => 5,
      () => 15,
    ),
  ],
  weights: Float64Array.of(4, 4),
};

describe('optimizeApertures', () => {
  it('finds the apertures that gave a dose', async () => {
    const aim = dosesOf(wanted);
    const states: number[] = [];
    const found = await optimizeApertures(problemWith(aim), start, {
      maxIterations: 300,
      valueTolerance: 1e-9,
      onIteration: ({ value, doses }) => {
        states.push(value);
        expect(doses).toHaveLength(operator.rows);
      },
    });
    expect(found.value).toBeLessThan(0.02 * states[0]);
    // Doses reach 8.
    for (const [row, dose] of found.doses.entries()) expect(Math.abs(dose - aim[row])).toBeLessThan(0.4);
    // The dose reported is that of the apertures reported.
    const again = dosesOf(found);
    for (const [row, dose] of found.doses.entries()) expect(dose).toBeCloseTo(again[row], 12);
    const travel = found.shapes[1].map((at, leaf) => Math.abs(at - found.shapes[2][leaf]));
    expect(Math.max(...travel)).toBeLessThanOrEqual(8 + 1e-9);
    for (const shape of found.shapes)
      for (let pair = 0; pair < PAIRS; pair++)
        expect(shape[PAIRS + pair] - shape[pair]).toBeGreaterThanOrEqual(machine.mlc!.minimumGap);
  });

  it('gives the same for the same, bit by bit, and keeps the least weights', async () => {
    // Less than the least weights give.
    const aim = dosesOf({ ...wanted, weights: Float64Array.of(0.2, 3) });
    const runs = [await optimizeApertures(problemWith(aim), start), await optimizeApertures(problemWith(aim), start)];
    expect(runs[0].weights).toEqual(runs[1].weights);
    expect(runs[0].shapes).toEqual(runs[1].shapes);
    expect(runs[0].weights[0]).toBeGreaterThanOrEqual(1);
  });

  it('takes what the model lacks into account, and waits for those who watch', async () => {
    const aim = dosesOf(wanted);
    const lacking = aim.map((dose) => 0.1 * dose);
    let waited = 0;
    const found = await optimizeApertures(problemWith(aim.map((dose, row) => dose + lacking[row])), start, {
      maxIterations: 300,
      valueTolerance: 1e-9,
      doseOffset: lacking,
      onIteration: async () => {
        await Promise.resolve();
        waited++;
      },
    });
    expect(waited).toBeGreaterThan(10);
    for (const [row, dose] of found.doses.entries()) expect(Math.abs(dose - aim[row] - lacking[row])).toBeLessThan(0.4);
  });

  it('has the gradient of its differences for moving leaves', () => {
    const fluence = new ExposedFluence(operator, models, scheme.exposures);
    const want = Float64Array.from({ length: operator.columns }, (_, n) => Math.cos(n));
    const valueOf = (apertures: Apertures): number => {
      const bixels = new Float64Array(operator.columns);
      fluence.forward(apertures, bixels);
      return bixels.reduce((sum, weight, n) => sum + weight * want[n], 0);
    };
    const gradients = wanted.shapes.map((shape) => new Float64Array(shape.length));
    const weightGradient = new Float64Array(2);
    fluence.backward(wanted, want, gradients, weightGradient);
    const heavier = (n: number, by: number): Apertures => ({
      ...wanted,
      weights: wanted.weights.map((weight, k) => (k === n ? weight + by : weight)),
    });
    for (const n of [0, 1])
      expect(weightGradient[n]).toBeCloseTo(valueOf(heavier(n, 0.5)) - valueOf(heavier(n, -0.5)), 9);
    for (const n of [0, 1, 2])
      for (const leaf of [models[0].pairs[2], PAIRS + models[0].pairs[3]]) {
        const moved = (by: number): Apertures => ({
          ...wanted,
          shapes: wanted.shapes.map((shape, k) =>
            k === n ? shape.map((at, place) => (place === leaf ? at + by : at)) : shape,
          ),
        });
        expect(gradients[n][leaf]).toBeCloseTo((valueOf(moved(1e-6)) - valueOf(moved(-1e-6))) / 2e-6, 6);
      }
  });
});

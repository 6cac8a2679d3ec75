import { describe, expect, it } from 'vitest';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { ApertureFluence } from '#shared/optimization/aperture/apertureFluence.ts';
import { gridOf } from '#shared/optimization/aperture/bixelGrid.ts';
import { checkDeliverability } from '#shared/optimization/deliverability/deliverability.ts';
import type { DoseOperator } from '#shared/optimization/influence/doseOperator.ts';
import { doseObjective } from '#shared/optimization/objectives/doseObjective.ts';
import { FieldOperator } from '#shared/optimization/sequencing/fieldOperator.ts';
import { withoutHeadScatter } from '#shared/optimization/sequencing/headScatter.ts';
import {
  fieldDoses,
  type FieldProblem,
  optimizeFields,
  type PlacedField,
} from '#shared/optimization/sequencing/optimizeFields.ts';
import { beamsOf, sequenceBeams, sequenceFields } from '#shared/optimization/sequencing/sequenceBeams.ts';
import { segmentArea, smallFields } from '#shared/optimization/sequencing/segmentArea.ts';
import type { SequencingMethod } from '#shared/optimization/sequencing/sequenceField.ts';
import { seeded } from '#test/builders/random.ts';

const machine = machineByName('GENERIC_6MV');
const iecFromLps = iecFromPatient('HFS')!;
const stepAndShoot: SequencingMethod = { method: 'step-and-shoot', segments: 4, minimumMu: 2, minimumArea: 2 };
const window: SequencingMethod = { method: 'sliding-window', controlPoints: 24, synchronised: true };

/** Two directions over lattices of `columns` × 6 bixels; a row of dose sees bixels within 12 mm of a place, from both sides. */
function operatorOver(columns: number): DoseOperator {
  const middles = Array.from(
    { length: 6 * columns },
    (_, n) => [5 * (n % columns) + 2.5 - 2.5 * columns, 5 * Math.floor(n / columns) - 12.5] as const,
  );
  const lattice = { width: 5, middles };
  const size = middles.length;
  const directions = [0, 90].map((gantry, n) => {
    const angles = { gantry, collimator: 0, couch: 0 };
    const { beam } = createBeam({
      number: n + 1,
      name: `G${gantry}`,
      machine,
      angles,
      isocenter: [0, 0, 0],
      iecFromLps,
    });
    return { beam, lattice, from: n * size, to: (n + 1) * size };
  });
  const share = (row: number, bixel: number): number => {
    const [x, y] = [middles[row][0] - middles[bixel][0], middles[row][1] - middles[bixel][1]];
    return 0.01 * Math.exp(-(x * x + y * y) / 50);
  };
  const matrix = Array.from({ length: size }, (_, row) =>
    Float64Array.from({ length: size }, (_one, bixel) => share(row, bixel)),
  );
  return {
    directions,
    columns: 2 * size,
    rows: size,
    times(x, doses) {
      for (let row = 0; row < size; row++)
        doses[row] = matrix[row].reduce((sum, value, bixel) => sum + value * (x[bixel] + 0.7 * x[size + bixel]), 0);
    },
    transposeTimes(y, gradient) {
      for (let bixel = 0; bixel < size; bixel++) {
        gradient[bixel] = matrix.reduce((sum, values, row) => sum + values[bixel] * y[row], 0);
        gradient[size + bixel] = 0.7 * gradient[bixel];
      }
    },
  };
}

/** Uniform dose wanted in the middle, little at the sides. */
function problemOf(operator: DoseOperator, of: Machine = machine): FieldProblem {
  const { middles } = operator.directions[0].lattice;
  const half = middles.reduce((most, [x]) => Math.max(most, x), 0) / 2;
  const rowsWhere = (inside: (x: number) => boolean): Uint32Array =>
    Uint32Array.from(Array.from(middles.keys()).filter((row) => inside(middles[row][0])));
  const rowsOf = new Map([
    ['PTV', rowsWhere((x) => Math.abs(x) < half)],
    ['OAR', rowsWhere((x) => Math.abs(x) >= half)],
  ]);
  const objective = doseObjective(
    {
      prescription: { roi: 'PTV', dose: 60, fractions: 30 },
      objectives: [
        { roi: 'PTV', type: 'squared-deviation', dose: 60, weight: 100 },
        { roi: 'OAR', type: 'squared-overdose', dose: 20, weight: 20 },
      ],
    },
    { rowsOf, rows: operator.rows },
  );
  return { operator, objective, machine: of };
}

const weightsOf = ({ columns }: DoseOperator): Float64Array =>
  Float64Array.from({ length: columns }, (_, n) => 12 + 10 * Math.sin(0.9 * n) * Math.cos(0.23 * n));

describe('beams sequenced from bixel weights', () => {
  it.each([stepAndShoot, window])('are optimised on and can be delivered: $method', async (method) => {
    const operator = operatorOver(14);
    const problem = problemOf(operator);
    const { beams, report, value, doses } = await sequenceBeams(problem, weightsOf(operator), method, {
      maxIterations: 15,
    });
    expect(report.objective.final).toBe(value);
    expect(problem.objective.evaluate(doses, new Float64Array(doses.length))).toBeCloseTo(value, 9);
    expect(value).toBeLessThan(0.5 * report.objective.sequenced);
    for (const beam of beams) expect(checkDeliverability(beam, machine).violations).toEqual([]);
    expect(report.mu).toBeCloseTo(
      beams.reduce((sum, { meterset }) => sum + meterset!, 0),
      9,
    );
    // Both are sums; they differ by their rounding.
    expect(report.seconds).toBeGreaterThanOrEqual(((60 * report.mu) / machine.limits.doseRate) * (1 - 1e-12));
    if (method.method === 'sliding-window') return;
    for (const { controlPoints, meterset } of beams)
      for (let n = 1; n < controlPoints.length; n += 2) {
        const share = controlPoints[n].metersetWeight - controlPoints[n - 1].metersetWeight;
        expect(share * meterset!).toBeGreaterThan(2 - 1e-9);
      }
  });

  it('keep the least area of a segment while they are optimised', async () => {
    const operator = operatorOver(14);
    const problem = problemOf(operator);
    const random = seeded(3);
    const areasOf = (fields: readonly PlacedField[]): number[] =>
      fields.flatMap(({ shapes, field }) => shapes.map((shape) => segmentArea(shape, field) / 100));
    let closed = Infinity;
    for (let round = 0; round < 3; round++) {
      const weights = weightsOf(operator).map((mu) => mu * random());
      const least = 4 + 4 * random();
      const method: SequencingMethod = { ...stepAndShoot, minimumArea: least };
      const { fields } = await sequenceFields(problem, weights, method);
      const options = {
        maxIterations: 12,
        onIteration: ({ found }: { readonly found: () => readonly PlacedField[] }) =>
          expect(Math.min(...areasOf(found()))).toBeGreaterThanOrEqual(least),
      };
      const found = await optimizeFields(fields, problem, method, options);
      expect(Math.min(...areasOf(found.fields))).toBeGreaterThanOrEqual(least);
      expect(smallFields(found.fields, method)).toEqual([]);
      const { beams } = beamsOf(found, machine, { fluence: 0, sequenced: 0, final: found.value });
      for (const beam of beams) expect(checkDeliverability(beam, machine).violations).toEqual([]);
      const free = await optimizeFields(fields, problem, stepAndShoot, { maxIterations: 12 });
      closed = Math.min(closed, Math.min(...areasOf(free.fields)) / least);
    }
    // What they would close to if they did not.
    expect(closed).toBeLessThan(0.8);
  });

  it('keep the area they have where a field has no room for the least, and that is said', async () => {
    const operator = operatorOver(4);
    const problem = problemOf(operator);
    const method: SequencingMethod = { ...stepAndShoot, segments: 1, minimumArea: 9 };
    const { fields } = await sequenceFields(problem, weightsOf(operator), method);
    const smallest = (some: readonly PlacedField[]): number[] =>
      smallFields(some, method).map(({ area }) => area / 100);
    expect(smallest(fields)).toEqual(fields.map(({ shapes: [shape], field }) => segmentArea(shape, field) / 100));
    const found = await optimizeFields(fields, problem, method, { maxIterations: 10 });
    expect(smallest(found.fields)).toHaveLength(2);
    for (const [n, area] of smallest(found.fields).entries()) expect(area).toBeGreaterThan(smallest(fields)[n] - 0.01);
  });

  it('can be had from any iteration, and gone on from', async () => {
    const operator = operatorOver(8);
    const problem = problemOf(operator);
    const start = await sequenceFields(problem, weightsOf(operator), stepAndShoot);
    let early: readonly PlacedField[] = [];
    const end = await optimizeFields(start.fields, problem, stepAndShoot, {
      maxIterations: 6,
      onIteration: ({ iteration, found }) => {
        if (iteration === 3) early = found();
      },
    });
    const between = await fieldDoses(early, problem);
    expect(between.value).toBeLessThan(start.value);
    expect(between.value).toBeGreaterThan(end.value);
    const { beams } = beamsOf(between, machine, { fluence: 0, sequenced: start.value, final: between.value });
    for (const beam of beams) expect(checkDeliverability(beam, machine).violations).toEqual([]);
    const resumed = await optimizeFields(early, problem, stepAndShoot, { maxIterations: 6 });
    expect(resumed.value).toBeLessThan(between.value);
  });

  it('are the same for the same weights', async () => {
    const operator = operatorOver(8);
    const [one, other] = await Promise.all(
      [0, 1].map(() => sequenceBeams(problemOf(operator), weightsOf(operator), stepAndShoot, { maxIterations: 5 })),
    );
    expect(one).toEqual(other);
  });

  it('are not optimised where no iteration is asked for', async () => {
    const operator = operatorOver(8);
    const { report } = await sequenceBeams(problemOf(operator), weightsOf(operator), stepAndShoot, {
      maxIterations: 0,
    });
    expect(report.objective.final).toBe(report.objective.sequenced);
  });

  it('share a direction where a field is too wide for the carriages', async () => {
    const narrow: Machine = { ...machine, mlc: { ...machine.mlc!, maximumSpan: 60 } };
    const operator = operatorOver(14);
    const { beams, report } = await sequenceBeams(problemOf(operator, narrow), weightsOf(operator), stepAndShoot, {
      maxIterations: 5,
    });
    expect(beams.map(({ number, name }) => `${number} ${name}`)).toEqual(['1 G0', '3 G0 2', '2 G90', '4 G90 2']);
    expect(report.leftOut).toEqual([]);
    for (const beam of beams) expect(checkDeliverability(beam, narrow).violations).toEqual([]);
  });

  it('are gone on from with the doses that the model lacks', async () => {
    const operator = operatorOver(8);
    const problem = problemOf(operator);
    const start = await sequenceFields(problem, weightsOf(operator), window);
    const first = await optimizeFields(start.fields, problem, window, { maxIterations: 4 });
    const doseOffset = new Float64Array(operator.rows).fill(0.05);
    const again = await optimizeFields(first.fields, problem, window, { maxIterations: 4, doseOffset });
    const worse = problem.objective.evaluate(
      first.doses.map((dose) => dose + 0.05),
      new Float64Array(operator.rows),
    );
    expect(again.value).toBeLessThan(worse);
    const { beams } = beamsOf(again, machine, { fluence: 0, sequenced: 0, final: again.value });
    for (const beam of beams) expect(checkDeliverability(beam, machine).violations).toEqual([]);
  });

  it('are refused where nothing has any weight', async () => {
    const operator = operatorOver(6);
    const none = new Float64Array(operator.columns);
    await expect(sequenceFields(problemOf(operator), none, window)).rejects.toThrow(/nothing to sequence/u);
  });

  it('are named where they have too few MU', async () => {
    const operator = operatorOver(6);
    const weights = weightsOf(operator).map((mu, n) => (n < operator.columns / 2 ? mu : 0.001));
    const { beams, report } = await sequenceBeams(problemOf(operator), weights, stepAndShoot, { maxIterations: 0 });
    expect(beams.map(({ number }) => number)).toEqual([1]);
    expect(report.leftOut).toEqual([2]);
  });
});

describe('an operator over fields', () => {
  it('is the adjoint of its transpose, with fields that share a direction', async () => {
    const operator = new FieldOperator(operatorOver(5), [1, 1]);
    const x = Float64Array.from({ length: operator.columns }, (_, n) => Math.sin(n));
    const y = Float64Array.from({ length: operator.rows }, (_, n) => Math.cos(3 * n));
    const doses = new Float64Array(operator.rows);
    const gradient = new Float64Array(operator.columns);
    await operator.times(x, doses);
    await operator.transposeTimes(y, gradient);
    const product = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, n) => sum + value * b[n], 0);
    expect(product(doses, y)).toBeCloseTo(product(x, gradient), 12);
  });
});

describe('weights without head scatter', () => {
  it('become the wanted ones with it', () => {
    const [{ lattice }] = operatorOver(14).directions;
    const wanted = Float64Array.from(lattice.middles, ([x]) => 30 + 0.5 * x);
    const open = withoutHeadScatter(lattice, wanted, machine);
    const { grid, places } = gridOf(lattice);
    const onGrid = new Float64Array(grid.columns * grid.rows);
    for (const [n, place] of places.entries()) onGrid[place] = open[n];
    const given = new Float64Array(wanted.length);
    new ApertureFluence(lattice, machine, { x: [-35, 35], y: [-15, 15] }).toBixels(onGrid, given);
    for (const [n, mu] of given.entries()) expect(mu).toBeCloseTo(wanted[n], 3);
    expect(Math.max(...open)).toBeLessThan(Math.max(...wanted));
  });
});

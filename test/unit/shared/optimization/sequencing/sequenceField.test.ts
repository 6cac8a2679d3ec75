import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import type { BixelLattice } from '#shared/dosimetry/pencilBeam/fluence/bixelGeometry.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam } from '#shared/model/plan.ts';
import { checkDeliverability } from '#shared/optimization/deliverability/deliverability.ts';
import { tipOf } from '#shared/optimization/sequencing/field.ts';
import { fieldBeam } from '#shared/optimization/sequencing/fieldBeam.ts';
import { sequenceField, type SequencingMethod } from '#shared/optimization/sequencing/sequenceField.ts';
import { idealDelivery } from './idealDelivery.ts';

const generic = machineByName('GENERIC_6MV');
const withLeaves = (
  changes: Partial<NonNullable<Machine['mlc']>>,
  limits: Partial<Machine['limits']> = {},
): Machine => ({
  ...generic,
  limits: { ...generic.limits, ...limits },
  mlc: { ...generic.mlc!, ...changes },
});
const {
  leafSpeed: _speed,
  leafAcceleration: _acceleration,
  maximumSpan: _span,
  interdigitation: _pass,
  ...bare
} = generic.mlc!;
const machines: readonly (readonly [string, Machine])[] = [
  ['120 leaves', generic],
  ['160 leaves', machineByName('GENERIC_6MV_160')],
  ['leaves along y', withLeaves({ type: 'MLCY' })],
  ['no passing', withLeaves({ interdigitation: false })],
  ['no passing, gap 5 mm, span 100 mm', withLeaves({ interdigitation: false, minimumGap: 5, maximumSpan: 100 })],
  ['gap 5 mm, span 100 mm, slow leaves', withLeaves({ minimumGap: 5, maximumSpan: 100, leafSpeed: 10 })],
  ['tips that stand back', withLeaves({ leafEnd: { radius: 0, thickness: 60, offset: 0.9 } })],
  ['little over-travel', withLeaves({}, { overTravel: { x: 20, y: 0 } })],
  ['silent', { ...generic, mlc: bare }],
];

/** What is delivered is compared without what tongue and groove take, and whatever the MU of a segment. */
const plain = machines.map(([name, machine]) => {
  const { minimumSegmentMeterset: _least, ...limits } = machine.limits;
  return [name, { ...machine, limits, mlc: { ...machine.mlc!, tongueAndGroove: 0 } }] as const;
});

const stepAndShoot: SequencingMethod = { method: 'step-and-shoot', segments: 12, minimumMu: 1, minimumArea: 2 };
const window: SequencingMethod = { method: 'sliding-window', controlPoints: 60, synchronised: false };
const synchronised: SequencingMethod = { ...window, synchronised: true };

const angles = { gantry: 72, collimator: 0, couch: 0 };
const iecFromLps = iecFromPatient('HFS')!;
const like = createBeam({ number: 1, name: 'f', machine: generic, angles, isocenter: [0, 0, 0], iecFromLps }).beam;

interface Map2d {
  readonly lattice: BixelLattice;
  readonly weights: Float64Array;
}

/** Bixels with their edges on leaf edges, weights 0 … 40 MU with many of them 0. */
const anyMap = (longest: number, least = 1): fc.Arbitrary<Map2d> =>
  fc
    .record({
      width: fc.constantFrom(5, 2.5),
      size: fc.tuple(fc.integer({ min: least, max: longest }), fc.integer({ min: 1, max: 14 })),
      first: fc.tuple(fc.integer({ min: -14, max: 5 }), fc.integer({ min: -14, max: 5 })),
    })
    .chain(({ width, size, first }) =>
      fc
        .array(fc.oneof(fc.constant(0), fc.double({ min: 2, max: 40, noNaN: true })), {
          minLength: size[0] * size[1],
          maxLength: size[0] * size[1],
        })
        .map((weights) => ({
          lattice: {
            width,
            middles: weights.map(
              (_, n) =>
                [(first[0] + (n % size[0]) + 0.5) * width, (first[1] + Math.floor(n / size[0]) + 0.5) * width] as const,
            ),
          },
          weights: Float64Array.from(weights),
        })),
    );

/** The map with its rows (columns) side by side the same where they lie under one leaf. */
function byLeaf({ lattice, weights }: Map2d): Map2d {
  if (lattice.width === 5) return { lattice, weights };
  const twice = lattice.middles.flatMap(([x, y]) => [
    [2 * x - 1.25, 2 * y - 1.25],
    [2 * x + 1.25, 2 * y - 1.25],
    [2 * x - 1.25, 2 * y + 1.25],
    [2 * x + 1.25, 2 * y + 1.25],
  ] as const); // biome-ignore format: a square
  return {
    lattice: { ...lattice, middles: twice },
    weights: Float64Array.from({ length: 4 * weights.length }, (_, n) => weights[n >> 2]),
  };
}

function beamsOf({ lattice, weights }: Map2d, machine: Machine, method: SequencingMethod): Beam[] {
  let number = 100;
  return sequenceField(like, lattice, weights, machine, method, () => number++).flatMap(
    (field) => fieldBeam(field, machine) ?? [],
  );
}

const delivered = (beams: readonly Beam[], machine: Machine, lattice: BixelLattice): Float64Array => {
  const sum = new Float64Array(lattice.middles.length);
  for (const beam of beams)
    for (const [n, mu] of idealDelivery(beam, machine, lattice, tipOf(machine)).entries()) sum[n] += mu;
  return sum;
};

describe.each(machines)('sequencing for a machine with %s', (_name, machine) => {
  it.each([
    ['step-and-shoot', stepAndShoot],
    ['sliding window', window],
    ['synchronised sliding window', synchronised],
  ])('keeps every limit: %s', (_method, method) => {
    fc.assert(
      fc.property(anyMap(14), (map) => {
        for (const beam of beamsOf(map, machine, method)) {
          const { violations } = checkDeliverability(beam, machine);
          expect(violations.slice(0, 3)).toEqual([]);
          expect(beam.controlPoints.at(-1)!.metersetWeight).toBe(1);
        }
      }),
      { numRuns: 10 },
    );
  });
});

const deviations = (got: Float64Array, { weights }: Map2d): Float64Array => got.map((mu, n) => mu - weights[n]);
const total = (beams: readonly Beam[]): number => beams.reduce((sum, { meterset }) => sum + meterset!, 0);

describe('the fluence of a step-and-shoot field', () => {
  const fine: SequencingMethod = { method: 'step-and-shoot', segments: 1000, minimumMu: 0, minimumArea: 0 };

  it.each(plain.filter(([name]) => !name.includes('gap')))('is the wanted one: %s', (_name, machine) => {
    fc.assert(
      fc.property(anyMap(8).map(byLeaf), (map) => {
        const beams = beamsOf(map, machine, fine);
        const { width } = map.lattice;
        const squares = deviations(delivered(beams, machine, map.lattice), map).map((mu) => mu * mu);
        // Half of one of 15 levels, leakage where less than it is wanted, and where shut leaves stay in the field their gap.
        const { interdigitation, transmission, minimumGap } = machine.mlc!;
        // Where leaves may not pass, a shut pair's gap may lie over two bixels' edges: of both its sides something comes through (found: 1.1 of one).
        const leaks = interdigitation === false ? (1.5 * (minimumGap + 2 * tipOf(machine))) / width : 0;
        const bound = Math.max(...map.weights) / 30 + (transmission + leaks) * total(beams);
        expect(Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / squares.length)).toBeLessThanOrEqual(
          bound + 2e-3,
        );
      }),
      { numRuns: 10 },
    );
  });

  it('keeps to the segments and their MU', () => {
    fc.assert(
      fc.property(anyMap(14, 6), fc.integer({ min: 1, max: 9 }), (map, most) => {
        for (const beam of beamsOf(map, generic, {
          method: 'step-and-shoot',
          segments: most,
          minimumMu: 3,
          minimumArea: 1,
        })) {
          const weights = beam.controlPoints.map(({ metersetWeight }) => metersetWeight * beam.meterset!);
          const mu = weights.flatMap((weight, n) => (n % 2 === 1 ? [weight - weights[n - 1]] : []));
          expect(mu.length).toBeLessThanOrEqual(most);
          if (mu.length > 1) expect(Math.min(...mu)).toBeGreaterThan(3 - 1e-9);
        }
      }),
      { numRuns: 10 },
    );
  });
});

describe('the fluence of a sliding window', () => {
  // Others have to let more through: leaves wait for their neighbours, the gap is wider than a bixel, a jaw does not hide where leaves start.
  const free = plain.filter(([name]) => !/no passing|gap|over-travel/u.test(name));

  it.each(free)('is the wanted one: %s', (_name, machine) => {
    fc.assert(
      fc.property(anyMap(8).map(byLeaf), (map) => {
        const beams = beamsOf(map, machine, { ...window, controlPoints: 300 });
        const errors = deviations(delivered(beams, machine, map.lattice), map);
        const { transmission, minimumGap, leafSpeed = Infinity } = machine.mlc!;
        // Between control points positions run straight; leaves that keep their gap let something through on their way.
        const points = Math.min(...beams.map(({ controlPoints }) => controlPoints.length));
        const between = (2 * total(beams)) / (points - 1);
        const gap = ((minimumGap + 2 * tipOf(machine)) * machine.limits.doseRate) / 60 / (0.8 * leafSpeed);
        expect(Math.min(...errors)).toBeGreaterThan(-between - 0.01);
        expect(Math.max(...errors)).toBeLessThan(between + gap + transmission * total(beams) + 0.01);
      }),
      { numRuns: 6 },
    );
  });
});

describe('a field wider than the carriages reach', () => {
  const smooth = plain[0][1];
  const map = (width: number): Map2d => ({
    lattice: {
      width: 5,
      middles: Array.from({ length: width / 5 }, (_, n) => [5 * n + 2.5 - width / 2, 2.5] as const),
    },
    weights: new Float64Array(width / 5).fill(20),
  });

  it.each([stepAndShoot, window])('is delivered in parts that fade into each other: $method', (method) => {
    const wide = map(300);
    const beams = beamsOf(wide, smooth, method);
    expect(beams.map(({ number, name }) => [number, name])).toEqual([[1, 'f'], [100, 'f 2'], [101, 'f 3']]); // biome-ignore format: a list
    for (const beam of beams) expect(checkDeliverability(beam, smooth).violations).toEqual([]);
    // Jaws overlap: leakage of the other parts is not made up for.
    for (const error of deviations(delivered(beams, smooth, wide.lattice), wide))
      expect(Math.abs(error)).toBeLessThan(2);
  });

  it('is refused where the leaves do not reach', () => {
    expect(() => beamsOf(map(410), generic, window)).toThrow(/both go to 200 mm from the axis/u);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundedTip } from '#shared/dosimetry/beam/edge.ts';
import { meanFluence } from '#shared/dosimetry/beam/fluenceMap.ts';
import { primaryFluence } from '#shared/dosimetry/beam/primaryFluence.ts';
import { segmentsOf } from '#shared/dosimetry/beam/segments.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { at, bare, beamWith, crossing, fluenceOf, leaves, square } from './head.ts';

/** From 20 to 80 % of a Gaussian-blurred edge, in sigmas. */
const PENUMBRA = 2 * 0.841621;
/** 2Φ(z) − 1. */
const central = (z: number): number => {
  let sum = 0;
  const steps = 2000;
  for (let n = 0; n < steps; n++) sum += Math.exp(-0.5 * (((n + 0.5) / steps) * z) ** 2) * (z / steps);
  return (2 * sum) / Math.sqrt(2 * Math.PI);
};

describe('a source of finite size', () => {
  it('casts the geometric penumbra of each collimator: σ·(SAD − z)/z, wider past the upper jaws', () => {
    const machine = bare({ sourceSigma: 1.5 });
    const map = fluenceOf(machine, beamWith(machine, square(100)));
    const turned = fluenceOf(machine, beamWith(machine, { ASYMX: [-90, 90], ASYMY: [-50, 50] }));
    const width = crossing(map, 0.2, [40, 60]) - crossing(map, 0.8, [40, 60]);
    expect(width).toBeCloseTo(PENUMBRA * 1.5 * ((1000 - 405) / 405), 1);
    const along = [0.2, 0.8].map((value) => {
      let y = 40;
      while (at(turned, 0, y) > value) y += 0.01;
      return y;
    });
    expect(along[0] - along[1]).toBeCloseTo(PENUMBRA * 1.5 * ((1000 - 320) / 320), 1);
    const byLeaves = fluenceOf(machine, beamWith(machine, { ...square(200), ...leaves(machine, () => [-50, 50]) }));
    expect(crossing(byLeaves, 0.2, [40, 60]) - crossing(byLeaves, 0.8, [40, 60])).toBeCloseTo(
      PENUMBRA * 1.5 * ((1000 - 510) / 510),
      1,
    );
    expect(crossing(map, 0.5, [40, 60])).toBeCloseTo(50, 2);
  });

  it('sees a jaw and leaves at one place as one edge', () => {
    const machine = bare({ sourceSigma: 1.5 });
    const map = fluenceOf(machine, beamWith(machine, { ...square(100), ...leaves(machine, () => [-50, 50]) }));
    // Two edges that knew nothing of each other would pull the half value in by 0.8 mm.
    expect(Math.abs(crossing(map, 0.5, [40, 60]) - 50)).toBeLessThan(0.1);
  });
});

describe('the extra-focal source', () => {
  const extraFocal = { weight: 0.1, sigma: 20, sourceDistance: 125 };
  const machine = bare({ extraFocal });
  const axis = (side: number, x?: number): number => at(fluenceOf(machine, beamWith(machine, square(side, x))), 0, 0);
  /** Share of the disc that the axis sees past jaws of half width `half` at `z`: lines through their edges, cut at the disc's plane. */
  const share = (half: number, z: number): number => {
    const limit = ((half * z) / 1000) * ((1000 - extraFocal.sourceDistance) / (1000 - z));
    return central(limit / extraFocal.sigma);
  };

  it('adds on the axis what can be seen of it through both pairs of jaws', () => {
    for (const side of [30, 100, 200])
      expect(axis(side)).toBeCloseTo(1 + 0.1 * share(side / 2, 405) * share(side / 2, 320), 3);
  });

  it('the upper jaws matter more (collimator exchange: Tatcher and Bjärngard 1993)', () => {
    expect(axis(50, 200)).toBeLessThan(axis(200, 50) - 0.005);
  });

  it('is cut by leaves too, at their distance, and reaches beyond the field', () => {
    const narrow = fluenceOf(machine, beamWith(machine, { ...square(200), ...leaves(machine, () => [-20, 20]) }));
    expect(at(narrow, 0, 0)).toBeCloseTo(1 + 0.1 * share(20, 510) * share(100, 320), 3);
    expect(at(narrow, 60, 0)).toBeGreaterThan(0.001);
    expect(at(narrow, 60, 0)).toBeLessThan(0.1);
  });
});

describe('collimator scatter and monitor backscatter of the generic machine', () => {
  it.each([
    // Published in-air output ratios of 6 and 10 MV linacs: 0.96–0.98 at 4 × 4, 1.02–1.04 at 20 × 20, 1.03–1.06 at 40 × 40; a linac
    // without flattening filter has a third to a half of that (AAPM TG-74, Med. Phys. 36 (2009) 5261).
    ['GENERIC_6MV', 0.96, 0.985, 1.02, 1.04, 1.03, 1.06],
    ['GENERIC_10MV', 0.96, 0.985, 1.02, 1.04, 1.03, 1.06],
    ['GENERIC_6FFF', 0.98, 0.996, 1.004, 1.02, 1.008, 1.03],
  ] as const)('%s', (name, low4, high4, low20, high20, low40, high40) => {
    const machine = machineByName(name);
    const axis = (side: number): number => meanFluence(fluenceOf(machine, beamWith(machine, square(side))), 0, 0, 5, 5);
    const [four, twenty, forty] = [40, 200, 400].map((side) => axis(side) / axis(100));
    expect(four).toBeGreaterThan(low4);
    expect(four).toBeLessThan(high4);
    expect(twenty).toBeGreaterThan(low20);
    expect(twenty).toBeLessThan(high20);
    expect(forty).toBeGreaterThan(low40);
    expect(forty).toBeLessThan(high40);
  });

  it('shut upper jaws scatter more into the chamber, which ends the beam sooner; 1 at the calibration field', () => {
    const machine = bare({ monitorBackscatter: { jawX: 0.01, jawY: 0.03 } });
    const axis = (side: number, x?: number): number => at(fluenceOf(machine, beamWith(machine, square(side, x))), 0, 0);
    expect(axis(100)).toBeCloseTo(1, 9);
    const reading = (x: number, y: number): number => 1 + 0.03 * (1 - y / 400) + 0.01 * (y / 400) * (1 - x / 400);
    expect(axis(400)).toBeCloseTo(reading(100, 100), 9);
    expect(axis(50, 300)).toBeCloseTo(reading(100, 100) / reading(300, 50), 9);
    expect(axis(50, 300)).toBeLessThan(axis(300, 50));
  });
});

describe('leaf ends', () => {
  it('a circular tip of radius R lets ∫exp(−2μ√(2Rp)) dp = 1/(4μ²R) through', () => {
    const [radius, thickness, transmission] = [80, 60, 1e-3];
    const mu = -Math.log(transmission) / thickness;
    const tip = roundedTip({ radius, thickness }, transmission, 1);
    expect(tip.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
    const through = tip.reduce((sum, { depth, weight }) => sum + depth * weight, 0);
    expect(through / (1 / (4 * mu ** 2 * radius))).toBeGreaterThan(0.97);
    expect(through / (1 / (4 * mu ** 2 * radius))).toBeLessThan(1.03);
  });

  it('widen the field by the tip on each side; the offset by itself', () => {
    const through = (leafEnd: { radius: number; thickness: number; offset: number }): number => {
      const machine = bare({}, { transmission: 0.015, leafEnd });
      const field = { ...square(100, 200), ...leaves(machine, () => [-20, 20]) };
      // Mean over a stretch well inside the jaws, less what passes full leaves.
      const mean = meanFluence(fluenceOf(machine, beamWith(machine, field)), 0, 0, 180, 10);
      return (mean * 180 - 0.015 * 180) / (1 - 0.015);
    };
    expect(through({ radius: 0, thickness: 60, offset: 0 })).toBeCloseTo(40, 6);
    expect(through({ radius: 0, thickness: 60, offset: 0.3 })).toBeCloseTo(40.6, 6);
    // ∫ of the openness behind the tip, projected; 1.0–1.3 mm a side at most. Measured dosimetric gaps are 1–2.5 mm a pair.
    const gap = through({ radius: 80, thickness: 60, offset: 0 }) - 40;
    expect(gap).toBeGreaterThan(1);
    expect(gap).toBeLessThan(2.5);
  });

  it('that meet leak more than leaves', () => {
    const machine = bare({}, { transmission: 0.015, leafEnd: { radius: 80, thickness: 60, offset: 0 } });
    const map = fluenceOf(machine, beamWith(machine, { ...square(100), ...leaves(machine, () => undefined) }));
    expect(at(map, 0, 2.5)).toBeGreaterThan(0.3);
    expect(at(map, 30, 2.5)).toBeCloseTo(0.015, 6);
  });
});

describe('tongue and groove', () => {
  const machine = bare({}, { transmission: 0.01, tongueAndGroove: 1 });
  const field = (open: (middle: number) => boolean): ReturnType<typeof fluenceOf> =>
    fluenceOf(
      machine,
      beamWith(machine, { ...square(100), ...leaves(machine, (middle) => (open(middle) ? [-40, 40] : [-50, -50])) }),
    );
  const above = field((middle) => middle > 0);
  const below = field((middle) => middle < 0);

  it('two complementary fields leave a strip of half leaves between them (2·√T instead of 1 + T)', () => {
    const sum = (y: number): number => at(above, 0, y) + at(below, 0, y);
    expect(sum(10)).toBeCloseTo(1.01, 9);
    expect(sum(0.25)).toBeCloseTo(2 * Math.sqrt(0.01), 9);
    expect(sum(-0.25)).toBeCloseTo(2 * Math.sqrt(0.01), 9);
    expect(sum(1.25)).toBeCloseTo(1.01, 9);
  });

  it('is not seen between neighbours that are both open or both shut, save for the leakage between them', () => {
    const open = field(() => true);
    expect(at(open, 0, 0.25)).toBeCloseTo(1, 9);
    expect(at(above, 0, -20)).toBeCloseTo(0.01, 9);
    const leaking = bare({}, { transmission: 0.01, interleaf: 0.03, tongueAndGroove: 1 });
    const positions = { ...square(100), ...leaves(leaking, () => [-50, -50]) };
    expect(at(fluenceOf(leaking, beamWith(leaking, positions)), 0, 0.25)).toBeCloseTo(0.03, 9);
    expect(at(fluenceOf(leaking, beamWith(leaking, positions)), 0, 2.25)).toBeCloseTo(0.01, 9);
  });
});

describe('fluence of any aperture', () => {
  const machine = machineByName('GENERIC_6MV');
  it('is never negative, never above the open beam, and linear in the meterset', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 60, maxLength: 60 }), (starts) => {
        const positions = {
          ...square(120),
          MLCX: [...starts, ...starts.map((start, n) => start + (n % 3) * 20)],
        };
        const beam = beamWith(machine, positions);
        const [segment] = segmentsOf(beam);
        const map = primaryFluence(beam, segment, machine);
        const half = primaryFluence(
          beam,
          { ...segment, apertures: segment.apertures.map((one) => ({ ...one, weight: one.weight / 2 })) },
          machine,
        );
        for (let y = -70; y < 70; y += 7.3)
          for (let x = -70; x < 70; x += 7.3) {
            const value = at(map, x, y);
            expect(value).toBeGreaterThan(0);
            expect(value).toBeLessThan(1.15);
            expect(at(half, x, y)).toBeCloseTo(value / 2, 9);
          }
      }),
      { numRuns: 4 },
    );
  });
});

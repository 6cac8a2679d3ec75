import { describe, expect, it } from 'vitest';
import { openingOf } from '#shared/beamsEye/opening.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { devicesOf, fitAperture, type FitRules, fitToOutline } from '#shared/dosimetry/plan/aperture/aperture.ts';
import { growRings } from '#shared/dosimetry/plan/aperture/apertureMargin.ts';
import type { LeafEndRule } from '#shared/dosimetry/plan/aperture/apertureStrips.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Contour } from '#shared/model/structures.ts';
import { checkLeaves } from '#shared/optimization/deliverability/leafLimits.ts';
import { areaOf, boundsOf, combineRings, type Ring } from '#shared/structures/contours/rings.ts';
import { circle, square, stackOf } from '../phantoms.ts';

const machine = machineByName('GENERIC_6MV');
const mlc = machine.mlc!;
const iec = iecFromPatient('HFS')!;
const SAD = 1000;

const fit = (target: readonly Contour[], rules: FitRules, gantry = 0, couch = 0) =>
  fitAperture(target, { gantry, collimator: 0, couch }, [0, 0, 0], machine, rules, iec);

/** A rod of radius 30 mm and 20 mm length (end slabs included), seen along its axis: its shadow is the disc of its nearer end. */
const rod = stackOf((z) => circle(30, z, 0, 0, 720), -8, 8, 4);
const END_ON = [90, 90] as const;
const SHADOW = (30 * SAD) / (SAD - 10);

/** Half the opening of a strip on a disc, by a rule; undefined where it stays shut. */
function halfOpen(radius: number, low: number, high: number, rule: LeafEndRule): number | undefined {
  const near = low < 0 && high > 0 ? 0 : Math.min(Math.abs(low), Math.abs(high));
  const far = Math.max(Math.abs(low), Math.abs(high));
  const at = { outside: near, middle: Math.abs(low + high) / 2, inside: far }[rule];
  return at < radius ? Math.sqrt(radius ** 2 - at ** 2) : undefined;
}

describe('leaf-end rules', () => {
  it.each(['outside', 'middle', 'inside'] as const)('a disc with 7 mm by “%s”: every leaf to 0.1 mm', (rule) => {
    const { positions, warnings } = fit(rod, { margin: 7, leafEnd: rule }, ...END_ON);
    expect(warnings).toEqual([]);
    const leaves = positions.MLCX!;
    let open = 0;
    for (let pair = 0; pair < 60; pair++) {
      const half = halfOpen(SHADOW + 7, mlc.leafBoundaries[pair], mlc.leafBoundaries[pair + 1], rule);
      if (half === undefined) {
        expect(leaves[60 + pair] - leaves[pair], `pair ${pair}`).toBeCloseTo(mlc.minimumGap, 6);
        continue;
      }
      open++;
      // Rounded to 0.1 mm away from the disc, to the nearest, or towards it; 0.03 mm of simplified contours.
      for (const end of [-leaves[pair], leaves[60 + pair]]) {
        expect(end - half, `pair ${pair}`).toBeGreaterThan({ outside: -0.03, middle: -0.08, inside: -0.13 }[rule]);
        expect(end - half, `pair ${pair}`).toBeLessThan({ outside: 0.13, middle: 0.08, inside: 0.03 }[rule]);
      }
    }
    expect(open).toBe({ outside: 16, middle: 14, inside: 14 }[rule]);
    expect(positions.ASYMX).toEqual([Math.min(...leaves.slice(22, 38)), Math.max(...leaves.slice(82, 98))]);
  });

  it('a ball is seen by its tangents, 7 mm around it', () => {
    const ball = stackOf((z) => circle(Math.sqrt(900 - z * z), z), -29.5, 29.5, 1);
    const { positions } = fit(ball, { margin: 7 }, 35);
    const shadow = (30 * SAD) / Math.sqrt(SAD ** 2 - 900) + 7;
    for (const side of [...positions.ASYMX!, ...positions.ASYMY!])
      expect(Math.abs(Math.abs(side) - shadow)).toBeLessThan(0.2);
    expect(positions.MLCX![30]).toBe(positions.ASYMX![0]);
  });

  /** A slanting edge: x from −20 + b/2 on the left, x = 30 on the right, for b from −10 to 10. */
  const slanting: Ring = Float64Array.of(-25, -10, 30, -10, 30, 10, -15, 10);
  it.each([
    ['outside', [-25, -22.5, -20, -17.5]],
    ['middle', [-23.75, -21.25, -18.75, -16.25]],
    ['inside', [-22.5, -20, -17.5, -15]],
  ] as const)('along a slanting edge “%s” meets it in its own corner of the strip', (rule, ends) => {
    const { positions } = fitToOutline([slanting], machine, rule);
    ends.forEach((end, n) => expect(Math.abs(positions.MLCX![28 + n] - end)).toBeLessThan(0.051));
    expect(positions.MLCX!.slice(88, 92)).toEqual([30, 30, 30, 30]);
    expect(positions.ASYMY).toEqual([-10, 10]);
  });

  it('of leaves along y are the same with the axes changed', () => {
    const turned = { ...machine, mlc: { ...mlc, type: 'MLCY' as const } };
    const swapped = Float64Array.from(slanting, (_, i) => slanting[i ^ 1]).reverse();
    const ring = Float64Array.from(swapped, (_, i) => swapped[i ^ 1]);
    for (const rule of ['outside', 'middle', 'inside'] as const) {
      const { positions } = fitToOutline([ring], turned, rule);
      expect(positions.MLCY).toEqual(fitToOutline([slanting], machine, rule).positions.MLCX);
      expect(positions.ASYMX).toEqual([-10, 10]);
    }
  });

  it('keep a bank together that one carriage holds: what would lag stands further open, shut pairs wait within reach', () => {
    // A slanting band: on the 5 mm leaves it runs from −90 at the bottom to 90 at the top.
    const band = Float64Array.of(-95, -60, -75, -60, 95, 60, 75, 60);
    const { positions, warnings } = fitToOutline([band], machine, 'outside');
    const leaves = positions.MLCX!;
    const pairs = leaves.length / 2;
    for (const bank of [leaves.slice(0, pairs), leaves.slice(pairs)])
      expect(Math.max(...bank) - Math.min(...bank)).toBeLessThanOrEqual(150 + 1e-9);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^\d+ leaf pair\(s\) stand further open than the outline: a bank spreads over at most 150 mm$/,
      ),
    ]);
    // Nothing of the outline is covered for it.
    const loose = fitToOutline([band], { ...machine, mlc: { ...machine.mlc!, maximumSpan: 400 } }, 'outside');
    expect(loose.warnings).toEqual([]);
    for (let pair = 18; pair < 42; pair++) {
      expect(leaves[pair]).toBeLessThanOrEqual(loose.positions.MLCX![pair]);
      expect(leaves[pairs + pair]).toBeGreaterThanOrEqual(loose.positions.MLCX![pairs + pair]);
    }
  });

  it('an outline thinner than a strip opens by “outside” only', () => {
    const thin = Float64Array.of(-20, 1, 20, 1, 20, 2, -20, 2);
    expect(fitToOutline([thin], machine, 'outside').positions.MLCX![30]).toBe(-20);
    for (const rule of ['middle', 'inside'] as const)
      expect(() => fitToOutline([thin], machine, rule)).toThrow(/nothing of the target is left open/);
  });
});

describe('margins by side', () => {
  const disc: Ring = Float64Array.from({ length: 720 }, (_, i) =>
    i % 2 === 0 ? 30 * Math.cos((i * Math.PI) / 360) : 30 * Math.sin(((i - 1) * Math.PI) / 360),
  );

  it('move each side by its own and round the corners between by quarter ellipses', () => {
    const grown = growRings([disc], { x1: 3, x2: 8, y1: 5, y2: 12 });
    const [x1, y1, x2, y2] = boundsOf(grown)!;
    for (const [value, expected] of [[x1, -33], [x2, 38], [y1, -35], [y2, 42]]) // biome-ignore format: sides
      expect(Math.abs(value - expected)).toBeLessThan(0.03);
    // Support of a sum is the sum of supports: at 30° of the first quadrant 30 + √((8 cos)² + (12 sin)²).
    const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
    const support = Math.max(
      ...grown.flatMap((ring) => [...ring].flatMap((x, i) => (i % 2 === 0 ? [x * c + ring[i + 1] * s] : []))),
    );
    expect(Math.abs(support - (30 + Math.hypot(8 * c, 12 * s)))).toBeLessThan(0.05);
  });

  it('equal sides are the uniform margin', () => {
    const [by, all] = [growRings([disc], { x1: 6, x2: 6, y1: 6, y2: 6.0001 }), growRings([disc], 6)];
    expect(Math.abs(areaOf(by) - areaOf(all)) / areaOf(all)).toBeLessThan((2 * 0.02) / 36);
  });

  it('below 0 shrink their side', () => {
    const square: Ring = Float64Array.of(-20, -20, 20, -20, 20, 20, -20, 20);
    expect(boundsOf(growRings([square], { x1: -4, x2: 0, y1: 0, y2: 6 }))).toEqual([-16, -20, 20, 26]);
  });

  it('reach the jaws and leaves', () => {
    const { positions } = fit(rod, { margin: { x1: 2, x2: 10, y1: 4, y2: 6 } }, ...END_ON);
    const expected = [-(SHADOW + 2), SHADOW + 10, -(SHADOW + 4), SHADOW + 6];
    [...positions.ASYMX!, ...positions.ASYMY!].forEach((value, n) =>
      expect(Math.abs(value - expected[n])).toBeLessThan(0.2),
    );
  });
});

describe('organs spared', () => {
  /** A target of 60 × 60 × 60 mm with the corners of a cylinder, seen from the side, and a square bar of 20 mm along it. */
  const target = stackOf((z) => circle(30, z), -27, 27, 6);
  const bar = (x: number): Contour[] => stackOf((z) => square(20, z, x), -57, 57, 6);
  const open = (positions: ReturnType<typeof fit>['positions']): Ring[] =>
    openingOf({ devices: devicesOf(machine) }, { positions });

  it('nothing of one that overlaps in part is open, with its own margin, and the share of the target covered is told', () => {
    const { positions, warnings } = fit(target, { margin: 5, avoid: [{ name: 'Cord', contours: bar(30), margin: 3 }] });
    // The rod's near face at y = −10 magnifies its left edge at x = 20; 3 mm of margin before it.
    const edge = (20 * SAD) / (SAD + 10) - 3;
    const ends = positions.MLCX!.slice(60).filter((end, pair) => end - positions.MLCX![pair] > 1);
    expect(ends.length).toBeGreaterThan(10);
    for (const end of ends) expect(end).toBeLessThanOrEqual(edge + 1e-9);
    expect(Math.max(...ends)).toBeGreaterThan(edge - 0.11);
    expect(positions.ASYMX![1]).toBe(Math.max(...ends));
    // The shadow is all but a rectangle from −30 to 30 mm, of which the part beyond the leaves is covered.
    const told = Number(/^([\d.]+) % of the target’s shadow is covered to spare Cord$/.exec(warnings[0])?.[1]);
    expect(Math.abs(told - (100 * (30 - Math.max(...ends))) / 60)).toBeLessThan(0.3);
  });

  it('one across the middle leaves the larger part, and pairs that it shuts meet behind a jaw', () => {
    const { positions } = fit(target, { margin: 5, avoid: [{ name: 'Cord', contours: bar(-4), margin: 0 }] });
    const leaves = positions.MLCX!;
    // The bar reaches from −14 to 6: the part at its left is the smaller one.
    expect(leaves[30]).toBeGreaterThanOrEqual((6 * SAD) / (SAD + 10));
    const area = combineRings(
      'intersect',
      [Float64Array.of(-13.8, -60, 5.9, -60, 5.9, 60, -13.8, 60)],
      open(positions),
    );
    expect(area).toEqual([]);
    const band = stackOf((z) => square(300, z), -6, 6, 2);
    const parted = fit(target, { margin: 5, avoid: [{ name: 'Band', contours: band, margin: 0 }] }).positions;
    expect(parted.MLCX![30]).toBeGreaterThan(parted.ASYMX![1]);
    expect(parted.ASYMY![1]).toBeGreaterThan(30);
  });

  it('what would cover the whole target is refused, and a machine without leaves says that it cannot', () => {
    const wall = stackOf((z) => square(300, z), -60, 60, 4);
    expect(() => fit(target, { margin: 5, avoid: [{ name: 'Wall', contours: wall, margin: 0 }] })).toThrow(
      /nothing of the target is left/,
    );
    const jawsOnly = machineByName('REF_6MV_POINT');
    const { warnings } = fitAperture(
      target,
      { gantry: 0, collimator: 0, couch: 0 },
      [0, 0, 0],
      jawsOnly,
      { margin: 5, avoid: [{ name: 'Cord', contours: bar(30), margin: 0 }] },
      iec,
    );
    expect(warnings).toContain('the machine has no leaves to spare anything with');
  });

  it('where the machine forbids to pass neighbours the result keeps to it or says so', () => {
    const strict = { ...machine, mlc: { ...mlc, interdigitation: false } };
    const { positions, warnings } = fitAperture(
      target,
      { gantry: 0, collimator: 0, couch: 0 },
      [0, 0, 0],
      strict,
      { margin: 5 },
      iec,
    );
    expect(warnings).toEqual([]);
    const faults: string[] = [];
    checkLeaves(positions.MLCX!, strict.mlc, (_limit, message) => faults.push(message));
    expect(faults).toEqual([]);
  });
});

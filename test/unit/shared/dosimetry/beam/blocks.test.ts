import { describe, expect, it } from 'vitest';
import { blockTransmission } from '#shared/dosimetry/beam/blocks.ts';
import { meanFluence } from '#shared/dosimetry/beam/fluenceMap.ts';
import { primaryFluence } from '#shared/dosimetry/beam/primaryFluence.ts';
import { segmentsOf } from '#shared/dosimetry/beam/segments.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam } from '#shared/model/plan.ts';
import type { Block } from '#shared/model/accessories.ts';
import { beam } from '#test/builders/plan.ts';

const lattice = { pixel: 0.5, width: 240, height: 240, x0: -60, y0: -60 };
const fromTarget = { magnification: () => 1, sigma: () => 0 };
const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
/** mm² held back. */
const shaded = (values: Float64Array): number => sum(values.map((value) => 1 - value)) * lattice.pixel ** 2;
/** Value of the pixel that holds (x, y) mm. */
const at = (values: Float64Array, x: number, y: number): number =>
  values[Math.floor((y - lattice.y0) / lattice.pixel) * lattice.width + Math.floor((x - lattice.x0) / lattice.pixel)];
const rectangle = (x0: number, y0: number, x1: number, y1: number): number[] => [x0, y0, x1, y0, x1, y1, x0, y1];
const circle = (radius: number, corners = 720): number[] =>
  Array.from({ length: corners }, (_, n) => [
    radius * Math.cos((2 * Math.PI * n) / corners),
    radius * Math.sin((2 * Math.PI * n) / corners),
  ]).flat();
const reversed = (outline: readonly number[]): number[] =>
  outline
    .flatMap((_, n) => (n % 2 === 0 ? [[outline[n], outline[n + 1]]] : []))
    .toReversed()
    .flat();

const block = (more: Partial<Block>): Block => ({
  number: 1,
  type: 'SHIELDING',
  divergence: 'PRESENT',
  materialId: '',
  transmission: 0.05,
  outline: rectangle(-10, -10, 10.2, 10),
  ...more,
});
const through = (...blocks: Block[]): Float64Array => blockTransmission({ ...beam(1), blocks }, fromTarget, lattice)!;

describe('blocks', () => {
  it('there are none: nothing to say', () => {
    expect(blockTransmission(beam(1), fromTarget, lattice)).toBeUndefined();
  });

  it.each([
    ['a square off the pixels', rectangle(-10.13, -7.31, 3.77, 9.99), (3.77 + 10.13) * (9.99 + 7.31)],
    ['a triangle', [-20, -20, 30.3, -11.7, 2.2, 41.9], 0.5 * (50.3 * 61.9 - 22.2 * 8.3)],
    ['a polygon of 720 corners', circle(40), 360 * 1600 * Math.sin(Math.PI / 360)],
    ['a square that reaches beyond the map', rectangle(-100, -5, 0, 5), 60 * 10],
    ['a square with a hole at the end of a cut', [...rectangle(-20, -20, 20, 20), -20, -20, ...reversed(rectangle(-10, -10, 10, 10)), -10, 10, -20, -20], 1200], // biome-ignore format: one line
  ])('shade the area of %s, drawn either way round', (_, outline, expected) => {
    // Corners are kept to 1e-4 mm, shares to single precision.
    for (const drawn of [outline, reversed(outline)])
      expect(shaded(through(block({ transmission: 0, outline: drawn })))).toBeCloseTo(expected, 1);
  });

  it('shielding lets its transmission through inside, an aperture outside', () => {
    const shield = through(block({}));
    const open = through(block({ type: 'APERTURE' }));
    for (const [x, y, inside] of [
      [0, 0, 1],
      [30, 0, 0],
      [0, -30, 0],
      [10.25, 0, 0.4],
    ] as const) {
      // biome-ignore format: a table
      expect(at(shield, x, y)).toBeCloseTo(1 - inside * 0.95, 6);
      expect(at(open, x, y)).toBeCloseTo(1 - (1 - inside) * 0.95, 6);
    }
  });

  it('apertures are united, shielding multiplies (PS3.3 C.8.8.14.4)', () => {
    const all = through(
      block({ number: 1, type: 'APERTURE', transmission: 0.1, outline: rectangle(-30, -30, 0, 30) }),
      block({ number: 2, type: 'APERTURE', transmission: 0.1, outline: rectangle(-5, -30, 30, 30) }),
      block({ number: 3, transmission: 0.05, outline: rectangle(-20, -40, -10, 0) }),
      block({ number: 4, transmission: 0.2, outline: rectangle(-15, -40, -12, 0) }),
    );
    expect(at(all, 10, 10)).toBe(1);
    expect(at(all, -2, 10)).toBe(1);
    expect(at(all, 40, 0)).toBeCloseTo(0.1, 12);
    expect(at(all, -18, -10)).toBeCloseTo(0.05, 12);
    expect(at(all, -14, -10)).toBeCloseTo(0.05 * 0.2, 12);
    expect(at(all, -14, -35)).toBeCloseTo(0.1 * 0.05 * 0.2, 12);
  });

  it('through a straight cut edge a ray keeps T to the power of the share of the thickness it meets', () => {
    const [tray, thickness, T] = [650, 80, 0.03];
    const cut = { divergence: 'ABSENT', sourceToTray: tray, thickness, transmission: T } as const;
    const outline = rectangle(-40, -40, 40, 40);
    // On the source's side the block reaches from 570 to 650 mm: its wall, 26 mm off the axis, shadows 40 to 45.6 mm.
    const above = through(block({ ...cut, outline }));
    expect(at(above, 39.75, 0)).toBeCloseTo(T, 9);
    expect(at(above, 45.75, 0)).toBe(1);
    for (const x of [41.25, 42.75, 44.25]) {
      const met = ((650 * 40) / x - 570) / thickness;
      // Eight layers: an eighth of the thickness, or a factor of T^(1/8) = 0.65, at worst.
      expect(Math.log(at(above, x, 0)) / Math.log(T)).toBeGreaterThan(met - 1 / 8);
      expect(Math.log(at(above, x, 0)) / Math.log(T)).toBeLessThan(met + 1 / 8);
    }
    // Towards the patient it reaches to 730 mm: the shadow's core shrinks to 35.6 mm.
    const below = through(block({ ...cut, outline, mountingPosition: 'PATIENT_SIDE' }));
    expect(at(below, 35.25, 0)).toBeCloseTo(T, 9);
    expect(at(below, 40.25, 0)).toBe(1);
    expect(at(below, 38.25, 0)).toBeGreaterThan(T);
    // What follows the divergence is sharp.
    expect(at(through(block({ ...cut, outline, divergence: 'PRESENT' })), 40.25, 0)).toBe(1);
  });

  it('a source of finite size blurs the edge as an integral of a Gaussian, and sees it from its own distance', () => {
    const view = { magnification: () => 1.25, sigma: (distance: number) => (distance === 650 ? 2 : Number.NaN) };
    const blurred = blockTransmission(
      { ...beam(1), blocks: [block({ transmission: 0, sourceToTray: 650, outline: rectangle(-100, -100, 0, 100) })] },
      view,
      lattice,
    )!;
    // Φ(1) and Φ(0.5); a quarter of a pixel of sampling.
    expect(0.5 * (at(blurred, 1.75, 0) + at(blurred, 2.25, 0))).toBeCloseTo(0.8413, 2);
    expect(0.5 * (at(blurred, 0.75, 0) + at(blurred, 1.25, 0))).toBeCloseTo(0.6915, 2);
    expect(0.5 * (at(blurred, -0.25, 0) + at(blurred, 0.25, 0))).toBeCloseTo(0.5, 6);
    const seen = through(block({ outline: rectangle(-20, -20, 20, 20) }));
    const magnified = blockTransmission(
      { ...beam(1), blocks: [block({ outline: rectangle(-20, -20, 20, 20) })] },
      { magnification: () => 1.25, sigma: () => 0 },
      lattice,
    )!;
    expect([at(seen, 22, 0), at(magnified, 22, 0), at(magnified, 26, 0)]).toEqual([1, expect.closeTo(0.05, 9), 1]);
  });

  it('take their share out of the fluence, of the head’s scatter too', () => {
    const machine = machineByName('GENERIC_6MV');
    const angles = { gantry: 0, collimator: 0, couch: 0 };
    const open = createBeam({
      number: 1,
      name: 'G0',
      machine,
      angles,
      isocenter: [0, 0, 0],
      iecFromLps: iecFromPatient('HFS')!,
    }).beam;
    const blocked = {
      ...open,
      blocks: [block({ transmission: 0.05, sourceToTray: 650, outline: rectangle(-20, -60, 20, 60) })],
    };
    const fluence = (of: Beam, x: number): number =>
      meanFluence(primaryFluence(of, segmentsOf(of)[0], machine), x, 0, 1, 1);
    // Behind 40 mm of block some scatter of the wide head source still comes past its edges.
    expect(fluence(blocked, 0) / fluence(open, 0)).toBeGreaterThan(0.05);
    expect(fluence(blocked, 0) / fluence(open, 0)).toBeLessThan(0.1);
    expect(fluence(blocked, 40) / fluence(open, 40)).toBeGreaterThan(0.95);
    expect(fluence(blocked, 20) / fluence(open, 20)).toBeCloseTo(0.525, 1);
  });

  it.each<[string, Partial<Block>, string]>([
    ['without an outline', { outline: [] }, 'DOSE BlockData'],
    [
      'of unknown transmission',
      { transmission: undefined, materialId: 'LEAD', thickness: 70 },
      'DOSE BlockTransmission',
    ],
    ['unlike the other apertures', { type: 'APERTURE', transmission: 0.5 }, 'INVALID_ATTRIBUTE BlockTransmission'],
  ])('a block %s is refused by its beam', (_, more, expected) => {
    try {
      through(block({ number: 2, type: 'APERTURE' }), block(more));
      expect.unreachable();
    } catch (error) {
      const { code, attribute, object } = error as { code: string; attribute: string; object: string };
      expect(`${code} ${attribute}`).toBe(expected);
      expect(object).toBe('Beam 1 (Beam 1)');
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeDvh } from '#shared/evaluation/dvh.ts';
import {
  bed,
  differentialDvh,
  eqd2,
  eqd2Dvh,
  gEud,
  logisticResponse,
  ntcpLyman,
} from '#shared/evaluation/radiobiology.ts';
import { LYMAN_MODELS, lymanModelsOf } from '#shared/evaluation/responseModels.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import { rectangle } from '../structures/shapes.ts';
import { doseField } from './doseFields.ts';

const uniform = (dose: number): { dose: number; share: number }[] => [{ dose, share: 1 }];
const half = [
  { dose: 20, share: 0.5 },
  { dose: 60, share: 0.5 },
];

describe('fractionation', () => {
  it('by hand: 60 Gy in 20, 54 Gy in 3, and 2 Gy fractions as they are', () => {
    expect(bed(60, 20, 10)).toBeCloseTo(78, 12);
    expect(eqd2(60, 20, 10)).toBeCloseTo(65, 12);
    expect(bed(54, 3, 10)).toBeCloseTo(151.2, 12);
    expect(eqd2(60, 20, 3)).toBeCloseTo(72, 12);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0.5, max: 20, noNaN: true }), (n, ratio) => {
        expect(eqd2(2 * n, n, ratio)).toBeCloseTo(2 * n, 9);
      }),
    );
  });
});

it('a DVH in fractions of 2 Gy is that of the dose turned voxel by voxel', () => {
  const grid = { dims: [41, 41, 41], spacing: [2.5, 2.5, 2.5], origin: [-50, -50, -50], direction: AXIAL } as const;
  const box = Array.from({ length: 9 }, (_, n) => rectangle(-10, -6, 30, 14, -8 + 2 * n));
  const dose = doseField(grid, ([x]) => 30 + 0.4 * x);
  const turned = { ...dose, data: dose.data.map((gray) => eqd2(gray, 5, 3)) };
  const [found, voxelwise] = [eqd2Dvh(computeDvh(box, dose), 5, 3), computeDvh(box, turned)];
  // Between voxels 1 Gy apart the parabola is up to 0.02 Gy below its chord.
  for (const percent of [1, 10, 50, 90, 99])
    expect(Math.abs(found.doseAtVolume(percent) - voxelwise.doseAtVolume(percent))).toBeLessThan(0.05);
  expect(Math.abs(found.mean - voxelwise.mean)).toBeLessThan(0.03);
  expect(found.volumeAtDose(found.doseAtVolume(37))).toBeCloseTo(37, 6);
});

it('published parameters give what their papers say', () => {
  const of = (organ: string, source: RegExp) => {
    const model = LYMAN_MODELS.find((one) => one.organ === organ && source.test(one.source));
    if (model === undefined) throw new Error(organ);
    return model;
  };
  // By definition half at TD50 to the whole organ; Burman's spinal cord: 5 % at 47 Gy to 20 cm (Emami), within their fit's 0.1 SD.
  for (const model of LYMAN_MODELS) expect(ntcpLyman(uniform(model.td50), model)).toBeCloseTo(0.5, 9);
  expect(ntcpLyman(uniform(47), of('SpinalCord', /Burman/))).toBeCloseTo(0.05, 2);
  // QUANTEC table 1: a mean lung dose of 20 Gy, 20 %; 13 Gy, 10 % (another model of the same data, within 3 %).
  expect(Math.abs(ntcpLyman(uniform(20), of('Lungs', /Seppenwoolde/)) - 0.2)).toBeLessThan(0.03);
  expect(lymanModelsOf('Parotid_L').map(({ organ }) => organ)).toEqual(['Parotid', 'Parotid']);
  expect(lymanModelsOf('Skin')).toEqual([]);
});

describe('gEUD', () => {
  it('of halves: mean, root mean square, harmonic mean, maximum, minimum', () => {
    expect(gEud(half, 1)).toBeCloseTo(40, 12);
    expect(gEud(half, 2)).toBeCloseTo(Math.sqrt(2000), 12);
    expect(gEud(half, -1)).toBeCloseTo(30, 12);
    expect(gEud(half, 5000)).toBeCloseTo(60, 1);
    expect(gEud(half, -5000)).toBeCloseTo(20, 1);
    expect(gEud([...half, { dose: 0, share: 0 }], 1)).toBeCloseTo(40, 12);
    expect(
      gEud(
        [
          { dose: 0, share: 0.01 },
          { dose: 60, share: 0.99 },
        ],
        -10,
      ),
    ).toBe(0);
    expect([gEud(uniform(0), 5), gEud(half, 0)]).toEqual([0, Number.NaN]);
  });

  it('of a DVH over a ramp: the integral', () => {
    const grid = { dims: [41, 41, 41], spacing: [2.5, 2.5, 2.5], origin: [-50, -50, -50], direction: AXIAL } as const;
    const box = Array.from({ length: 9 }, (_, n) => rectangle(-10, -6, 30, 14, -8 + 2 * n));
    const bins = differentialDvh(
      computeDvh(
        box,
        doseField(grid, ([x]) => 30 + 0.4 * x),
      ),
    ); // 26 to 42 Gy
    expect(bins.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    // The sampling of the DVH: its doses are exact to 0.02 Gy.
    for (const a of [1, 8, -10])
      expect(Math.abs(gEud(bins, a) - ((42 ** (a + 1) - 26 ** (a + 1)) / (16 * (a + 1))) ** (1 / a))).toBeLessThan(
        0.02,
      );
  });
});

describe('response', () => {
  it('Lyman: the normal distribution about TD50', () => {
    const lung = { td50: 24.5, m: 0.18, n: 0.87 };
    const at = (deviations: number): number => ntcpLyman(uniform(24.5 * (1 + 0.18 * deviations)), lung);
    // Φ from Abramowitz and Stegun, table 26.1.
    for (const [
      t,
      expected,
    ] of [[0, 0.5], [1, 0.8413447461], [-1, 0.1586552539], [2, 0.9772498681], [-3, 0.0013498981], [3, 0.9986501020]]) // biome-ignore format: a table
      expect(at(t)).toBeCloseTo(expected, 9);
    expect(ntcpLyman(uniform(1000), lung)).toBe(1);
    expect(ntcpLyman(half, { td50: 40, m: 0.2, n: 1 })).toBeCloseTo(0.5, 12);
  });

  it('logistic: half at D50, with the slope γ50 / D50', () => {
    const tumour = { d50: 50, gamma50: 2, a: -10 };
    expect(logisticResponse(uniform(50), tumour)).toBe(0.5);
    expect(logisticResponse(uniform(0), tumour)).toBe(0);
    const slope = logisticResponse(uniform(50.01), tumour) - logisticResponse(uniform(49.99), tumour);
    expect((slope / 0.02) * 50).toBeCloseTo(2, 5);
    expect(logisticResponse(uniform(100), tumour)).toBeCloseTo(256 / 257, 12);
  });
});

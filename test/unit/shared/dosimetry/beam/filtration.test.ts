import { describe, expect, it } from 'vitest';
import { filtrationOf } from '#shared/dosimetry/beam/filtration.ts';
import { segmentsOf } from '#shared/dosimetry/beam/segments.ts';
import { wedgesIn } from '#shared/dosimetry/beam/wedge.ts';
import {
  type BeamQuality,
  beamQualityByName,
  beamQualityOf,
  muOverRhoWater,
} from '#shared/dosimetry/machine/beamQuality.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName, machineNames } from '#shared/dosimetry/machine/machines.ts';
import { termaTable } from '#shared/dosimetry/collapsedCone/terma.ts';
import type { Beam } from '#shared/model/plan.ts';
import { bare, beamWith, square } from './head.ts';

const generic = machineByName('GENERIC_6MV');

const filterOf = (beam: Beam, machine: Machine = generic): ReturnType<typeof filtrationOf> =>
  filtrationOf(machine, beamQualityOf(machine), wedgesIn(beam, segmentsOf(beam)[0], machine));

/** Water (g/cm²) that halves a narrow beam's TERMA. */
function halfValueLayer(quality: BeamQuality, filtration: number): number {
  const left = (water: number): number =>
    quality.energies.reduce((sum, energy, n) => {
      const mu = muOverRhoWater(energy);
      return sum + quality.fluence[n] * energy * mu * Math.exp(-mu * (filtration + water));
    }, 0);
  let [low, high] = [0, 100];
  for (let n = 0; n < 50; n++) {
    const middle = (low + high) / 2;
    if (left(middle) > left(0) / 2) low = middle;
    else high = middle;
  }
  return low;
}

describe('the spectrum', () => {
  it('on the axis is hardened by filtration and keeps its energy', () => {
    const [tabulated, hard, soft] = [0, 4, -4].map((filtration) => beamQualityOf(bare({ filtration })));
    const energy = ({ energies, fluence }: BeamQuality): number =>
      energies.reduce((sum, e, n) => sum + e * fluence[n], 0);
    expect(tabulated).toEqual(beamQualityByName('mohan6'));
    expect(energy(hard)).toBeCloseTo(energy(tabulated), 9);
    expect(energy(soft)).toBeCloseTo(energy(tabulated), 9);
    expect(halfValueLayer(hard, 0)).toBeGreaterThan(halfValueLayer(tabulated, 0));
    expect(halfValueLayer(soft, 0)).toBeLessThan(halfValueLayer(tabulated, 0));
    expect(halfValueLayer(hard, 0)).toBeCloseTo(halfValueLayer(tabulated, 4), 6);
  });

  it.each(['GENERIC_6MV', 'GENERIC_10MV', 'GENERIC_15MV'])(
    '%s softens off axis as flattened beams do (Tailor et al., Med. Phys. 25 (1998) 662)',
    (name) => {
      const machine = machineByName(name);
      const quality = beamQualityOf(machine);
      const filter = filterOf(beamWith(machine, square(100)), machine)!;
      for (const degrees of [2, 5, 8, 11]) {
        const published = 1 / (1 + 0.00181 * degrees + 0.00202 * degrees ** 2 - 0.0000942 * degrees ** 3);
        const x = 1000 * Math.tan((degrees * Math.PI) / 180);
        const found = halfValueLayer(quality, filter.depthAt(x, 0)) / halfValueLayer(quality, 0);
        // The rows of the machine files are rounded, and straight lines lie between them.
        expect(Math.abs(found - published), `${degrees}°`).toBeLessThan(0.015);
      }
    },
  );

  it('does not change off axis without a flattening filter', () => {
    const machine = machineByName('GENERIC_6FFF');
    expect(filterOf(beamWith(machine, square(100)), machine)).toBeUndefined();
  });

  it('softening leaves the energy: more of it is released near the surface, in proportion to the attenuation, and less deep', () => {
    const quality = beamQualityOf(generic);
    const terma = termaTable(quality);
    const filter = filterOf(beamWith(generic, square(100)))!;
    const ratio = (water: number): number =>
      (filter.factorAt(150, 0) * terma(water + filter.depthAt(150, 0), 0, 1)) / terma(water, 0, 1);
    expect(filter.absorberAt(150, 0)).toBe(0);
    expect(ratio(0)).toBeGreaterThan(1);
    // 9–10 % is by how much the half value layer is shorter at this angle.
    expect(ratio(0)).toBeLessThan(1.11);
    expect(ratio(20)).toBeLessThan(ratio(0) - 0.08);
  });

  it('before a filter: TERMA for less than no water equals the sum over the spectrum', () => {
    const quality = beamQualityByName('mohan15');
    const terma = termaTable(quality);
    for (const water of [-15.5, -3.3]) {
      const exact = quality.energies.reduce((sum, energy, n) => {
        const mu = muOverRhoWater(energy);
        return sum + quality.fluence[n] * energy * 1.602176634e-10 * mu * Math.exp(-mu * water);
      }, 0);
      expect(terma(water, 0, 1) / exact).toBeCloseTo(1, 2);
    }
  });
});

describe('horn of a flattening-filter-free machine', () => {
  it('falls as published: 0.75–0.80 at 10 cm, half at 20 cm from the axis (Georg et al., Med. Phys. 38 (2011) 1280)', () => {
    for (const name of machineNames().filter((one) => one.includes('FFF'))) {
      const horn = new Map(machineByName(name).beam.horn);
      expect(machineByName(name).fluenceMode).toBe('NON_STANDARD');
      expect(horn.get(0.1)).toBeGreaterThan(0.72);
      expect(horn.get(0.1)).toBeLessThan(0.82);
      expect(horn.get(0.2)).toBeGreaterThan(0.5);
      expect(horn.get(0.2)).toBeLessThan(0.62);
    }
  });
});

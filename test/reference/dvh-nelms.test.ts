import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDose } from '#shared/dicom/dose/rtDose.ts';
import { readStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { computeDvh } from '#shared/evaluation/dvh.ts';
import { boundsOf } from '#shared/structures/contours/rings.ts';
import { stackContours } from '#shared/structures/contours/stack.ts';

/**
 * Nelms et al., "Methods, software and datasets to verify DVH calculations against analytical values: Twenty years late(r)",
 * Med. Phys. 42 (2015) 4435: a sphere, a cylinder along z and one across it, 24 mm wide and long, contoured every 0.2, 1 and 3 mm
 * with and without half-voxel shifts, in dose ramps of 1 Gy/mm along y (AntPost) and z (SupInf) on 1 and 3 mm grids. Every
 * cumulative curve has a closed form. D = 10 Gy − y or 10 Gy + z (measured on the grids). The true bodies carry end caps of half a slice
 * (a cylinder along z); volume and D99 … D1 lie within 1 % or 0.1 cm³ of them, or between them and the contours taken as slabs.
 */
const folder = path.resolve(process.cwd(), '../shared/data/nelms_dvh_phantom');
const RADIUS = 12;

/** Percent of the volume beyond x radii (−1…1) of the centre, up the dose ramp. */
const CAP = (x: number): number => 25 * (2 - 3 * x + x ** 3);
const SEGMENT = (x: number): number => (100 * (Math.acos(x) - x * Math.sqrt(1 - x * x))) / Math.PI;
const SLAB = (x: number): number => 50 - 50 * x;

/** x at which a falling curve holds `percent`. */
function inverse(curve: (x: number) => number, percent: number): number {
  let [low, high] = [-1, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (curve(middle) > percent) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Largest error of D99 … D1 in Gy (= mm along the ramp) and of the volume in percent, by contour spacing. In-plane (AntPost)
 * only the sampling errs. Along z the shape between the planes is what the contours say: with slabs of 3 mm the ends of round
 * shapes are up to half a spacing off, which is the property of the data and not of the sampling.
 */
const LIMITS: Record<string, Record<string, { antPost: number; supInf: number; volume: number }>> = {
  Cylinder: {
    '02': { antPost: 0.02, supInf: 0.01, volume: 0.02 },
    '10': { antPost: 0.02, supInf: 0.01, volume: 0.02 },
    '30': { antPost: 0.02, supInf: 0.01, volume: 0.02 },
  },
  RtCylinder: {
    '02': { antPost: 0.02, supInf: 0.03, volume: 0.1 },
    '10': { antPost: 0.02, supInf: 0.2, volume: 0.9 },
    '30': { antPost: 0.02, supInf: 1, volume: 4.7 },
  },
  Sphere: {
    '02': { antPost: 0.02, supInf: 0.02, volume: 0.02 },
    '10': { antPost: 0.03, supInf: 0.1, volume: 0.2 },
    '30': { antPost: 0.1, supInf: 0.5, volume: 1.6 },
  },
};

/** Area in mm² of the true section at `z` mm from the middle: what the contour on that plane shows. */
const AREA: Record<string, (z: number) => number> = {
  Cylinder: () => Math.PI * RADIUS ** 2,
  RtCylinder: (z) => 48 * Math.sqrt(Math.max(0, RADIUS ** 2 - z * z)),
  Sphere: (z) => Math.PI * Math.max(0, RADIUS ** 2 - z * z),
};

/** Percent of slabs of these areas, `spacing` thick round their planes, that lies beyond z. */
function beyond(z: number, planes: readonly number[], areas: readonly number[], spacing: number): number {
  const part = (plane: number): number => Math.max(0, Math.min(1, (plane - z) / spacing + 0.5));
  const sum = areas.reduce((total, area) => total + area, 0);
  return (100 * areas.reduce((total, area, n) => total + area * part(planes[n]), 0)) / sum;
}

const structures = existsSync(folder) ? readdirSync(path.join(folder, 'STRUCTURES')) : [];
const doses = existsSync(folder) ? readdirSync(path.join(folder, 'DOSE_GRIDS')) : [];

const contoursOf = new Map(
  structures.map((file) => {
    const set = readStructureSet(readFileSync(path.join(folder, 'STRUCTURES', file)), file);
    return [file, set.rois.flatMap((roi) => roi.contours)] as const;
  }),
);

describe.skipIf(structures.length === 0)('DVH against closed forms (Nelms 2015 phantom)', () => {
  it('has the whole set', () => expect([structures.length, doses.length]).toEqual([21, 4]));

  describe.each(doses)('%s', (doseFile) => {
    const dose = readDose(readFileSync(path.join(folder, 'DOSE_GRIDS', doseFile)), doseFile);
    const antPost = doseFile.includes('AntPost');

    it.each(structures)('%s', (file) => {
      const contours = contoursOf.get(file) ?? [];
      const [kind, spacing] = file.split('_');
      const stack = stackContours(contours);
      const middle = boundsOf(stack.planes[stack.planes.length >> 1].rings) ?? [0, 0, 0, 0];
      const first = stack.planes[0].offset;
      const last = stack.planes[stack.planes.length - 1].offset;
      expect(last - first).toBeCloseTo(24, 6);
      const centre = antPost ? 10 - (middle[1] + middle[3]) / 2 : 10 + (first + last) / 2;
      // The cylinder along z includes half-spacing end caps; the cylinder across lies along x.
      const length = kind === 'Cylinder' ? 24 + stack.spacing : 24;
      const half = kind === 'Cylinder' && !antPost ? length / 2 : RADIUS;
      const curve =
        kind === 'Sphere' ? CAP : kind === 'Cylinder' ? (antPost ? SEGMENT : SLAB) : antPost ? SLAB : SEGMENT;
      const volume = kind === 'Sphere' ? (4 / 3) * Math.PI * RADIUS ** 3 : Math.PI * RADIUS ** 2 * length;

      const dvh = computeDvh(contours, dose, { name: file });
      const limit = LIMITS[kind][spacing];
      const planes = stack.planes.map(({ offset }) => offset - (first + last) / 2);
      const areas = planes.map(AREA[kind]);
      const slabs = (areas.reduce((sum, area) => sum + area, 0) * stack.spacing) / 1000;
      const [least, most] = [Math.min(slabs, volume / 1000), Math.max(slabs, volume / 1000)];
      const allowed = Math.max(0.1, 0.01 * most);
      expect(dvh.volume).toBeGreaterThan(least - allowed);
      expect(dvh.volume).toBeLessThan(most + allowed);
      let worst = 0;
      for (let percent = 1; percent <= 99; percent++) {
        const truth = centre + inverse(curve, percent) * half;
        const found = dvh.doseAtVolume(percent);
        worst = Math.max(worst, Math.abs(found - truth));
        if (antPost) continue;
        const slab =
          centre + inverse((x) => beyond(x * (RADIUS + 3), planes, areas, stack.spacing), percent) * (RADIUS + 3);
        // 1 % of the prescription-like dose in the middle (10 Gy).
        expect(found).toBeGreaterThan(Math.min(truth, slab) - 0.1);
        expect(found).toBeLessThan(Math.max(truth, slab) + 0.1);
      }
      expect(worst).toBeLessThan(antPost ? limit.antPost : limit.supInf);
      expect(Math.abs(dvh.volume / (volume * 1e-3) - 1) * 100).toBeLessThan(limit.volume);
      expect(Math.abs(dvh.mean - centre)).toBeLessThan(0.002);
      // Extremes: exact along y; along z the caps of round shapes reach half a spacing further.
      const reach = antPost || kind === 'Cylinder' ? half : half + stack.spacing / 2;
      expect(Math.abs(dvh.min - (centre - reach))).toBeLessThan(0.01);
      expect(Math.abs(dvh.max - (centre + reach))).toBeLessThan(0.01);
      expect(dvh.warnings).toEqual([]);
    });
  });
});

import { describe, expect, it } from 'vitest';
import { voxelVolume } from '#shared/geometry/volume.ts';
import type { PhantomKind } from '#shared/phantom/phantom.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';
import { phantomOf } from '../../../builders/phantom.ts';

const cylinder = (radius: number, length: number): number => (Math.PI * radius ** 2 * length) / 1000;
const ellipsoid = (x: number, y: number, z: number): number => (Math.PI * x * y * z) / 6000;

/** Half the chord of the neck's section, `inset` mm within the skin. */
const chord = (y: number, inset: number): number => 10 + Math.sqrt(Math.max(0, (60 - inset) ** 2 - y ** 2));

/** The head and neck target's area at one level, by midpoints of chords: within the skin, outside the cord's surroundings and the notches. */
function targetArea(notched: boolean): number {
  const step = 0.001;
  let area = 0;
  for (let y = -54 + step / 2; y < 38; y += step) {
    const outer = Math.min(chord(y, 6), notched && y > -16 ? 40 : Infinity);
    const inner = y > 22 ? 21 : Math.sqrt(Math.max(0, 21 ** 2 - (y - 22) ** 2));
    area += 2 * Math.max(0, outer - inner) * step;
  }
  return area;
}

/** cm³: closed forms of the published sizes, the target of head and neck by chords. */
const VOLUMES: readonly (readonly [PhantomKind, Readonly<Record<string, number>>])[] = [
  ['tg119-c-shape', { PTV: (cylinder(37, 80) - cylinder(15, 80)) * (260 / 360), CORE: cylinder(10, 100), BODY: 12000 }],
  ['tg119-prostate', { PTV: ellipsoid(52, 38, 77), Rectum: cylinder(7.5, 120), Bladder: ellipsoid(50, 40, 50) }],
  [
    'tg119-head-neck',
    {
      PTV: (55 * targetArea(false) + 45 * targetArea(true)) / 1000,
      SpinalCord: cylinder(6, 200),
      Parotid_L: ellipsoid(20, 34, 40),
      Parotid_R: ellipsoid(20, 34, 40),
      BODY: cylinder(60, 200) + 20 * 120 * 0.2,
    },
  ],
  ['tg119-multi-target', { PTV_5000: cylinder(20, 40), PTV_2500: cylinder(20, 40), PTV_1250: cylinder(20, 40) }],
];

/** The share of each CT voxel that lies in an ROI. */
const maskOf = (kind: PhantomKind, name: string): Float32Array => {
  const { ct, structureSet } = phantomOf(kind);
  return rasterizeRoi(structureSet.rois.find((roi) => roi.name === name)!.contours, ct);
};

const sum = (values: Float32Array): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

describe.each(VOLUMES)('%s', (kind, volumes) => {
  // Outlines are polygons on steps of 0.75 mm or more: their chords take 0.4 % off the thinnest cylinder.
  it.each(Object.entries(volumes))('%s has its volume, %f cm³', (name, volume) => {
    const measured = (sum(maskOf(kind, name)) * voxelVolume(phantomOf(kind).ct)) / 1000;
    expect(Math.abs(measured / volume - 1), `${measured} cm³`).toBeLessThan(0.005);
  });

  it('is water within and air without', () => {
    const { data } = phantomOf(kind).ct;
    const body = maskOf(kind, 'BODY');
    const wrong = data.filter((hu, voxel) => (body[voxel] > 0.9999 ? hu < -60 : body[voxel] === 0 && hu > -900));
    expect(wrong).toHaveLength(0);
  });
});

describe('the cases of TG-119', () => {
  it('have a third of the rectum in the prostate target on its widest slice, and no rectum in the prostate', () => {
    const [nx, ny, nz] = phantomOf('tg119-prostate').ct.dims;
    const middle = (name: string): Float32Array =>
      maskOf('tg119-prostate', name).subarray(nx * ny * (nz / 2), nx * ny * (nz / 2 + 1));
    const [rectum, target, prostate] = [middle('Rectum'), middle('PTV'), middle('Prostate')];
    const share = sum(rectum.map((part, voxel) => part * target[voxel])) / sum(rectum);
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.4);
    expect(Math.max(...rectum.map((part, voxel) => part + prostate[voxel]))).toBeLessThan(1.001);
  });

  it('stack the multi-target superior, central, inferior', () => {
    const { structureSet } = phantomOf('tg119-multi-target');
    const heights = (name: string): number[] =>
      structureSet.rois.find((roi) => roi.name === name)!.contours.map(({ points }) => points[2]);
    expect(Math.min(...heights('PTV_2500'))).toBeGreaterThan(Math.max(...heights('PTV_5000')));
    expect(Math.max(...heights('PTV_1250'))).toBeLessThan(Math.min(...heights('PTV_5000')));
  });
});

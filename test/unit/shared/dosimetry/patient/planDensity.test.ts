import { describe, expect, it } from 'vitest';
import { doseGridFor } from '#shared/dosimetry/patient/density.ts';
import { dosimetricRois } from '#shared/dosimetry/patient/densityLayers.ts';
import { calibrationByName } from '#shared/dosimetry/machine/machines.ts';
import { planDensity } from '#shared/dosimetry/patient/planDensity.ts';
import { AXIAL, type Grid, patientToIndex, type Volume, voxelVolume } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { Roi } from '#shared/model/structures.ts';
import { beam, plan as builtPlan } from '#test/builders/plan.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { ctOf, roiOf, square, stackOf, structuresOf } from '../phantoms.ts';

const calibration = calibrationByName('GENERIC_120KV');
// Water, 120 mm square and 60 mm long, in air; planes every 2 mm.
const hu = (i: number, j: number, k: number): number =>
  Math.abs(i - 39.5) < 30 && Math.abs(j - 39.5) < 30 && Math.abs(k - 19.5) < 15 ? 0 : -1000;
const scanner = { manufacturer: 'isocenter', kvp: 120 };
const ct: ImageVolume = { ...ctOf([80, 80, 40], [2, 2, 2], hu), scanner };
const box = (number: number, name: string, type: Roi['type'], side: number, x: number, y: number, density?: number): Roi => ({
  ...roiOf(number, name, type, stackOf((z) => square(side, z, x, y), -29, 29, 2)),
  ...(density === undefined ? {} : { density }),
}); // biome-ignore format: a builder
const body = box(1, 'BODY', 'EXTERNAL', 120, 0, 0);
const grid: Grid = { dims: [50, 50, 18], spacing: [4, 4, 4], origin: [-98, -98, -34], direction: AXIAL };
const plan: Plan = { ...builtPlan(), beams: [beam(1)] };
const withBolus = (one: Beam, ...numbers: number[]): Beam => ({
  ...one,
  boluses: numbers.map((roiNumber) => ({ roiNumber })),
});
const lay = (rois: readonly Roi[], beams: readonly Beam[] = plan.beams, of = ct) =>
  planDensity(of, grid, calibration, structuresOf(rois), { ...plan, beams }, beams);
const at = ({ data, ...on }: Volume<Float32Array>, point: Vec3): number => {
  const [i, j, k] = patientToIndex(on, point).map(Math.round);
  return data[i + on.dims[0] * (j + on.dims[1] * k)];
};
const grams = (volume: Volume<Float32Array>): number =>
  (volume.data.reduce((sum, value) => sum + value, 0) * voxelVolume(volume)) / 1000;
const BODY_GRAMS = 12 * 12 * 6;

describe('densities of structures', () => {
  it('replace the CT by partial volume: the mass follows the contours, not the voxels', () => {
    // 30 mm square: its edges run through 4 mm voxels.
    const { shared, layers, warnings } = lay([body, box(2, 'Gas', 'CAVITY', 30, 1, 1, 0.0012)]);
    expect(grams(shared)).toBeCloseTo(BODY_GRAMS - 3 * 3 * 6 * (1 - 0.0012), 0);
    expect(at(shared, [2, 2, 2])).toBeCloseTo(0.0012, 6);
    expect(at(shared, [40, 40, 2])).toBeCloseTo(1, 6);
    expect(layers.map(({ roi, density }) => [roi.name, density])).toEqual([['Gas', 0.0012]]);
    expect(warnings).toEqual([]);
  });

  it('of two that overlap the later one counts, and both are named', () => {
    const [first, second] = [box(2, 'A', 'ORGAN', 40, -10, 0, 0.3), box(3, 'B', 'ORGAN', 40, 10, 0, 1.8)];
    const found = lay([body, first, second]);
    expect(at(found.shared, [2, 2, 2])).toBeCloseTo(1.8, 5);
    // 4 × 2 × 6 cm, less the end voxels that each half fills: structures that only touch are no overlap.
    expect(found.warnings).toEqual(['"A" and "B" overlap by 44.8 cm³: there the density of "B" counts']);
    expect(at(lay([body, second, first]).shared, [2, 2, 2])).toBeCloseTo(0.3, 5);
    expect(lay([body, first, { ...second, density: 0.3 }]).warnings).toEqual([]);
  });

  it('of BODY itself lies under all others', () => {
    const found = lay([box(2, 'Lung', 'ORGAN', 40, 0, 0, 0.26), { ...body, density: 1 }], plan.beams);
    expect(at(found.shared, [2, 2, 2])).toBeCloseTo(0.26, 5);
    expect(grams(found.shared)).toBeCloseTo(BODY_GRAMS - 4 * 4 * 6 * 0.74, 0);
    expect(found.warnings).toEqual([]);
  });

  it('count outside BODY for what carries or covers the patient only', () => {
    const outside = (type: Roi['type'], density?: number) => lay([body, box(2, 'X', type, 20, 0, 80, density)]);
    expect(at(outside('SUPPORT', 0.2).shared, [2, 82, 2])).toBeCloseTo(0.2, 6);
    expect(grams(outside('SUPPORT', 0.2).shared)).toBeCloseTo(BODY_GRAMS + 2 * 2 * 6 * 0.2, 0);
    expect(at(outside('ORGAN', 0.2).shared, [2, 82, 2])).toBe(0);
    expect(outside('SUPPORT').warnings).toEqual(['"X" (support) is left out: it has no density']);
  });

  it('a bolus fills what the surface voxels leave free, for the beams that name it', () => {
    // BODY ends at y = −60, in the middle of a voxel; the bolus goes on from there for 10 mm.
    const bolus = { ...box(2, 'Bolus', 'BOLUS', 10, 0, -65, 1) };
    const found = lay([body, bolus], [beam(1), withBolus(beam(2), 2), withBolus(beam(3), 2)]);
    expect(grams(found.ofBeam[0])).toBeCloseTo(BODY_GRAMS, 0);
    expect(grams(found.ofBeam[1]) - grams(found.ofBeam[0])).toBeCloseTo(6, 1);
    expect(at(found.ofBeam[1], [2, -62, 2])).toBeCloseTo(1, 1);
    expect(found.ofBeam[2]).toBe(found.ofBeam[1]);
    expect(found.ofBeam[0]).toBe(found.shared);
    expect(lay([body, bolus]).warnings).toEqual(['Bolus "Bolus" is left out: no beam names it']);
    const { density: _, ...bare } = bolus;
    expect(lay([body, bare], [withBolus(beam(1), 2)]).warnings.join()).toMatch(/no density: 1 g\/cm³ is taken/);
    expect(() => lay([body], [withBolus(beam(1), 9)])).toThrow(/bolus, structure 9, is not in/);
  });

  it('metal is said, set by hand or beyond the calibration', () => {
    expect(lay([body, box(2, 'Hip', 'ORGAN', 20, 0, 0, 4.5)]).warnings.join()).toMatch(/"Hip" of 4.5 .*not as metal/);
    // 1 cm² over 52 mm above the last point.
    const metal = ctOf([80, 80, 40], [2, 2, 2], (i, j, k) =>
      i >= 40 && i < 45 && j >= 40 && j < 45 && k >= 7 && k < 33 ? 3071 : hu(i, j, k),
    );
    const warned = lay([body], plan.beams, { ...metal, scanner }).warnings;
    expect(warned).toEqual([
      '5.2 cm³ of the patient lie above 3070 HU, where GENERIC_120KV ends: 2.8 g/cm³ is held there',
    ]);
    expect(lay([body, box(2, 'Artefact', '', 30, 5, 5, 1)], plan.beams, { ...metal, scanner }).warnings).toEqual([]);
    expect(lay([body], plan.beams, { ...ct, scanner: { manufacturer: 'Acme' } }).warnings.join()).toMatch(
      /not that of .*Acme/,
    );
  });

  it('are among what a computation needs, with the target', () => {
    const set = structuresOf([
      body,
      box(2, 'PTV', 'PTV', 20, 0, 0),
      box(3, 'Heart', 'ORGAN', 20, 0, 0),
      box(4, 'Gas', 'ORGAN', 20, 0, 0, 0.001),
      box(5, 'Couch', 'SUPPORT', 20, 0, 0),
      box(6, 'Gel', '', 20, 0, 0),
    ]);
    const prescription = { ...builtPlan().prescription!, targetRoiNumber: 2 };
    const needed = dosimetricRois(set, { ...plan, prescription, beams: [withBolus(beam(1), 6)] });
    expect(needed.map(({ name }) => name)).toEqual(['BODY', 'PTV', 'Gas', 'Couch', 'Gel']);
  });

  it('the dose grid holds what lies outside the CT, and may have oblong voxels', () => {
    const couch = box(2, 'Couch', 'SUPPORT', 30, 0, 100, 0.2);
    const found = doseGridFor(ct, body.contours, [2.5, 2.5, 3], couch.contours);
    expect(found.spacing).toEqual([2.5, 2.5, 3]);
    const top = found.origin[1] + (found.dims[1] - 0.5) * 2.5;
    expect(top).toBeGreaterThanOrEqual(120);
    expect(found.origin[1] - 1.25).toBeCloseTo(-65, 6);
  });
});

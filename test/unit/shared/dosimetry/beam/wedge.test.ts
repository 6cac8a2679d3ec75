import { describe, expect, it } from 'vitest';
import { filtrationOf } from '#shared/dosimetry/beam/filtration.ts';
import { meanFluence } from '#shared/dosimetry/beam/fluenceMap.ts';
import { primaryFluence } from '#shared/dosimetry/beam/primaryFluence.ts';
import { segmentsOf } from '#shared/dosimetry/beam/segments.ts';
import { wedgesIn } from '#shared/dosimetry/beam/wedge.ts';
import { beamQualityOf, transmittedEnergy, transmittedFluence } from '#shared/dosimetry/machine/beamQuality.ts';
import { collapsedCone } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import { withTray, withWedge } from '#shared/dosimetry/plan/arrange/fitAccessories.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { indexToPatient, type Volume, voxelCount } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam } from '#shared/model/plan.ts';

const machine: Machine = {
  ...machineByName('REF_6MV_POINT'),
  wedges: [
    { id: 'W30', angle: 30, sourceDistance: 560, profile: [[-100, 5], [100, 1]] },
    { id: 'FLAT', angle: 1, sourceDistance: 560, profile: [[-100, 3], [100, 3]] },
  ], // biome-ignore format: a table
  trays: [{ id: 'T1', transmission: 0.95 }],
};
const quality = beamQualityOf(machine);
const iecFromLps = iecFromPatient('HFS')!;
const open = createBeam({
  number: 1,
  name: 'G0',
  machine,
  angles: { gantry: 0, collimator: 0, couch: 0 },
  isocenter: [0, 0, 0],
  iecFromLps,
}).beam;
const fluenceAt = (beam: Beam, x: number, y: number): number =>
  segmentsOf(beam).reduce(
    (sum, segment) => sum + meanFluence(primaryFluence(beam, segment, machine), x, y, 0.5, 0.5),
    0,
  );

describe('a wedge in the fluence', () => {
  it.each([
    [0, 0, 1],
    [90, -1, 0],
    [180, 0, -1],
    [270, 1, 0],
  ])('at %i° is thin towards (%i, %i) and holds back what its thickness does of the spectrum', (orientation, x, y) => {
    const wedged = withWedge(open, machine, { id: 'W30', orientation });
    for (const [way, depth] of [[1, 3 - 0.02 * 40], [0, 3], [-1, 3 + 0.02 * 40]] as const)
      // Pixels of half a millimetre: 0.01 g/cm², and the table's interpolation.
      expect(fluenceAt(wedged, 40 * way * x + 0.25, 40 * way * y + 0.25)).toBeCloseTo(transmittedFluence(quality, depth), 2); // biome-ignore format: one line
    expect(fluenceAt(wedged, 0.25, 0.25)).toBeLessThan(fluenceAt(open, 0.25, 0.25));
  });

  it('that is in for a part of the beam weighs as much; trays multiply', () => {
    const wedged = withWedge(open, machine, { id: 'W30', orientation: 0 });
    const [first, last] = wedged.controlPoints;
    const motorized: Beam = {
      ...wedged,
      controlPoints: [
        first,
        { ...first, metersetWeight: 0.3, wedgePositions: { 1: 'OUT' } },
        { ...last, wedgePositions: { 1: 'OUT' } },
      ],
    };
    expect(segmentsOf(motorized).map(({ wedges }) => wedges)).toEqual([[1], undefined]);
    const [alone, none] = [fluenceAt(wedged, 20, 20), fluenceAt(open, 20, 20)];
    expect(fluenceAt(motorized, 20, 20)).toBeCloseTo(0.3 * alone + 0.7 * none, 9);
    expect(fluenceAt(withTray(wedged, machine, 'T1'), 20, 20)).toBeCloseTo(0.95 * alone, 9);
  });

  it('that is a moving jaw is what the jaw leaves open, and no filter', () => {
    const wedged = withWedge(open, machine, { id: 'W30', orientation: 0 });
    const [first, last] = wedged.controlPoints;
    const jaws = (from: number): Beam['controlPoints'][number]['positions'] => ({
      ...first.positions,
      ASYMY: [from, 50],
    });
    const dynamic: Beam = {
      ...wedged,
      wedges: wedged.wedges?.map((wedge) => ({ ...wedge, type: 'DYNAMIC', id: 'EDW' })),
      controlPoints: [
        { ...first, positions: jaws(-50) },
        { ...last, positions: jaws(50) },
      ],
    };
    // The jaw passes y when (y + 50) / 100 of the meterset is given; it is sampled every 2 mm, and lets 0.5 % or less through.
    for (const y of [-40.25, 0.25, 30.25])
      expect(Math.abs(fluenceAt(dynamic, 0.25, y) / fluenceAt(open, 0.25, y) - (y + 50) / 100)).toBeLessThan(0.015);
  });

  it('hardens the spectrum without holding back anything twice', () => {
    const wedged = withWedge(open, machine, { id: 'FLAT', orientation: 0 });
    const filter = filtrationOf(machine, quality, wedgesIn(wedged, segmentsOf(wedged)[0], machine))!;
    expect(filter.depthAt(10, -20)).toBeCloseTo(3, 12);
    expect(filter.factorAt(10, -20) * transmittedFluence(quality, 3)).toBeCloseTo(1, 4);
    expect(filtrationOf(machine, quality, wedgesIn(open, segmentsOf(open)[0], machine))).toBeUndefined();
  });
});

describe('a wedge in the dose', () => {
  const cube: Volume<Float32Array> = {
    dims: [21, 21, 21],
    spacing: [10, 10, 10],
    origin: [-100, -100, -100],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    data: new Float32Array(21 ** 3).fill(1),
  };
  const doseOf = async (beam: Beam, of = machine): Promise<(point: Vec3) => number> => {
    const settings = { directions: 56, perFluence: true };
    const prepared = await collapsedCone.prepare({ density: cube, iecFromLps, settings });
    const { dose } = await prepared.compute(beam, of);
    return (point) => {
      for (let n = 0; n < voxelCount(cube); n++) {
        const at = indexToPatient(cube, [n % 21, Math.floor(n / 21) % 21, Math.floor(n / 441)]);
        if (at.every((value, axis) => value === point[axis])) return dose[n];
      }
      throw new Error('no such voxel');
    };
  };

  it('lets more through on the side of its thin end: X+ is the left of a supine patient, Y+ the head', async () => {
    const left = await doseOf(withWedge(open, machine, { id: 'W30', orientation: 270 }));
    const head = await doseOf(withWedge(open, machine, { id: 'W30', orientation: 0 }));
    // 4 g/cm² over 200 mm: 1.2 g/cm² between 30 mm either side, of 0.045 cm²/g.
    const ratio = Math.exp(-0.045 * 1.2);
    expect(left([-30, 0, 0]) / left([30, 0, 0])).toBeGreaterThan(ratio - 0.03);
    expect(left([-30, 0, 0]) / left([30, 0, 0])).toBeLessThan(ratio + 0.03);
    expect(left([0, 0, -30]) / left([0, 0, 30])).toBeCloseTo(1, 3);
    expect(head([0, 0, -30]) / head([0, 0, 30])).toBeCloseTo(left([-30, 0, 0]) / left([30, 0, 0]), 3);
    expect(head([-30, 0, 0]) / head([30, 0, 0])).toBeCloseTo(1, 3);
  });

  it('of even thickness is as the machine whose spectrum it hardens, less what it holds back', async () => {
    const flat = await doseOf(withWedge(open, machine, { id: 'FLAT', orientation: 0 }));
    const harder = await doseOf(open, { ...machine, beam: { ...machine.beam, filtration: 3 } });
    // Filtration keeps the energy of the spectrum, a wedge holds it back.
    const through = transmittedEnergy(quality, 3);
    // The kernels of the two are mixed at other nodes.
    for (const point of [[0, -60, 0], [0, 0, 0], [0, 60, 0], [30, 0, 20]] as const) // biome-ignore format: one line
      expect(flat(point) / harder(point) / through).toBeCloseTo(1, 2);
  });
});

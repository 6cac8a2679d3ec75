import { describe, expect, it } from 'vitest';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { fitAperture } from '#shared/dosimetry/plan/aperture/aperture.ts';
import { shieldedPositions } from '#shared/dosimetry/plan/aperture/shield.ts';
import { beamTemplates } from '#shared/dosimetry/plan/arrange/beamTemplate.ts';
import { conformalArc } from '#shared/dosimetry/plan/arrange/conformalArc.ts';
import { createBeam, openAperture } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam, ControlPoint } from '#shared/model/plan.ts';
import type { Contour } from '#shared/model/structures.ts';
import { checkDeliverability } from '#shared/optimization/deliverability/deliverability.ts';
import { column } from '#test/builders/checkedPlan.ts';

const iecFromLps = iecFromPatient('HFS')!;
/** Energies of a machine differ in nothing that is judged here but the dose rate. */
const judged = ['GENERIC_6MV', 'GENERIC_6FFF_160'].map(machineByName);
const thin = (contours: readonly Contour[]): Contour[] => contours.filter((_, n) => n % 4 === 0);
/** Off the axis, and wider than a leaf bank spreads on most machines. */
const targets: Readonly<Record<string, readonly Contour[]>> = {
  small: thin(column([15, -10], 30, 22, -40, 35)),
  wide: thin(column([0, 0], 95, 60, -90, 90)),
};
const faults = (beam: Beam): string[] => {
  const { violations, unchecked } = checkDeliverability(
    { ...beam, meterset: beam.meterset ?? 180 },
    machineByName(beam.machine),
  );
  return [
    ...violations.map(({ limit, message, controlPoint }) => `${limit}: ${message} (${controlPoint})`),
    ...unchecked,
  ];
};

describe.each(judged)('beams that are made here for $name', (machine) => {
  const beamOf = (
    target: readonly Contour[] | undefined,
    { gantry = 0, collimator = 0, couch = 0, margin = 6 } = {},
  ): Beam =>
    createBeam({
      number: 1,
      name: 'made',
      machine,
      angles: { gantry, collimator, couch },
      isocenter: [0, 0, 0],
      iecFromLps,
      ...(target === undefined ? {} : { target, fit: { margin } }),
    }).beam;
  const pointOf = (beam: Beam, positions: ControlPoint['positions']): Beam => ({
    ...beam,
    controlPoints: beam.controlPoints.map((point) => ({ ...point, positions })),
  });

  it('can be delivered: templates around a target', () => {
    for (const target of Object.values(targets))
      for (const { name, beams } of beamTemplates())
        for (const beam of beams) expect([name, ...faults(beamOf(target, beam))]).toEqual([name]);
  });

  it('can be delivered: open fields of any size', () => {
    for (const [x, y] of [[10, 10], [100, 100], [400, 100], [100, 400], [400, 400]]) // biome-ignore format: a table
      expect(faults(pointOf(beamOf(undefined), openAperture(machine, x, y).positions))).toEqual([]);
  });

  it('can be delivered: conformal arcs, either way', () => {
    for (const target of Object.values(targets))
      for (const span of [
        { start: 181, stop: 179, direction: 'CW', spacing: 20 },
        { start: 90, stop: 270, direction: 'CC', spacing: 12 },
      ] as const) {
        const fit = (gantry: number) =>
          fitAperture(target, { gantry, collimator: 30, couch: 0 }, [0, 0, 0], machine, { margin: 6 }, iecFromLps);
        expect(faults(conformalArc(beamOf(target, { collimator: 30 }), span, machine, fit).beam)).toEqual([]);
      }
  });

  it('can be delivered: a field in the field that shields a hot spot', () => {
    for (const target of Object.values(targets)) {
      const beam = beamOf(target);
      const hot = [18, 2, 20, 4, 25, 10];
      const positions = shieldedPositions(beam, beam.controlPoints[0], hot, 2, machine.mlc!.minimumGap);
      expect(positions).toBeDefined();
      expect(faults(pointOf(beam, positions!))).toEqual([]);
    }
  });
});

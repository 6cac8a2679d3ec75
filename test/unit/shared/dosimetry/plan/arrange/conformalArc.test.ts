import { describe, expect, it } from 'vitest';
import { arcAngles, arcLength, arcOf, conformalArc } from '#shared/dosimetry/plan/arrange/conformalArc.ts';
import { createBeam, openAperture } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { checkDeliverability } from '#shared/optimization/deliverability/deliverability.ts';
import { segmentsOf } from '#shared/dosimetry/beam/segments.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';

const machine = machineByName('GENERIC_6MV');
const iecFromLps = iecFromPatient('HFS');
if (iecFromLps === undefined) throw new Error('HFS');
const angles = { gantry: 181, collimator: 30, couch: 0 };
const { beam } = createBeam({ number: 1, name: 'arc', machine, angles, isocenter: [0, 0, 0], iecFromLps });
const fit = (gantry: number) => openAperture(machine, 60 + gantry / 10, 80);

describe('a conformal arc', () => {
  it.each([
    [181, 179, 'CW', 358], [179, 181, 'CC', 358], [350, 20, 'CW', 30], [20, 350, 'CC', 30], [20, 350, 'CW', 330], [180, 180, 'CW', 360],
  ] as const)('from %d° to %d° %s turns by %d°', (start, stop, direction, length) => {
    expect(arcLength({ start, stop, direction })).toBeCloseTo(length, 9);
  }); // biome-ignore format: a table

  it('has control points no further apart than the spacing, evenly, through 0°', () => {
    expect(arcAngles({ start: 350, stop: 20, direction: 'CW', spacing: 10 })).toEqual([350, 0, 10, 20]);
    expect(arcAngles({ start: 10, stop: 345, direction: 'CC', spacing: 10 })).toEqual([10, 1.6667, 353.3333, 345]);
  });

  it('gives every control point its aperture, the meterset evenly, and is what the machine can deliver', () => {
    const span = { start: 181, stop: 179, direction: 'CW', spacing: 10 } as const;
    const made = conformalArc(beam, span, machine, fit).beam;
    expect(made.type).toBe('DYNAMIC');
    expect(made.controlPoints).toHaveLength(37);
    expect(made.controlPoints[18]).toMatchObject({
      gantry: 0,
      gantryDirection: 'CW',
      metersetWeight: 0.5,
      collimator: 30,
    });
    expect(made.controlPoints[36]).toMatchObject({ gantry: 179, gantryDirection: 'NONE', metersetWeight: 1 });
    expect(made.controlPoints[18].positions.ASYMX).toEqual([-30, 30]);
    expect(checkDeliverability(made, machine).violations).toEqual([]);
    expect(
      segmentsOf(made)
        .flatMap(({ apertures }) => apertures)
        .reduce((sum, { weight }) => sum + weight, 0),
    ).toBeCloseTo(1, 9);
    expect(arcOf(made)).toMatchObject({ start: 181, stop: 179, direction: 'CW' });
    expect(arcOf(beam)).toBeUndefined();
  });

  it('does not pass where the gantry stops, and starts or ends there', () => {
    const span = (start: number, stop: number, direction: 'CW' | 'CC') => ({ start, stop, direction, spacing: 10 });
    expect(() => conformalArc(beam, span(90, 270, 'CW'), machine, fit)).toThrow('cannot pass 180° from 90° to 270° CW');
    expect(() => conformalArc(beam, span(270, 90, 'CC'), machine, fit)).toThrow('cannot pass 180°');
    expect(conformalArc(beam, span(180, 90, 'CC'), machine, fit).beam.controlPoints).toHaveLength(10);
    expect(conformalArc(beam, span(180, 180, 'CW'), machine, fit).beam.controlPoints).toHaveLength(37);
    const elsewhere = { ...machine, limits: { ...machine.limits, gantryStop: 0 } };
    expect(() => conformalArc(beam, span(350, 10, 'CW'), elsewhere, fit)).toThrow('cannot pass 0° from 350° to 10° CW');
    expect(conformalArc(beam, span(90, 270, 'CW'), elsewhere, fit).beam.controlPoints).toHaveLength(19);
    expect(() => conformalArc(beam, { ...span(0, 90, 'CW'), spacing: 0 }, machine, fit)).toThrow('1° apart');
  });
});

import { describe, expect, it } from 'vitest';
import { freeName, misleadingName, nameOfBeam } from '#shared/dosimetry/plan/arrange/beamNames.ts';

const at = (gantry: number, couch = 0): { gantry: number; couch: number } => ({ gantry, couch });
const treating = (...controlPoints: { gantry: number; couch: number }[]) => ({
  controlPoints,
  deliveryType: 'TREATMENT' as const,
});

describe('names of beams', () => {
  it('say gantry, couch, arc and set-up', () => {
    expect(nameOfBeam(treating(at(0), at(0)))).toBe('G000');
    expect(nameOfBeam(treating(at(359.7)))).toBe('G000');
    expect(nameOfBeam(treating(at(45, 330)))).toBe('G045T330');
    expect(nameOfBeam(treating(at(181), at(0), at(179)))).toBe('G181-G179');
    expect(nameOfBeam({ controlPoints: [at(90)], deliveryType: 'SETUP' })).toBe('SU_G090');
  });

  it('are never used twice', () => {
    expect(freeName('G000', [])).toBe('G000');
    expect(freeName('G000', [{ name: 'G000' }, { name: 'G000_2' }])).toBe('G000_3');
  });

  it('of our own making are found out when the beam was turned; a planner’s own are left alone', () => {
    expect(misleadingName({ ...treating(at(110)), name: 'G120' })).toBe('called G120, but its angles say G110');
    expect(misleadingName({ ...treating(at(120)), name: 'G120_2' })).toBeUndefined();
    expect(misleadingName({ ...treating(at(110)), name: 'LAO' })).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import {
  beamInPosition, beamTemplateOf, beamTemplates, isOtherSide, mirroredBeam, parseBeamTemplate, type TemplateBeam,
} from '#shared/dosimetry/plan/arrange/beamTemplate.ts'; // biome-ignore format: one list
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { bldFromPatient, iecFromPatient, sourcePosition } from '#shared/geometry/iec.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { plan } from '#test/builders/plan.ts';

const source = (beam: TemplateBeam, position: string): Vec3 => sourcePosition(beam, [0, 0, 0], 1000, iecFromPatient(position)); // biome-ignore format: one line

/** Where the thin edge of a wedge looks in the patient, LPS: along Y+ at orientation 0, X− at 90 (docs of accessories). */
function thinEdge(beam: TemplateBeam, position: string): Vec3 {
  const bld = bldFromPatient(beam, [0, 0, 0], iecFromPatient(position));
  const turn = ((beam.wedge?.orientation ?? 0) * Math.PI) / 180;
  const [x, y] = [-Math.sin(turn), Math.cos(turn)];
  return [0, 1, 2].map((axis) => x * bld[axis] + y * bld[4 + axis]) as unknown as Vec3;
}
const near = (a: Vec3, b: Vec3): void => a.forEach((value, axis) => expect(value).toBeCloseTo(b[axis], 6));
const all = beamTemplates().flatMap(({ name, beams }) => beams.map((beam) => [`${name}: ${beam.name}`, beam] as const));

describe('beam templates that come with the program', () => {
  it.each(all)('%s enters the patient on the same path in every position', (_name, shipped) => {
    const beam = { ...shipped, wedge: { id: 'W30', orientation: 40 } };
    for (const position of ['FFS', 'HFP', 'FFP']) {
      const placed = beamInPosition(beam, position);
      near(source(placed, position), source(beam, 'HFS'));
      near(thinEdge(placed, position), thinEdge(beam, 'HFS'));
    }
  });

  it('have machines that come with the program, angles and wedges within their limits, and names of their own', () => {
    expect(new Set(beamTemplates().map(({ name }) => name)).size).toBe(9);
    for (const { machine, beams } of beamTemplates()) {
      const { limits, wedges } = machineByName(machine ?? '');
      expect(new Set(beams.map(({ name }) => name)).size).toBe(beams.length);
      for (const beam of beams.flatMap((one) => [one, mirroredBeam(one), beamInPosition(one, 'FFP')])) {
        for (const angle of ['gantry', 'collimator', 'couch'] as const) {
          expect(beam[angle]).toBeGreaterThanOrEqual(limits[angle][0]);
          expect(beam[angle]).toBeLessThanOrEqual(limits[angle][1]);
        }
        if (beam.wedge !== undefined) expect(wedges.map(({ id }) => id)).toContain(beam.wedge.id);
      }
    }
  });

  it('wedges of the rectum template are thick behind', () => {
    const wedged = beamTemplates().flatMap(({ beams }) => beams.filter(({ wedge }) => wedge !== undefined));
    expect(wedged).toHaveLength(2);
    for (const beam of wedged) near(thinEdge(beam, 'HFS'), [0, -1, 0]);
  });

  it('tangents enter a left breast from the right front and the left rear, mirrored for a right one', () => {
    const tangents = beamTemplates().find(({ side, site }) => site === 'Breast' && side === 'left')!;
    const [medial, lateral] = tangents.beams.map((beam) => source(beam, 'HFS'));
    expect(medial[0] < 0 && medial[1] < 0).toBe(true);
    expect(lateral[0] > 0 && lateral[1] > 0).toBe(true);
    expect(isOtherSide(tangents, 40, 0)).toBe(false);
    expect(isOtherSide(tangents, -40, 0)).toBe(true);
    expect(isOtherSide({ ...tangents, side: undefined }, -40, 0)).toBe(false);
    for (const [n, beam] of tangents.beams.entries()) {
      const [x, y, z] = [medial, lateral][n];
      near(source(mirroredBeam(beam), 'HFS'), [-x, y, z]);
    }
    const oblique: TemplateBeam = { name: 'x', gantry: 40, collimator: 10, couch: 20, weight: 1, wedge: { id: 'W15', orientation: 30 } }; // biome-ignore format: one line
    const [x, y, z] = thinEdge(oblique, 'HFS');
    near(thinEdge(mirroredBeam(oblique), 'HFS'), [-x, y, z]);
  });

  it('are refused for patients on their side', () => {
    expect(() => beamInPosition(all[0][1], 'HFDR')).toThrow('not made for position "HFDR"');
  });
});

describe('own templates', () => {
  it('are made of the static treatment beams of a plan and read back', () => {
    const [first] = plan().beams;
    const still = { ...first, name: 'Left ant.', deliveryType: 'TREATMENT' as const, controlPoints: [first.controlPoints[0], first.controlPoints[0]] }; // biome-ignore format: one line
    const beams = [
      { beam: still, weight: 0.5, margin: 8 },
      { beam: { ...still, deliveryType: 'SETUP' as const }, weight: 1 },
    ];
    const made = beamTemplateOf('Mine', 'HFS', beams);
    expect(made.beams).toEqual([
      expect.objectContaining({ name: 'Left_ant.', gantry: first.controlPoints[0].gantry, weight: 0.5, margin: 8 }),
    ]);
    expect(parseBeamTemplate(JSON.parse(JSON.stringify(made)), 'Mine.json')).toEqual(made);
    expect(() => beamTemplateOf('Mine', 'FFS', beams)).toThrow('head first, supine');
    expect(() => beamTemplateOf('Mine', 'HFS', beams.slice(1))).toThrow('no static treatment beam');
  });

  it('say what is wrong where', () => {
    const wrong = { ...beamTemplates()[0], beams: [{ name: 'a b', gantry: 0 }] };
    expect(() => parseBeamTemplate(wrong, 'x.json')).toThrow(/letters, digits/);
    expect(() => parseBeamTemplate({ ...wrong, beams: [{ name: 'a', gantry: 400 }] }, 'x.json')).toThrow();
  });
});

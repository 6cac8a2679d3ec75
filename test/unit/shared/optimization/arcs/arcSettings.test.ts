import { describe, expect, it } from 'vitest';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { arcCollimator, arcCourse, type ArcSettings, middleAngle } from '#shared/optimization/arcs/arcSettings.ts';

const machine = machineByName('GENERIC_6MV');
const arc = (over: Partial<ArcSettings>): ArcSettings => ({
  name: 'A1',
  start: 181,
  stop: 179,
  direction: 'CW',
  collimator: 30,
  couch: 0,
  spacing: 4,
  ...over,
});

it('slants the leaves of one arc and the next against each other', () => {
  expect([0, 1, 2].map(arcCollimator)).toEqual([30, 330, 30]);
});

describe('arcCourse', () => {
  it('spaces control points evenly from start to stop', () => {
    const { angles, lit, step } = arcCourse(arc({}), machine);
    expect(angles).toHaveLength(91);
    expect(lit.every(Boolean)).toBe(true);
    expect(step).toBeCloseTo(358 / 90, 12);
    expect([angles[0], angles[90]]).toEqual([181, 179]);
    const back = arcCourse(arc({ start: 40, stop: 330, direction: 'CC' }), machine);
    expect(back.angles[0]).toBe(40);
    expect(back.angles[1]).toBeCloseTo(40 - 70 / 18, 3);
    expect(middleAngle(back, arc({ direction: 'CC' }), 17)).toBeCloseTo(330 + 70 / 36, 3);
  });

  it('leaves out what is avoided, across 0° too', () => {
    const course = arcCourse(arc({ start: 300, stop: 60, spacing: 5, avoid: [[352, 8]] }), machine);
    // 24 intervals of 5°: those that touch 352° … 8° are 350 … 10.
    expect(course.lit.filter(Boolean)).toHaveLength(20);
    expect(course.angles).toContain(350);
    expect(course.angles).toContain(10);
    expect(course.angles).not.toContain(355);
    expect(course.angles).not.toContain(0);
    expect(course.lit[course.angles.indexOf(350)]).toBe(false);
  });

  it('begins and ends with radiation', () => {
    const { angles, lit } = arcCourse(arc({ start: 0, stop: 40, avoid: [[350, 8], [35, 50]] }), machine); // biome-ignore format: two sectors
    expect([angles[0], angles.at(-1)]).toEqual([8, 32]);
    expect(lit.every(Boolean)).toBe(true);
    expect(arcCourse(arc({ start: 0, stop: 40, avoid: [[8, 16]] }), machine).angles).toEqual([0, 4, 8, 16, 20, 24, 28, 32, 36, 40]); // biome-ignore format: one line
  });

  it.each([
    [{ start: 170, stop: 190 }, 'cannot pass 180°'],
    [{ spacing: 0.5 }, 'control points every 0.5°'],
    [{ collimator: 400 }, 'collimator 400°'],
    [{ avoid: [[181, 180]] }, 'all of the arc is avoided'],
  ] as const)('refuses %j', (over, message) => {
    expect(() => arcCourse(arc(over), machine)).toThrow(message);
  });
});

import { describe, expect, it } from 'vitest';
import { anglesOf, beamClearance, clearanceAt, clearanceWords, couchUnder } from '#shared/clearance/clearance.ts';
import { clearanceSchema, TYPICAL_CLEARANCE } from '#shared/clearance/model.ts';
import { skinPoints } from '#shared/clearance/skin.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { square, testBeam, testRoi } from '../../renderer/document/documentBuilder.ts';

const hfs = iecFromPatient('HFS');
if (hfs === undefined) throw new Error('HFS');
const model = {
  head: { radius: 300, isocenterToFace: 400 },
  couch: { width: 500, thickness: 80, length: 2000 },
  margin: 50,
};
/** A body of 300 × 300 mm, 400 mm long, about the origin: its back at IEC z −150. */
const contours = Array.from({ length: 81 }, (_, n) => square(0, 0, -200 + 5 * n, 150));
const skin = skinPoints({
  rois: [testRoi(1, 'BODY', { type: 'EXTERNAL', contours }), testRoi(2, 'Heart', { contours: [square(0, 0, 0, 900)] })],
});
const around = { skin, couch: couchUnder(skin, model, hfs) };
const at = (gantry: number, couch = 0, isocenter: Vec3 = [0, 0, 0]) =>
  clearanceAt({ gantry, collimator: 0, couch }, isocenter, 1000, around, model, hfs);

describe('clearance by hand', () => {
  it('the skin is the body’s outline, the couch lies under it', () => {
    expect(Math.max(...skin)).toBe(200);
    expect(around.couch).toEqual({ low: [-250, -1700, -230], high: [250, 300, -150] });
  });

  it.each([
    // From above: face at 400, chest at 150.
    ['from above', 0, 0, 250, 'patient'],
    // From the side: face at x 400, the couch's edge at 250.
    ['from the left', 90, 0, 150, 'couch'],
    // From below: the couch's underside at −230.
    ['from below', 180, 0, 170, 'couch'],
  ] as const)('%s', (_, gantry, couch, distance, to) => {
    const found = at(gantry, couch);
    expect(found.distance).toBeCloseTo(distance, 1);
    expect(found.to).toBe(to);
  });

  it('a couch turned by 90° has its length towards a head from the side, which it meets', () => {
    // Turned by +90°, IEC y of the couch points to −x of the room: 300 mm of it there, 1700 mm at the other side.
    expect(at(270, 90).distance).toBeCloseTo(100, 1);
    expect(at(90, 90)).toMatchObject({ distance: 0, to: 'couch' });
    expect(clearanceWords(at(90, 90))).toBe('the head meets the couch top at gantry 90°, couch 90°');
  });

  it('an isocenter 100 mm to the patient’s left takes the couch away from a head on that side and towards one on the other', () => {
    // On the left its edge is 150 mm from the isocenter, on the right 350.
    expect(at(90, 0, [100, 0, 0]).distance).toBeCloseTo(250, 1);
    expect(at(270, 0, [100, 0, 0]).distance).toBeCloseTo(50, 1);
  });

  it('an arc is watched between its control points', () => {
    const [first, last] = testBeam(1, 0).controlPoints;
    const arc = {
      ...testBeam(1, 0),
      controlPoints: [
        { ...first, gantry: 330, gantryDirection: 'CW' as const },
        { ...last, gantry: 100 },
      ],
    };
    const angles = anglesOf(arc).map(({ gantry }) => gantry);
    expect(angles[0]).toBe(330);
    expect(angles.at(-1)).toBe(100);
    expect(angles).toContain(90);
    expect(angles).toHaveLength(66);
    const nearest = beamClearance(arc, around, model, hfs);
    // Past 90° the corner of the couch's top comes nearer than its side: the nearest is at the end of the arc.
    expect(nearest?.to).toBe('couch');
    expect(nearest?.gantry).toBe(100);
    expect(nearest?.distance).toBeCloseTo(at(100).distance, 6);
    expect(beamClearance(arc, { ...around, skin: new Float32Array() }, model, hfs)).toBeUndefined();
    expect(clearanceWords(at(0))).toBe('25.0 cm to the patient at gantry 0°');
  });

  it('what is typical is a model', () => expect(clearanceSchema.parse(TYPICAL_CLEARANCE)).toEqual(TYPICAL_CLEARANCE));
});

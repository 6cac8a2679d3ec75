import { expect, it } from 'vitest';
import { wedgePair } from '#shared/dosimetry/plan/arrange/wedgePair.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';

const hfs = iecFromPatient('HFS');
if (hfs === undefined) throw new Error('HFS');
const at = (gantry: number, collimator = 0) => ({ gantry, collimator, couch: 0 });

it('at right angles takes 45° wedges with their heels towards each other', () => {
  // From above (gantry 0) the beam at 90° is on the +X side: the thin edge looks to −X (90°). From 90°, where +X of the collimator
  // points down, the beam at 0° is on the −X side: the thin edge looks to +X (270°).
  const pair = wedgePair(at(0), at(90), hfs);
  expect(pair.hinge).toBeCloseTo(90, 9);
  expect(pair.angle).toBeCloseTo(45, 9);
  expect(pair.orientations).toEqual([90, 270]);
  expect(wedgePair(at(90), at(0), hfs).orientations).toEqual([270, 90]);
});

it('follows the collimator and the hinge', () => {
  expect(wedgePair(at(330), at(30), hfs).angle).toBeCloseTo(60, 9);
  // The collimator turned by 90°: its +X is where +Y of the gantry was, so that −X of the gantry is its +Y.
  expect(wedgePair(at(0, 90), at(90), hfs).orientations[0]).toBe(0);
});

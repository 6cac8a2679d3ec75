import { sampleAtPoint, type Volume } from '../../geometry/volume.ts';
import type { Vec3 } from '../../geometry/vec.ts';

/** Mass density, g/cm³, below which a check by water tables is less sure, and below which there is no patient. */
export const LUNG = 0.6;
const AIR = 0.05;
/** How far round a point low density takes scatter from it, mm. */
const NEARBY = 30;

/** A point and those beside it along the axes, mm. */
export const withNeighbours = ([x, y, z]: Vec3, away: number): readonly Vec3[] => [
  [x, y, z],
  [x + away, y, z],
  [x - away, y, z],
  [x, y + away, z],
  [x, y - away, z],
  [x, y, z + away],
  [x, y, z - away],
];

/** Whether a point (LPS mm) lies in the patient. */
export const inPatient = (density: Volume<Float32Array>, at: Vec3): boolean => sampleAtPoint(density, at, 0) >= AIR;

/** The lowest density at the point and 3 cm beside it, inside the patient, g/cm³. */
export const densityNear = (density: Volume<Float32Array>, at: Vec3): number =>
  Math.min(
    ...withNeighbours(at, NEARBY)
      .map((place) => sampleAtPoint(density, place, 0))
      .filter((found) => found > AIR),
  );

/** Why low density nearby makes a point a poor one. */
export const lowDensityRemark = (nearby: number): string =>
  `there is ${nearby.toFixed(2)} g/cm³ within 3 cm: tables for water have more scatter than there is`;

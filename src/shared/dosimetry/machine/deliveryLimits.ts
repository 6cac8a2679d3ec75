import { z } from 'zod';
import { rising } from './sourceModel.ts';

const positive = z.number().positive();
const range = z.tuple([z.number(), z.number()]);

/** What gantry, jaws and beam of a linac can do. What is left out is not known: nothing is refused for it, and a check says so. */
export const deliveryLimitsSchema = z.strictObject({
  jawX: range,
  jawY: range,
  /** How far a jaw goes past the axis to the other side; as far as the opposite jaw unless given. */
  overTravel: z.strictObject({ x: z.number(), y: z.number() }).optional(),
  jawSpeed: positive.optional().describe('mm/s'),
  gantry: range,
  /** Where the gantry may stand but not pass: it has to turn back, the other way round (IEC degrees). */
  gantryStop: z.number().min(0).lt(360).optional(),
  gantrySpeed: positive.optional().describe('degrees/s'),
  /** Of a gantry that turns with the beam on. */
  minimumGantrySpeed: positive.optional().describe('degrees/s'),
  collimator: range,
  /** With the beam on; 0 where it stands still then. */
  collimatorSpeed: z.number().min(0).optional().describe('degrees/s'),
  couch: range,
  /** With the beam on; 0 where it stands still then. */
  couchSpeed: z.number().min(0).optional().describe('degrees/s'),
  maximumMeterset: positive,
  /** The least a beam can be given in a fraction, MU. */
  minimumMeterset: positive.optional(),
  /** The least between two movements that are made with the beam off, MU. */
  minimumSegmentMeterset: positive.optional(),
  /** Of a turning gantry with the beam on, least and most MU/degree. */
  metersetPerDegree: range.optional(),
  doseRate: positive.describe('MU/min'),
  /** Below it the beam is held instead of slowed. */
  minimumDoseRate: positive.optional().describe('MU/min'),
  /** Of one beam. */
  maximumControlPoints: z.int().positive().optional(),
});

/** Limits of a leaf collimator: lengths mm at the isocenter plane, fields of a schema. */
export const leafLimits = {
  /** Leaf edges, pairs + 1 values, rising. */
  leafBoundaries: z.array(z.number()).min(3).refine(rising, 'leaf boundaries must rise'),
  minimumGap: z.number().min(0),
  /** Whether a pair that does not move may stand closer than `minimumGap`, shut all the way; it may not unless so. */
  closedAtRest: z.boolean().optional(),
  /** How far a leaf end may go from the axis, either way. */
  maximumExtent: positive,
  /** How far a leaf end may go past the axis to the other side; as far as `maximumExtent` unless given. */
  overTravel: z.number().min(0).optional(),
  leafSpeed: positive.optional().describe('mm/s'),
  leafAcceleration: positive.optional().describe('mm/s²'),
  /** Between the furthest and the least extended leaf of a bank, which one carriage holds. */
  maximumSpan: positive.optional(),
  /** Whether a leaf may pass the end of an opposite leaf's neighbour. */
  interdigitation: z.boolean().optional(),
} as const;

const leafLimitsSchema = z.strictObject(leafLimits);

export type LeafLimits = z.infer<typeof leafLimitsSchema>;

/** Between where a leaf end can stand, mm at the isocenter plane; bank 0 are the leaves of the negative side, 1 those of the positive. */
export function leafRange({ maximumExtent, overTravel }: LeafLimits, bank: 0 | 1): readonly [number, number] {
  const past = Math.min(maximumExtent, overTravel ?? maximumExtent);
  return bank === 0 ? [-maximumExtent, past] : [-past, maximumExtent];
}

/** mm at the isocenter plane; Infinity without leaves. @param edges of the pairs, rising. */
export const narrowestLeaf = (edges: readonly number[]): number =>
  Math.min(...edges.slice(1).map((edge, n) => edge - edges[n]));

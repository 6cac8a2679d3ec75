import { z } from 'zod';
import { clearanceSchema } from '../../clearance/model.ts';
import { deliveryLimitsSchema, leafLimits } from './deliveryLimits.ts';
import { beamSchema, rising } from './sourceModel.ts';

const positive = z.number().positive();
const share = z.number().min(0).max(1);

/**
 * A treatment machine and one beam energy, as `resources/machines/<name>.json` states it. Lengths mm at the isocenter plane unless
 * they say otherwise; distances are from the source (target). What is left out of a file is ideal: absent, or of no size.
 */
export const machineSchema = z.strictObject({
  name: z.string().min(1).max(16),
  description: z.string(),
  /** True for machines that exist only to compare with Monte Carlo: ideal point source, flat fluence, sharp jaws. */
  reference: z.boolean().default(false),
  /** False until a clinic commissioned and signed the machine; every plan made with it says so. */
  clinicallyCommissioned: z.literal(false),
  radiationType: z.literal('PHOTON'),
  nominalEnergy: positive.describe('MV'),
  fluenceMode: z.enum(['STANDARD', 'NON_STANDARD']),
  sourceAxisDistance: positive,
  limits: deliveryLimitsSchema,
  /** Outer sizes of head and couch; typical ones (clearance/model.ts) are taken, and said to be, where they are absent. */
  clearance: clearanceSchema.optional(),
  /** Distances of the jaws' middles from the source. */
  head: z.strictObject({ jawX: positive, jawY: positive }).default({ jawX: 405, jawY: 320 }),
  mlc: z
    .strictObject({
      type: z.enum(['MLCX', 'MLCY']),
      ...leafLimits,
      /** Through the full thickness of a leaf, leakage between leaves averaged in unless `interleaf` is given. */
      transmission: share,
      /** Between two closed neighbours, where tongue and groove overlap; as `transmission` unless given. */
      interleaf: share.optional(),
      /** Of the leaves' middle. */
      sourceDistance: positive,
      /**
       * Rounded leaf ends: radius of the curve and the leaf's thickness along the beam (mm at the leaf), from which the transmission
       * through the tip follows; radius 0 for a sharp, focused end. `offset` (mm at the isocenter plane) is how far a leaf's tip
       * stands behind its stated position: the rest of the radiation–light field offset that the tip does not explain.
       */
      leafEnd: z
        .strictObject({ radius: z.number().min(0), thickness: positive, offset: z.number() })
        .default({ radius: 0, thickness: 60, offset: 0 }),
      /** Width of the overlap of tongue and groove, mm at the isocenter plane; 0 for plain sides. */
      tongueAndGroove: z.number().min(0).default(0),
    })
    .optional(),
  beam: beamSchema,
  /** Physical wedges. */
  wedges: z
    .array(
      z.strictObject({
        /** Wedge ID of plans (DICOM 300A,00D4). */
        id: z.string().min(1).max(16),
        /** Nominal isodose angle, degrees. */
        angle: positive,
        sourceDistance: positive,
        /**
         * Rows [position, thickness] along Y of the IEC wedge filter system (positive towards the thin end), mm at the isocenter
         * plane, g/cm² of water that filters the beam as much; rising positions, held beyond the ends.
         */
        profile: z
          .array(z.tuple([z.number(), z.number().min(0)]))
          .min(2)
          .refine((rows) => rising(rows.map(([at]) => at)), 'positions must rise'),
      }),
    )
    .default([]),
  /** Shadow trays, by tray ID of plans (DICOM 300A,00F5): what they let through of the fluence. */
  trays: z.array(z.strictObject({ id: z.string().min(1).max(16), transmission: share })).default([]),
  /** Dose per MU in water under the stated condition, which fixes the absolute scale. */
  calibration: z.strictObject({
    dosePerMu: positive.describe('Gy/MU'),
    sourceSurfaceDistance: positive,
    depth: positive,
    /** Side of the square field at the isocenter plane. */
    fieldSize: positive,
    /**
     * Primary photons (of the tabulated spectrum, whose energy they carry) per cm² and MU on the axis of the open beam at the isocenter distance in air, jaws at `fieldSize`: what makes
     * the collapsed cone give `dosePerMu` in a 40 cm water cube. Follows from the lines above (calibration.ts computes it); stored
     * so that no start-up computes it.
     */
    fluencePerMu: positive,
  }),
});

export type Machine = z.infer<typeof machineSchema>;

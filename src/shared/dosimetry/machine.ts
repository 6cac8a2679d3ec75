import { z } from 'zod';

const positive = z.number().positive();

/** A treatment machine and one beam energy, as `resources/machines/<name>.json` states it. Lengths mm at the isocenter plane. */
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
  limits: z.strictObject({
    jawX: z.tuple([z.number(), z.number()]),
    jawY: z.tuple([z.number(), z.number()]),
    gantry: z.tuple([z.number(), z.number()]),
    collimator: z.tuple([z.number(), z.number()]),
    couch: z.tuple([z.number(), z.number()]),
    maximumMeterset: positive,
    doseRate: positive,
  }),
  mlc: z
    .strictObject({
      type: z.enum(['MLCX', 'MLCY']),
      /** Leaf edges, pairs + 1 values, rising. */
      leafBoundaries: z.array(z.number()).min(3).refine(isRising, 'leaf boundaries must rise'),
      minimumGap: z.number().min(0),
      /** How far a leaf end may go from the axis, either way. */
      maximumExtent: positive,
      transmission: z.number().min(0).max(1),
      sourceDistance: positive,
    })
    .optional(),
  beam: z.strictObject({
    /** resources/kernels/<name>.json: spectrum and energy deposition kernels. */
    kernel: z.string(),
    jawTransmission: z.number().min(0).max(1),
    /** Gaussian sigma of the primary source projected to the isocenter plane, mm; 0 for a point. */
    sourceSigma: z.number().min(0),
    /** Relative primary fluence against tan of the off-axis angle (1 on the axis). */
    horn: z
      .array(z.tuple([z.number(), z.number()]))
      .min(1)
      .refine((rows) => isRising(rows.map(([tan]) => tan)), 'tangents must rise'),
    /** Extra-focal (head scatter) source: weight against the primary, sigma at the isocenter plane (mm); weight 0 for none. */
    extraFocal: z.strictObject({
      weight: z.number().min(0),
      sigma: z.number().min(0),
      sourceDistance: z.number().min(0),
    }),
  }),
  /** Dose per MU in water under the stated condition, which fixes the absolute scale. */
  calibration: z.strictObject({
    dosePerMu: positive.describe('Gy/MU'),
    sourceSurfaceDistance: positive,
    depth: positive,
    /** Side of the square field at the isocenter plane. */
    fieldSize: positive,
    /**
     * Primary photons per cm² and MU on the axis at the isocenter distance in air: what makes the collapsed cone give `dosePerMu`
     * in a 40 cm water cube. Follows from the lines above (calibration.ts computes it); stored so that no start-up computes it.
     */
    fluencePerMu: positive,
  }),
});

export type Machine = z.infer<typeof machineSchema>;

function isRising(values: readonly number[]): boolean {
  return values.every((value, n) => n === 0 || value > values[n - 1]);
}

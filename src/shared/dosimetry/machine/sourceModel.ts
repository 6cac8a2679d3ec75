import { z } from 'zod';

const share = z.number().min(0).max(1);

/** True when every value is greater than the one before. */
export function rising(values: readonly number[]): boolean {
  return values.every((value, n) => n === 0 || value > values[n - 1]);
}

/** Rows [tan of the off-axis angle, value], from the axis outwards; between them straight lines, beyond them held. */
const radial = (value: z.ZodNumber): z.ZodArray<z.ZodTuple<[z.ZodNumber, z.ZodNumber], null>> =>
  z
    .array(z.tuple([z.number().min(0), value]))
    .min(1)
    .refine((rows) => rising(rows.map(([tan]) => tan)), 'tangents must rise');

/**
 * The radiation of a machine at one energy: spectrum, primary source, extra-focal source, contaminating electrons. Every part has a
 * value that leaves it out, which is its default.
 */
export const beamSchema = z.strictObject({
  /** resources/kernels/<name>.json: tabulated spectrum, which `filtration` adapts to the machine. */
  kernel: z.string(),
  /** g/cm² of water that the tabulated spectrum has crossed (its energy kept): positive hardens it, negative softens it. */
  filtration: z.number().min(-10).max(20).default(0),
  /** Off-axis softening: filtration relative to the axis (g/cm² of water), which reshapes the spectrum and leaves its energy. */
  softening: radial(z.number().min(-20).max(20)).default([[0, 0]]),
  /** Relative primary energy fluence, 1 on the axis: rising for a flattened beam, falling for a flattening-filter-free one. */
  horn: radial(z.number().min(0)),
  /** Gaussian sigma of the primary source in its own plane (the target), mm; 0 for a point. */
  sourceSigma: z.number().min(0),
  jawTransmission: share,
  /**
   * Extra-focal source (flattening filter and primary collimator): a Gaussian disc at `sourceDistance` from the target, seen through
   * jaws and leaves where they stand. `sigma` in its own plane, mm; `weight` its fluence on the axis against the primary's when
   * nothing covers it; 0 for none.
   */
  extraFocal: z.strictObject({
    weight: z.number().min(0),
    sigma: z.number().min(0),
    sourceDistance: z.number().min(0),
  }),
  /**
   * Radiation scattered back into the monitor chamber by closed jaws: how much of the reading it is with that pair of jaws shut,
   * falling linearly to 0 with the pair wide open. The output is relative to that of the calibration field.
   */
  monitorBackscatter: z.strictObject({ jawX: share, jawY: share }).default({ jawX: 0, jawY: 0 }),
  /**
   * Contaminating electrons: `weight` is their dose at the surface under the widest field against the photons' kerma there (water,
   * TERMA of the open primary on the axis); it falls as exp(−attenuation·depth) and reaches 0 at `range` (g/cm²); laterally the
   * aperture blurred by `sigma`, mm at the isocenter plane.
   */
  electrons: z
    .strictObject({
      weight: z.number().min(0),
      attenuation: z.number().min(0),
      range: z.number().positive(),
      sigma: z.number().min(0),
    })
    .default({ weight: 0, attenuation: 1, range: 3, sigma: 80 }),
});

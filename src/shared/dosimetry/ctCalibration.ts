import { z } from 'zod';
import { IsocenterError } from '../contract/errors.ts';

/** A scanner's CT calibration: mass density g/cm³ against HU, linear between points and held beyond them. */
export const ctCalibrationSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string(),
  points: z
    .array(z.tuple([z.number(), z.number().min(0)]))
    .min(2)
    .refine((points) => points.every(([hu], n) => n === 0 || hu > points[n - 1][0]), 'HU must rise')
    .refine(
      (points) => points.every(([, density], n) => n === 0 || density >= points[n - 1][1]),
      'density must not fall',
    ),
});

export type CtCalibration = z.infer<typeof ctCalibrationSchema>;

/** Mass density in g/cm³ at `hu`. */
export function densityFromHu(calibration: CtCalibration, hu: number): number {
  const { points } = calibration;
  const upper = points.findIndex(([at]) => at >= hu);
  if (upper === 0) return points[0][1];
  if (upper < 0) return points[points.length - 1][1];
  const [[hu0, d0], [hu1, d1]] = [points[upper - 1], points[upper]];
  return d0 + ((hu - hu0) / (hu1 - hu0)) * (d1 - d0);
}

/**
 * A calibration from CSV text with the header `HU,density`.
 * @throws IsocenterError INVALID_ATTRIBUTE naming the file and line.
 */
export function parseCalibrationCsv(text: string, name: string): CtCalibration {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines[0]?.replaceAll(' ', '').toLowerCase() !== 'hu,density')
    throw new IsocenterError('INVALID_ATTRIBUTE', 'the first line must be "HU,density"', { object: name });
  const points = lines.slice(1).map((line, n): [number, number] => {
    const cells = line.split(',');
    const [hu, density] = cells.map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell)));
    if (cells.length !== 2 || !Number.isFinite(hu) || !Number.isFinite(density))
      throw new IsocenterError('INVALID_ATTRIBUTE', `line ${n + 2} is not two numbers: "${line}"`, { object: name });
    return [hu, density];
  });
  const parsed = ctCalibrationSchema.safeParse({ name, description: `from ${name}`, points });
  if (!parsed.success)
    throw new IsocenterError('INVALID_ATTRIBUTE', parsed.error.issues[0].message, {
      object: name,
      attribute: 'HU,density',
    });
  return parsed.data;
}

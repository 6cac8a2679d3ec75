import { z } from 'zod';
import { IsocenterError } from '../../contract/errors.ts';
import type { Scanner } from '../../model/image.ts';

/** Density of osmium, g/cm³: a curve above it is in kg/m³ or else wrong. */
const DENSEST = 23;

/** A scanner's CT calibration: mass density g/cm³ against HU, linear between points and held beyond them. */
export const ctCalibrationSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string(),
  /** Scanners it was measured for: every field stated must agree with the images. Absent for one that a person chose by file. */
  scanners: z
    .array(
      z.strictObject({
        manufacturer: z.string().optional(),
        model: z.string().optional(),
        station: z.string().optional(),
        kvp: z.number().positive().optional().describe('kV'),
      }),
    )
    .optional(),
  points: z
    .array(z.tuple([z.number(), z.number().min(0).max(DENSEST, 'density is in g/cm³, none above 23')]))
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
 * The calibration for a scanner: of those measured for it the one that says most of it; `otherwise` when there is none, which
 * `scannerRemark` then puts into words.
 */
export function calibrationFor(
  scanner: Scanner | undefined,
  known: readonly CtCalibration[],
  otherwise: CtCalibration,
): CtCalibration {
  let [best, most] = [otherwise, 0];
  for (const calibration of known) {
    const agreement = Math.max(0, ...(calibration.scanners ?? []).map((entry) => agreementOf(entry, scanner)));
    if (agreement > most) [best, most] = [calibration, agreement];
  }
  return best;
}

/** Why a calibration may be the wrong one for the images; undefined where it was measured for their scanner, or chosen by file. */
export function scannerRemark({ name, scanners }: CtCalibration, scanner: Scanner | undefined): string | undefined {
  if (scanners === undefined || scanners.some((entry) => agreementOf(entry, scanner) > 0)) return undefined;
  const { manufacturer, model, station, kvp } = scanner ?? {};
  const words = [manufacturer, model, station, kvp === undefined ? undefined : `${kvp} kV`].filter(Boolean).join(' ');
  return `CT calibration ${name} is not that of ${words === '' ? 'a scanner that the images name' : `the scanner (${words})`}`;
}

/** How many fields agree; 0 as soon as one does not. */
function agreementOf(entry: Scanner, scanner: Scanner = {}): number {
  const same = (a: string | number, b: string | number | undefined): boolean =>
    String(a).trim().toLowerCase() === String(b).trim().toLowerCase();
  const stated = Object.entries(entry).filter(([, value]) => value !== undefined) as [keyof Scanner, string | number][];
  return stated.every(([key, value]) => same(value, scanner[key])) ? stated.length : 0;
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

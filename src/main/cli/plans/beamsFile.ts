import { z } from 'zod';
import { IsocenterError } from '#shared/contract/errors.ts';
import { ARC_SPACING } from '#shared/optimization/plan/defaults.ts';
import { readInput } from '../files.ts';

const angle = z.number().min(-360).max(360);
const beamsSchema = z.strictObject({
  /** LPS mm; the target's centre of mass if not given. */
  isocenter: z.tuple([z.number(), z.number(), z.number()]).optional(),
  beams: z.array(z.strictObject({ gantry: angle, collimator: angle.default(0), couch: angle.default(0) })).default([]),
  /** For VMAT. */
  arcs: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(16).optional(),
        start: angle,
        stop: angle,
        direction: z.enum(['CW', 'CC']),
        collimator: angle.optional(),
        couch: angle.default(0),
        spacing: z.number().min(1).max(5).default(ARC_SPACING),
        avoid: z.array(z.tuple([angle, angle])).optional(),
      }),
    )
    .optional(),
});

/** The content of a beams file. */
export type BeamsFile = z.infer<typeof beamsSchema>;

/** @throws IsocenterError NOT_FOUND; USAGE naming the file and the first attribute that does not fit. */
export async function readBeams(file: string): Promise<BeamsFile> {
  const text = new TextDecoder().decode(await readInput(file));
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new IsocenterError('USAGE', 'is no JSON', { object: file, cause });
  }
  const parsed = beamsSchema.safeParse(content);
  if (parsed.success) {
    if (parsed.data.beams.length > 0 || (parsed.data.arcs ?? []).length > 0) return parsed.data;
    throw new IsocenterError('USAGE', 'has neither beams nor arcs', { object: file, attribute: 'beams' });
  }
  const { message, path } = parsed.error.issues[0];
  throw new IsocenterError('USAGE', message, { object: file, attribute: path.join('.') || 'beams' });
}

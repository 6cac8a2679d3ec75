import { z } from 'zod';
import { IsocenterError } from '../../contract/errors.ts';

const dose = z.number().min(0).describe('Gy, whole course');
const common = { roi: z.string().min(1), weight: z.number().positive() };
/** Not weighed against the others but kept: the plan is not done while it is violated. */
const limiting = { ...common, constraint: z.boolean().optional() };
const volume = z.number().gt(0).lt(100).describe('percent of the ROI');
const exponent = z.number().refine((a) => a >= 1 || a < 0, 'must be at least 1, or negative for a target');

const probability = z.number().gt(0).lt(100).describe('percent');
const alphaBeta = z.number().positive().optional().describe('Gy; doses are then taken in fractions of 2 Gy');

/** One objective of a goals file. */
export const objectiveSchema = z.discriminatedUnion('type', [
  z.strictObject({ ...common, type: z.literal('squared-deviation'), dose }),
  z.strictObject({ ...limiting, type: z.literal('squared-overdose'), dose }),
  z.strictObject({ ...limiting, type: z.literal('squared-underdose'), dose }),
  /** At most `volume` percent of the ROI receive more than `dose`. */
  z.strictObject({ ...limiting, type: z.literal('max-dvh'), dose, volume }),
  /** At least `volume` percent of the ROI receive `dose`. */
  z.strictObject({ ...limiting, type: z.literal('min-dvh'), dose, volume }),
  z.strictObject({ ...limiting, type: z.literal('max-mean'), dose }),
  /** Generalised equivalent uniform dose with exponent `a`, not above or not below `dose`. */
  z.strictObject({ ...limiting, type: z.literal('max-geud'), dose, a: exponent }),
  z.strictObject({ ...limiting, type: z.literal('min-geud'), dose, a: exponent }),
  /** Not above a limit that falls from `dose` on the target's surface to `low` at `distance` mm from it. */
  z.strictObject({ ...limiting, type: z.literal('fall-off'), dose, low: dose, distance: z.number().positive() }),
  /** Lyman–Kutcher–Burman complication probability not above `probability`; `td50` in Gy. */
  z.strictObject({
    ...limiting,
    type: z.literal('max-ntcp'),
    probability,
    td50: z.number().positive(),
    m: z.number().positive(),
    n: z.number().gt(0).max(1),
    alphaBeta,
  }),
  /** Control probability, logistic in gEUD with exponent `a`, not below `probability`; `d50` in Gy. */
  z.strictObject({
    ...limiting,
    type: z.literal('min-tcp'),
    probability,
    d50: z.number().positive(),
    gamma50: z.number().positive(),
    a: z.number().negative(),
    alphaBeta,
  }),
]);

const goalsSchema = z.strictObject({
  prescription: z.strictObject({
    roi: z.string().min(1),
    dose: z.number().positive().describe('Gy, whole course'),
    fractions: z.int().min(1),
  }),
  objectives: z.array(objectiveSchema).min(1),
});

/** One term of what is minimised; doses in Gy for the whole course. */
export type DoseGoal = z.infer<typeof objectiveSchema>;

/** What a plan is optimised for: the content of a goals file. */
export type Goals = z.infer<typeof goalsSchema>;

/**
 * Goals from the text of their file.
 * @throws IsocenterError USAGE naming the file and the first attribute that does not fit.
 */
export function parseGoals(text: string, file: string): Goals {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new IsocenterError('USAGE', 'is no JSON', { object: file, cause });
  }
  return fitting(goalsSchema, content, file, 'goals');
}

/**
 * The objectives of a plan, without the prescription that they go with; none is allowed.
 * @throws IsocenterError USAGE naming the first attribute that does not fit.
 */
export const checkObjectives = (content: unknown): readonly DoseGoal[] =>
  fitting(z.array(objectiveSchema), content, 'objectives', 'objectives');

function fitting<T>(schema: z.ZodType<T>, content: unknown, object: string, whole: string): T {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const { message, path } = parsed.error.issues[0];
  throw new IsocenterError('USAGE', message, { object, attribute: path.join('.') || whole });
}

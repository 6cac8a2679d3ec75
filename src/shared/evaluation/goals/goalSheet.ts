import { z } from 'zod';
import brain from '../../../../resources/templates/goals/brain.json' with { type: 'json' };
import breastLeft from '../../../../resources/templates/goals/breast-left.json' with { type: 'json' };
import breastRight from '../../../../resources/templates/goals/breast-right.json' with { type: 'json' };
import headNeck from '../../../../resources/templates/goals/head-neck.json' with { type: 'json' };
import lung from '../../../../resources/templates/goals/lung.json' with { type: 'json' };
import prostate from '../../../../resources/templates/goals/prostate.json' with { type: 'json' };
import sbrtLung3 from '../../../../resources/templates/goals/sbrt-lung-3.json' with { type: 'json' };
import sbrtLung5 from '../../../../resources/templates/goals/sbrt-lung-5.json' with { type: 'json' };
import spine from '../../../../resources/templates/goals/spine-palliative.json' with { type: 'json' };
import spineOnce from '../../../../resources/templates/goals/spine-palliative-1.json' with { type: 'json' };
import { IsocenterError } from '../../contract/errors.ts';
import type { GoalSheet } from '../../model/goals.ts';
import type { Prescription } from '../../model/plan.ts';
import { parseGoal } from './goalText.ts';

const goalSchema = z.object({
  structure: z.string().min(1).max(64),
  roi: z.string().min(1).optional(),
  roiNumber: z.number().int().optional(),
  text: z.string().superRefine((text, context) => {
    try {
      parseGoal(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as IsocenterError).message });
    }
  }),
  priority: z.literal([1, 2, 3]),
  source: z.string().optional(),
});

/** What the values of a sheet are meant for. */
export const fractionationSchema = z.object({
  fractions: z.number().int().min(1).optional(),
  dosePerFraction: z.tuple([z.number().positive(), z.number().positive()]).readonly().optional(),
});

export const goalSheetSchema = z.object({
  name: z.string().min(1).max(64),
  description: z.string(),
  fractionation: fractionationSchema.optional(),
  goals: z.array(goalSchema).readonly(),
}) satisfies z.ZodType<GoalSheet>;

/** @throws IsocenterError INVALID_ATTRIBUTE naming what is wrong where, goals that cannot be read among it. */
export function parseGoalSheet(data: unknown, object: string): GoalSheet {
  const parsed = goalSheetSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new IsocenterError('INVALID_ATTRIBUTE', issue.message, { object, attribute: issue.path.join('.') });
}

const FILES = {
  prostate,
  'head-neck': headNeck,
  'breast-left': breastLeft,
  'breast-right': breastRight,
  lung,
  'sbrt-lung-3': sbrtLung3,
  'sbrt-lung-5': sbrtLung5,
  brain,
  'spine-palliative': spine,
  'spine-palliative-1': spineOnce,
};

let shipped: readonly { readonly file: string; readonly sheet: GoalSheet }[] | undefined;

/** The goal sheets that come with the program (resources/templates/goals), each with its file's name without `.json`. */
export function goalSheetFiles(): readonly { readonly file: string; readonly sheet: GoalSheet }[] {
  shipped ??= Object.entries(FILES).map(([file, data]) => ({ file, sheet: parseGoalSheet(data, data.name) }));
  return shipped;
}

/** The same without their files. */
export const goalSheets = (): readonly GoalSheet[] => goalSheetFiles().map(({ sheet }) => sheet);

/** Why the limits of a sheet may not be read at a plan's fractionation; undefined where they may, or nothing is prescribed. */
export function fractionationRemark(
  { name, fractionation }: Pick<GoalSheet, 'name' | 'fractionation'>,
  prescription: Pick<Prescription, 'dose' | 'fractions'> | undefined,
): string | undefined {
  if (fractionation === undefined || prescription === undefined || !(prescription.fractions > 0)) return undefined;
  const { fractions, dosePerFraction } = fractionation;
  if (fractions !== undefined && fractions !== prescription.fractions)
    return `"${name}" is meant for ${fractions} fraction${fractions === 1 ? '' : 's'}, the plan has ${prescription.fractions}`;
  const each = prescription.dose / prescription.fractions;
  if (dosePerFraction !== undefined && (each < dosePerFraction[0] || each > dosePerFraction[1]))
    return `"${name}" is meant for ${dosePerFraction[0]} to ${dosePerFraction[1]} Gy a fraction, the plan has ${each.toFixed(2)} Gy`;
  return undefined;
}

import { z } from 'zod';
import brain from '../../../../resources/templates/objectives/brain.json' with { type: 'json' };
import breastLeft from '../../../../resources/templates/objectives/breast-left.json' with { type: 'json' };
import breastRight from '../../../../resources/templates/objectives/breast-right.json' with { type: 'json' };
import headNeck from '../../../../resources/templates/objectives/head-neck.json' with { type: 'json' };
import lung from '../../../../resources/templates/objectives/lung.json' with { type: 'json' };
import prostate from '../../../../resources/templates/objectives/prostate.json' with { type: 'json' };
import rectum from '../../../../resources/templates/objectives/rectum.json' with { type: 'json' };
import sbrtLung from '../../../../resources/templates/objectives/sbrt-lung-5.json' with { type: 'json' };
import spine from '../../../../resources/templates/objectives/spine.json' with { type: 'json' };
import target from '../../../../resources/templates/objectives/target.json' with { type: 'json' };
import { IsocenterError } from '../../contract/errors.ts';
import { fractionationSchema } from '../../evaluation/goals/goalSheet.ts';
import { objectiveSchema } from '../objectives/goals.ts';

const templateObjectiveSchema = z.object({
  /** What its doses are in: Gy over the whole course, or percent of the prescription. */
  unit: z.literal(['Gy', '%']),
  /** As in a goals file; `roi` is the TG-263 name of the structure that it is for. */
  objective: objectiveSchema,
  /** Where the value comes from; absent where it is only a place to begin. */
  source: z.string().optional(),
});

export const objectiveTemplateSchema = z.object({
  name: z.string().min(1).max(64),
  description: z.string(),
  fractionation: fractionationSchema.optional(),
  /** Name of the sheet of clinical goals of the same site. */
  goals: z.string().min(1).optional(),
  /** In their order, which matters: a voxel counts for the structure that is named first. */
  objectives: z.array(templateObjectiveSchema).min(1).readonly(),
});

/** Objectives to begin the optimisation of a site with. */
export type ObjectiveTemplate = z.infer<typeof objectiveTemplateSchema>;
export type TemplateObjective = ObjectiveTemplate['objectives'][number];

/** @throws IsocenterError INVALID_ATTRIBUTE naming what is wrong where. */
export function parseObjectiveTemplate(data: unknown, object: string): ObjectiveTemplate {
  const parsed = objectiveTemplateSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new IsocenterError('INVALID_ATTRIBUTE', issue.message, { object, attribute: issue.path.join('.') });
}

let shipped: readonly ObjectiveTemplate[] | undefined;

/** The templates that come with the program (resources/templates/objectives). */
export function objectiveTemplates(): readonly ObjectiveTemplate[] {
  shipped ??= [
    prostate, headNeck, brain, lung, sbrtLung, breastLeft, breastRight, rectum, spine, target,
  ].map((data) => parseObjectiveTemplate(data, data.name)); // biome-ignore format: a list
  return shipped;
}

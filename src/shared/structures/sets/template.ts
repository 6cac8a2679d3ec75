import { z } from 'zod';
import brain from '../../../../resources/templates/structures/brain.json' with { type: 'json' };
import breast from '../../../../resources/templates/structures/breast.json' with { type: 'json' };
import headNeck from '../../../../resources/templates/structures/head-neck.json' with { type: 'json' };
import prostate from '../../../../resources/templates/structures/prostate.json' with { type: 'json' };
import sbrtLung from '../../../../resources/templates/structures/sbrt-lung.json' with { type: 'json' };
import thorax from '../../../../resources/templates/structures/thorax.json' with { type: 'json' };
import { IsocenterError } from '../../contract/errors.ts';
import type { Rgb, Roi, RoiType } from '../../model/structures.ts';
import { pendingDerivation, recipeOf } from '../derivation/derivation.ts';
import { tg263NameFor } from './tg263.ts';

const TYPES = ['EXTERNAL', 'GTV', 'CTV', 'PTV', 'ORGAN', 'AVOIDANCE', 'CONTROL', 'BOLUS', 'SUPPORT'] as const;
const channel = z.number().int().min(0).max(255);

const structureSchema = z.object({
  name: z.string().min(1).max(64),
  type: z.enum(TYPES),
  color: z.tuple([channel, channel, channel]),
  /** As `Derivation` has it. */
  recipe: z.string().optional(),
  /** In words, with where they come from: kept for evaluation. */
  constraints: z.array(z.object({ text: z.string(), source: z.string() })).optional(),
});

export const templateSchema = z.object({
  name: z.string().min(1),
  description: z.string(),
  structures: z.array(structureSchema).min(1),
});

/** The structures of a site: names by TG-263, types, colours, recipes and dose constraints. */
export type StructureTemplate = z.infer<typeof templateSchema>;
type TemplateStructure = StructureTemplate['structures'][number];

/** @throws IsocenterError INVALID_ATTRIBUTE naming what is wrong where. */
export function parseTemplate(data: unknown, object: string): StructureTemplate {
  const parsed = templateSchema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new IsocenterError('INVALID_ATTRIBUTE', issue.message, { object, attribute: issue.path.join('.') });
  }
  // A recipe that cannot be read would make a structure that never follows.
  for (const { name, recipe } of parsed.data.structures)
    if (recipe !== undefined) recipeOf({ name, derivation: pendingDerivation(recipe, []) });
  return parsed.data;
}

let shipped: readonly StructureTemplate[] | undefined;

/** The templates that come with the program (resources/templates/structures). */
export function structureTemplates(): readonly StructureTemplate[] {
  shipped ??= [headNeck, thorax, breast, prostate, brain, sbrtLung].map((data) => parseTemplate(data, data.name));
  return shipped;
}

/** A template of the structures of a set: what can be used for other patients. Types that templates do not know become CONTROL. */
export const templateOf = (name: string, rois: readonly Roi[]): StructureTemplate => ({
  name,
  description: 'Own template',
  structures: rois.map((roi) => ({
    name: roi.name,
    type: TYPES.find((type) => type === roi.type) ?? 'CONTROL',
    color: [...roi.color],
    ...(roi.derivation && { recipe: roi.derivation.recipe }),
  })),
});

/** What a template would do to a set. */
export interface TemplatePlan {
  /** Structures that the set lacks. */
  readonly missing: readonly TemplateStructure[];
  /** Structures of the set whose names mean names of TG-263. */
  readonly renames: readonly { readonly number: number; readonly from: string; readonly to: string }[];
}

/** A structure counts as there when one has its name, or one that means it (see tg263NameFor) and will be renamed. */
export function planTemplate(template: StructureTemplate, rois: readonly Roi[]): TemplatePlan {
  const names = new Set(rois.map(({ name }) => name));
  const renames: { number: number; from: string; to: string }[] = [];
  for (const { number, name } of rois) {
    const to = tg263NameFor(name);
    // Two structures of one meaning: which of them it is, is the user's to say.
    if (to === undefined || names.has(to)) continue;
    names.add(to);
    renames.push({ number, from: name, to });
  }
  return { missing: template.structures.filter(({ name }) => !names.has(name)), renames };
}

/** A template's structure as an empty ROI, following its recipe where it has one. */
export function templateRoi(
  { name, type, color, recipe }: TemplateStructure,
  number: number,
  frameOfReferenceUid: string,
): Roi {
  return {
    number,
    name,
    type: type satisfies RoiType,
    color: color satisfies Rgb,
    generationAlgorithm: recipe === undefined ? 'MANUAL' : 'SEMIAUTOMATIC',
    frameOfReferenceUid,
    contours: [],
    ...(recipe !== undefined && { derivation: pendingDerivation(recipe, []) }),
  };
}

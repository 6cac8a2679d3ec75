import { oc } from '@orpc/contract';
import { z } from 'zod';
import { objectiveTemplateSchema } from '../../optimization/templates/objectiveTemplate.ts';

/** This installation's own objective templates, kept as files in the archive's folder beside those that come with the program. */
export const objectiveTemplatesContract = {
  /** Files that are no valid template are told of, not passed over. */
  list: oc.output(z.object({ templates: z.array(objectiveTemplateSchema), problems: z.array(z.string()) })),
  /** Adds, or replaces the one of the same name. */
  save: oc.input(objectiveTemplateSchema).output(objectiveTemplateSchema),
};

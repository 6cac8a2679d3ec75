import { oc } from '@orpc/contract';
import { z } from 'zod';
import { templateSchema } from '../../structures/sets/template.ts';

/** This installation's own structure templates, kept as files in the archive's folder beside those that come with the program. */
export const templatesContract = {
  /** Files that are no valid template are told of, not passed over. */
  list: oc.output(z.object({ templates: z.array(templateSchema), problems: z.array(z.string()) })),
  /** Adds, or replaces the one of the same name. */
  save: oc.input(templateSchema).output(templateSchema),
};

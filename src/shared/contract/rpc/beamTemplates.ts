import { oc } from '@orpc/contract';
import { z } from 'zod';
import { beamTemplateSchema } from '../../dosimetry/plan/arrange/beamTemplate.ts';

/** This installation's own beam templates, kept as files in the archive's folder beside those that come with the program. */
export const beamTemplatesContract = {
  /** Files that are no valid template are told of, not passed over. */
  list: oc.output(z.object({ templates: z.array(beamTemplateSchema), problems: z.array(z.string()) })),
  /** Adds, or replaces the one of the same name. */
  save: oc.input(beamTemplateSchema).output(beamTemplateSchema),
};

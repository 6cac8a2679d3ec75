import { oc } from '@orpc/contract';
import { z } from 'zod';
import { goalSheetSchema } from '../../evaluation/goals/goalSheet.ts';

/** This installation's own goal sheets, kept as files in the archive's folder beside those that come with the program. */
export const goalsContract = {
  /** Files that are no valid sheet are told of, not passed over. */
  list: oc.output(z.object({ sheets: z.array(goalSheetSchema), problems: z.array(z.string()) })),
  /** Adds, or replaces the one of the same name. */
  save: oc.input(goalSheetSchema).output(goalSheetSchema),
};

import { oc } from '@orpc/contract';
import { z } from 'zod';
import { reportSchema } from '../../report/model.ts';

const written = z.object({
  pdf: z.file(),
  pages: z.number().int(),
  /** Characters that the fonts lack and the PDF shows replaced, as code points. */
  missing: z.array(z.string()),
});

/** A report that the page composed, set as PDF. */
export const reportContract = {
  write: oc.input(reportSchema).output(written),
};

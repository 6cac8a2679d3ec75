import { writePdf } from '#main/report/writePdf.ts';
import type { Implementer } from './base.ts';

export const reportRouter = (rpc: Implementer) => ({
  write: rpc.report.write.handler(async ({ input }) => {
    const { bytes, pages, missing } = await writePdf(input, new Date());
    return { pdf: new File([bytes], 'report.pdf', { type: 'application/pdf' }), pages, missing: [...missing] };
  }),
});

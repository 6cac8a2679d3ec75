import { oc } from '@orpc/contract';
import { z } from 'zod';

/** The outside segmentation service of the settings; the page never reaches it by itself. */
export const segmentationContract = {
  /** What it is called; absent where none is configured. */
  service: oc.output(z.object({ name: z.string().optional() })),
  /**
   * Sends the instances of an archived series and gives what the service made of them: an RT Structure Set or a Segmentation, as a file.
   * @throws NOT_FOUND without a service or series, NETWORK, UNAUTHORIZED, UNSUPPORTED_OBJECT, DECODE_FAILED, CANCELLED
   */
  run: oc.input(z.object({ patientKey: z.string().min(1), seriesInstanceUid: z.string().min(1) })).output(z.file()),
};

import { oc } from '@orpc/contract';
import { z } from 'zod';

const systemInfo = z.object({
  version: z.string(),
  shell: z.enum(['electron', 'web']),
  aeTitle: z.string(),
  dicomPort: z.number().int(),
  /** Where TLS is spoken, if anywhere. */
  dicomTlsPort: z.number().int().optional(),
  dicomBind: z.string(),
  /** What makes this node unsafe as it is set up, in words. */
  dangers: z.array(z.string()),
  archive: z.string(),
  instances: z.number().int(),
  node: z.string(),
});
export type SystemInfo = z.infer<typeof systemInfo>;

const logLine = z.object({ time: z.string(), level: z.enum(['info', 'warning', 'error']), text: z.string() });
export type LogLine = z.infer<typeof logLine>;

/** What runs, and what it said. */
export const systemContract = {
  info: oc.output(systemInfo),
  log: oc.output(z.array(logLine)),
};

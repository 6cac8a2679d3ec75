import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

const refusal = z.object({ file: z.string(), code: z.string(), reason: z.string() });
const importReport = z.object({
  imported: z.number().int(),
  duplicates: z.number().int(),
  /** Imported, but kept apart from another object with the same SOP Instance UID. */
  conflicts: z.array(z.object({ file: z.string(), sopInstanceUid: z.string(), reason: z.string() })),
  refused: z.array(refusal),
});
export type ImportReport = z.infer<typeof importReport>;

const archiveEvent = z.object({
  event: z.enum(['stored', 'heartbeat']),
  patientKey: z.string().optional(),
  sopInstanceUid: z.string().optional(),
  source: z.string().optional(),
});
export type ArchiveEvent = z.infer<typeof archiveEvent>;

/** What comes into the archive. */
export const archiveContract = {
  events: oc.output(eventIterator(archiveEvent)),
  /** Imports one dropped file: any Part 10 file or a data set without preamble. */
  importFile: oc.input(z.object({ name: z.string(), file: z.file() })).output(importReport),
};

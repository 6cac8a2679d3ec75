import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

const name = z.string().regex(/^[\x20-\x5b\x5d-\x7e]{1,64}$/, 'plain letters, 1–64');

/** What stays of identity; see `shared/deidentify/options.ts`. */
const options = z.object({
  dates: z.enum(['remove', 'shift', 'keep']),
  patientCharacteristics: z.boolean(),
  device: z.boolean(),
  institution: z.boolean(),
  uids: z.boolean(),
  safePrivate: z.boolean(),
  labels: z.boolean(),
  descriptions: z.boolean(),
  structuredContent: z.boolean(),
  allowBurnedIn: z.boolean(),
  patientId: name.optional(),
  patientName: name.optional(),
});

const selection = z.object({
  patientKey: z.string().min(1),
  /** All objects of these series. */
  series: z.array(z.string()),
  /** And these objects. */
  objects: z.array(z.string()),
  /** Absent: the objects leave as they are. */
  deidentify: options.optional(),
  /** Exports with the same words fit each other; without them replacements cannot be repeated. */
  secret: z.string().min(16, '16 characters or more').max(1024).optional(),
});
export type ExportRequest = z.infer<typeof selection>;

const finding = z.object({
  kind: z.enum(['burned-in', 'content', 'face', 'private', 'dates']),
  severity: z.enum(['refuse', 'warn']),
  text: z.string(),
  /** How many objects it concerns. */
  objects: z.number().int(),
});
export type ExportFinding = z.infer<typeof finding>;

const report = z.object({
  objects: z.number().int(),
  /** How often what happened: `PatientName replaced`. */
  changes: z.record(z.string(), z.number().int()),
  findings: z.array(finding),
  /** Those that stayed behind. */
  refused: z.array(z.object({ sopInstanceUid: z.string(), reason: z.string() })),
  /** What the node did not take. */
  failed: z.array(z.object({ sopInstanceUid: z.string(), reason: z.string() })),
});
export type ExportReport = z.infer<typeof report>;

const exportEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('progress'), done: z.number().int(), total: z.number().int() }),
  /** The next bytes of a ZIP archive, base64. */
  z.object({ event: z.literal('bytes'), data: z.string() }),
  z.object({ event: z.literal('report'), report }),
]);
export type ExportEvent = z.infer<typeof exportEvent>;

/** Objects that leave the house, with or without identity. */
export const deidentifyContract = {
  /** What to know of the objects before they leave. */
  inspect: oc.input(selection).output(z.object({ objects: z.number().int(), findings: z.array(finding) })),
  download: oc.input(selection).output(eventIterator(exportEvent)),
  send: oc.input(selection.extend({ nodeId: z.string() })).output(eventIterator(exportEvent)),
};

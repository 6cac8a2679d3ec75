import { oc } from '@orpc/contract';
import { z } from 'zod';

const patient = z.object({ patientKey: z.string().min(1) });
const chunkName = z.string().regex(/^[0-9a-f]{16,64}$/);

/**
 * Edits that were not saved yet, kept by main for the case that page or program break down: for each patient a text that names the
 * chunks it needs. A chunk once put is never changed.
 */
export const recoveryContract = {
  putChunk: oc.input(patient.extend({ name: chunkName, chunk: z.file() })),
  /** Makes the text the newest of the patient, and keeps the one before; not if chunks are missing, which are then named. */
  commit: oc
    .input(patient.extend({ text: z.string(), chunks: z.array(chunkName) }))
    .output(z.object({ missing: z.array(z.string()) })),
  /** The texts kept, newest first, and what is wrong with files that should hold one. */
  find: oc.input(patient).output(z.object({ texts: z.array(z.string()), problems: z.array(z.string()) })),
  /** @throws NOT_FOUND */
  getChunk: oc.input(patient.extend({ name: chunkName })).output(z.file()),
  /** Forgets the patient's edits; with `keep` they are put aside, for what could not be read must not be lost. */
  clear: oc.input(patient.extend({ keep: z.boolean().optional() })),
};

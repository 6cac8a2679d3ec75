import { oc } from '@orpc/contract';
import { z } from 'zod';

/** Objects of one patient and kind, as the archive knew them when commitment was asked for. */
const commitmentContent = z.object({
  patientName: z.string(),
  patientId: z.string(),
  modality: z.string(),
  /** '' for images, and for what has none. */
  label: z.string(),
  count: z.number().int(),
});
export type CommitmentContent = z.infer<typeof commitmentContent>;

/** A transaction of storage commitment that we asked for. */
export const commitment = z.object({
  transactionUid: z.string(),
  nodeId: z.string(),
  /** AE title, for people. */
  node: z.string(),
  requested: z.string(),
  /** Absent when an earlier version asked, or nothing of it was in the archive. */
  content: z.array(commitmentContent).optional(),
  /** `asking`: not yet accepted by the node · `waiting`: accepted, no report yet · `reported` · `failed`: refused or out of reach. */
  state: z.enum(['asking', 'waiting', 'reported', 'failed']),
  reported: z.string().optional(),
  /** AE title that reported. */
  reportedBy: z.string().optional(),
  /** Why it could not be asked. */
  problem: z.string().optional(),
  objects: z.array(
    z.object({
      sopClassUid: z.string(),
      sopInstanceUid: z.string(),
      /** Only `committed` means that the node is answerable for the object. */
      outcome: z.enum(['pending', 'committed', 'failed']),
      reason: z.string().optional(),
    }),
  ),
});
export type Commitment = z.infer<typeof commitment>;

/** Asking archives to be answerable for what they were sent. */
export const commitmentContract = {
  list: oc.output(z.array(commitment)),
  /** For single objects and whole series of one patient. */
  request: oc
    .input(
      z.object({
        nodeId: z.string(),
        patientKey: z.string(),
        sopInstanceUids: z.array(z.string()).default([]),
        seriesInstanceUids: z.array(z.string()).default([]),
      }),
    )
    .output(commitment),
  /** Asks again, for what is not committed. */
  retry: oc.input(z.object({ transactionUid: z.string() })).output(commitment),
  forget: oc.input(z.object({ transactionUid: z.string() })).output(z.object({ removed: z.boolean() })),
};

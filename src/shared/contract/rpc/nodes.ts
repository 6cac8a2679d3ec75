import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

/** AE titles: 1–16 characters of the default repertoire, no backslash, no leading or trailing space (PS3.5 6.2, VR AE). */
export const aeTitle = z
  .string()
  .regex(/^(?! )[\x20-\x5b\x5d-\x7e]{1,16}(?<! )$/, 'AE title: 1–16 printable characters');

/** A DICOM node we send to. */
export const node = z.object({
  id: z.string().min(1),
  name: z.string().min(1).max(64),
  aeTitle,
  host: z.string().min(1),
  port: z.number().int().min(1).max(65535),
});
export type NetworkNode = z.infer<typeof node>;

const sendEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('progress'), done: z.number().int(), total: z.number().int() }),
  z.object({
    event: z.literal('result'),
    sopInstanceUid: z.string(),
    label: z.string(),
    ok: z.boolean(),
    /** DIMSE status as four hex digits, or the error code. */
    status: z.string(),
    reason: z.string(),
  }),
]);
export type SendEvent = z.infer<typeof sendEvent>;

/** The DICOM nodes people configured, and sending to them. */
export const nodesContract = {
  list: oc.output(z.array(node)),
  save: oc.input(node).output(node),
  remove: oc.input(z.object({ id: z.string() })).output(z.object({ removed: z.boolean() })),
  echo: oc.input(z.object({ id: z.string() })).output(z.object({ status: z.string(), ms: z.number() })),
  send: oc
    /** `patientKey` says whose objects, where several patients have some with the same UIDs; without it those are not sent. */
    .input(z.object({ id: z.string(), sopInstanceUids: z.array(z.string()).min(1), patientKey: z.string().optional() }))
    .output(eventIterator(sendEvent)),
};

import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { transfer } from './transfers.ts';

/** AE titles: 1–16 characters of the default repertoire, no backslash, no leading or trailing space (PS3.5 6.2, VR AE). */
export const aeTitle = z
  .string()
  .regex(/^(?! )[\x20-\x5b\x5d-\x7e]{1,16}(?<! )$/, 'AE title: 1–16 printable characters');

/** What a node does for us, for lists that offer only fitting ones. */
export const NODE_ROLES = ['archive', 'worklist', 'printer', 'treatment', 'workstation'] as const;
export type NodeRole = (typeof NODE_ROLES)[number];

const userName = z.string().min(1, 'a name is needed').max(256);

/** A DICOM node we exchange with: its address and how it wants to be called. */
export const nodeAddress = z.object({
  id: z.string().min(1),
  name: z.string().min(1).max(64),
  aeTitle,
  host: z.string().min(1),
  port: z.number().int().min(1).max(65535),
  /** Only over TLS, with the identity of this installation. */
  tls: z.boolean().optional(),
  roles: z.array(z.enum(NODE_ROLES)).optional(),
  /** Ask it for storage commitment after sending. */
  commit: z.boolean().optional(),
  /** Specific Character Set of our identifiers to it, values separated by backslashes; ISO_IR 192 when absent. */
  characterSet: z.string().min(1).max(128).optional(),
  /** Root of its DICOMweb service. */
  webUrl: z.url({ protocol: /^https?$/, error: 'an address that begins with http:// or https://' }).optional(),
});

/** A node as the page sees it: its passcode never leaves the main process. */
export const node = nodeAddress.extend({
  user: z.object({ name: userName, hasPasscode: z.boolean() }).optional(),
});
export type NetworkNode = z.infer<typeof node>;

/** A node as the page saves it; without a passcode the stored one stays, an empty one removes it. */
export const nodeEdit = nodeAddress.extend({
  user: z.object({ name: userName, passcode: z.string().max(1024).optional() }).optional(),
});
export type NodeEdit = z.infer<typeof nodeEdit>;

const echoAnswer = z.object({
  /** DIMSE status, four hex digits. */
  status: z.string(),
  /** From opening the connection to the answer. */
  ms: z.number(),
  /** What the peer says it is. */
  implementationClassUid: z.string(),
  implementationVersionName: z.string(),
  /** Longest P-DATA-TF it takes, bytes; 0 is no limit. */
  maxPduLength: z.number().int(),
  tls: z.object({ protocol: z.string(), cipher: z.string(), subject: z.string(), fingerprint: z.string() }).optional(),
  /** Whether it confirmed the user we named; absent when we named none. */
  userAccepted: z.boolean().optional(),
});
export type EchoAnswer = z.infer<typeof echoAnswer>;

const sendEvent = z.discriminatedUnion('event', [
  /** How the transfer stands: it goes on when nobody listens any more, and `transfers.cancel` stops it. */
  z.object({ event: z.literal('transfer'), transfer }),
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
  save: oc.input(nodeEdit).output(node),
  remove: oc.input(z.object({ id: z.string() })).output(z.object({ removed: z.boolean() })),
  echo: oc.input(z.object({ id: z.string() })).output(echoAnswer),
  /** Queues the objects, and tells of each until the transfer has ended. */
  send: oc
    /** `patientKey` says whose objects, where several patients have some with the same UIDs; without it those are not sent. */
    .input(z.object({ id: z.string(), sopInstanceUids: z.array(z.string()).min(1), patientKey: z.string().optional() }))
    .output(eventIterator(sendEvent)),
};

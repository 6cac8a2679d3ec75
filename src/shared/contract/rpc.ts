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

const systemInfo = z.object({
  version: z.string(),
  shell: z.enum(['electron', 'web']),
  aeTitle: z.string(),
  dicomPort: z.number().int(),
  dicomBind: z.string(),
  archive: z.string(),
  instances: z.number().int(),
  node: z.string(),
});
export type SystemInfo = z.infer<typeof systemInfo>;

const patientSummary = z.object({
  /** Archive key: Patient ID and Issuer are not unique enough alone, so this is the archive's own. */
  key: z.string(),
  patientName: z.string(),
  patientId: z.string(),
  patientBirthDate: z.string(),
  patientSex: z.string(),
  studies: z.number().int(),
  instances: z.number().int(),
  modalities: z.array(z.string()),
  lastReceived: z.string(),
  /** Why this may not be the only patient of that ID: to be shown beside the banner. Empty when nothing speaks against it. */
  conflicts: z.array(z.string()),
});
export type PatientSummary = z.infer<typeof patientSummary>;

/** What one object refers to, as far as the archive could resolve it. */
const rtReferences = z.object({
  /** SOP instances this object names (plan → structure set, dose → plan…). */
  instances: z.array(z.string()),
  /** Image series this object is about, resolved by UID or, failing that, by frame of reference. */
  series: z.array(z.string()),
  /** How `series` was found. */
  by: z.enum(['uid', 'frame-of-reference', 'none']),
});

const instanceSummary = z.object({
  sopInstanceUid: z.string(),
  sopClassUid: z.string(),
  instanceNumber: z.string(),
  label: z.string(),
  transferSyntaxUid: z.string(),
  bytes: z.number(),
  received: z.string(),
  /** 0, or which further object with other bytes under the same SOP Instance UID this is (WADO-RS: `?variant=`). */
  variant: z.number().int(),
  references: rtReferences.optional(),
});
export type InstanceSummary = z.infer<typeof instanceSummary>;

const seriesSummary = z.object({
  seriesInstanceUid: z.string(),
  studyInstanceUid: z.string(),
  modality: z.string(),
  seriesNumber: z.string(),
  seriesDescription: z.string(),
  seriesDate: z.string(),
  frameOfReferenceUid: z.string(),
  bodyPartExamined: z.string(),
  instanceCount: z.number().int(),
  /** Objects kept apart because another one has their SOP Instance UID with other bytes; a series with any needs a warning. */
  conflictingInstances: z.number().int(),
  /** Listed one by one for RT objects, registrations and other non-image objects; empty for image series. */
  objects: z.array(instanceSummary),
});
export type SeriesSummary = z.infer<typeof seriesSummary>;

const studySummary = z.object({
  studyInstanceUid: z.string(),
  studyDate: z.string(),
  studyTime: z.string(),
  studyDescription: z.string(),
  studyId: z.string(),
  accessionNumber: z.string(),
  referringPhysicianName: z.string(),
  series: z.array(seriesSummary),
});
export type StudySummary = z.infer<typeof studySummary>;

const patientTree = patientSummary.extend({ tree: z.array(studySummary) });
export type PatientTree = z.infer<typeof patientTree>;

const refusal = z.object({ file: z.string(), code: z.string(), reason: z.string() });
const importReport = z.object({
  imported: z.number().int(),
  duplicates: z.number().int(),
  /** Imported, but kept apart from another object with the same SOP Instance UID. */
  conflicts: z.array(z.object({ file: z.string(), sopInstanceUid: z.string(), reason: z.string() })),
  refused: z.array(refusal),
});
export type ImportReport = z.infer<typeof importReport>;

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

const archiveEvent = z.object({
  event: z.enum(['stored', 'heartbeat']),
  patientKey: z.string().optional(),
  sopInstanceUid: z.string().optional(),
  source: z.string().optional(),
});
export type ArchiveEvent = z.infer<typeof archiveEvent>;

const logLine = z.object({ time: z.string(), level: z.enum(['info', 'warning', 'error']), text: z.string() });
export type LogLine = z.infer<typeof logLine>;

/**
 * The one door between renderer and main, beside DICOMweb (which carries images and objects).
 * Served under /rpc by the fetch handler; iterators are server-sent events.
 */
export const contract = {
  system: {
    info: oc.output(systemInfo),
    log: oc.output(z.array(logLine)),
  },
  patients: {
    list: oc.input(z.object({ search: z.string().default('') })).output(z.array(patientSummary)),
    tree: oc.input(z.object({ key: z.string() })).output(patientTree),
  },
  archive: {
    events: oc.output(eventIterator(archiveEvent)),
    /** Imports one dropped file: any Part 10 file or a data set without preamble. */
    importFile: oc.input(z.object({ name: z.string(), file: z.file() })).output(importReport),
  },
  nodes: {
    list: oc.output(z.array(node)),
    save: oc.input(node).output(node),
    remove: oc.input(z.object({ id: z.string() })).output(z.object({ removed: z.boolean() })),
    echo: oc.input(z.object({ id: z.string() })).output(z.object({ status: z.string(), ms: z.number() })),
    send: oc
      /** `patientKey` says whose objects, where several patients have some with the same UIDs; without it those are not sent. */
      .input(
        z.object({ id: z.string(), sopInstanceUids: z.array(z.string()).min(1), patientKey: z.string().optional() }),
      )
      .output(eventIterator(sendEvent)),
  },
};

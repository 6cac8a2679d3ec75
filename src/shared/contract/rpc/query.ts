import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

/** What people search studies by; empty fields match all. Texts take the wildcards * and ?. */
export const studySearch = z.object({
  patientName: z.string().max(200),
  patientId: z.string().max(64),
  /** YYYYMMDD, or empty; so are the other dates. */
  patientBirthDate: z.string().regex(/^(\d{8})?$/, 'a date'),
  studyDateFrom: z.string().regex(/^(\d{8})?$/, 'a date'),
  studyDateTo: z.string().regex(/^(\d{8})?$/, 'a date'),
  modality: z.string().regex(/^[A-Z0-9_*?]{0,16}$/, 'a modality as DICOM writes it: CT, MR, RTPLAN…'),
  accessionNumber: z.string().max(16),
  studyDescription: z.string().max(64),
});
export type StudySearch = z.infer<typeof studySearch>;

/** What our own archive holds under the same UID. */
const held = z.object({
  instances: z.number().int(),
  /**
   * `same`: all held for a patient of the same ID and name. `other`: held for somebody else, named in `patient`: to be
   * cleared up before anything is retrieved.
   */
  patient: z.enum(['same', 'other']),
  /** Name and ID of that other patient; empty for the same one. */
  otherPatient: z.string(),
});

/** A study as the node describes it. */
const studyAnswer = z.object({
  patientName: z.string(),
  patientId: z.string(),
  patientBirthDate: z.string(),
  patientSex: z.string(),
  studyInstanceUid: z.string(),
  studyDate: z.string(),
  studyTime: z.string(),
  studyDescription: z.string(),
  accessionNumber: z.string(),
  modalities: z.array(z.string()),
  /** Counts as the node states them; undefined when it does not. */
  series: z.number().int().optional(),
  instances: z.number().int().optional(),
  held: held.optional(),
});
export type StudyAnswer = z.infer<typeof studyAnswer>;

const seriesAnswer = z.object({
  seriesInstanceUid: z.string(),
  modality: z.string(),
  seriesNumber: z.string(),
  seriesDescription: z.string(),
  seriesDate: z.string(),
  bodyPartExamined: z.string(),
  instances: z.number().int().optional(),
  held: held.optional(),
});
export type SeriesAnswer = z.infer<typeof seriesAnswer>;

const findEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('study'), study: studyAnswer }),
  z.object({
    event: z.literal('end'),
    /** False: there is more than was asked for. */
    isComplete: z.boolean(),
    /** The node does not match by all that was asked: there may be studies too many. */
    ignoresKeys: z.boolean(),
    /** What was read with reservations. */
    warnings: z.array(z.string()),
  }),
]);
export type FindEvent = z.infer<typeof findEvent>;

const retrieveEvent = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('progress'),
    remaining: z.number().int(),
    completed: z.number().int(),
    failed: z.number().int(),
    warning: z.number().int(),
  }),
  z.object({
    event: z.literal('end'),
    /** Objects that the node says it sent. */
    completed: z.number().int(),
    failed: z.number().int(),
    warning: z.number().int(),
    isCancelled: z.boolean(),
    /** SOP Instance UIDs, as far as the node names them. */
    failedInstances: z.array(z.string()),
    /** The node's final status in words. */
    statusText: z.string(),
    /** What the archive now holds of what was asked for. */
    held: held.optional(),
  }),
]);
export type RetrieveEvent = z.infer<typeof retrieveEvent>;

const node = z.object({ nodeId: z.string() });
/** Whom the node's answer named: for the comparison with what is held. */
const patient = z.object({ patientName: z.string(), patientId: z.string() });

/** What other nodes hold, and bringing it here. */
export const queryContract = {
  studies: oc
    .input(node.extend({ search: studySearch, limit: z.number().int().min(1).max(5000) }))
    .output(eventIterator(findEvent)),
  series: oc.input(node.extend({ ...patient.shape, studyInstanceUid: z.string() })).output(z.array(seriesAnswer)),
  retrieve: oc
    .input(
      node.extend({
        ...patient.shape,
        studyInstanceUid: z.string(),
        /** The whole study when absent. */
        seriesInstanceUid: z.string().optional(),
        /** `get`: on our own connection. `move`: the node calls us, so it must know our AE title and address. */
        method: z.enum(['get', 'move']),
      }),
    )
    .output(eventIterator(retrieveEvent)),
  /** The archive's patient of a study. @throws NOT_FOUND, CONFLICT when several have it */
  patientOf: oc.input(z.object({ studyInstanceUid: z.string() })).output(z.object({ patientKey: z.string() })),
};

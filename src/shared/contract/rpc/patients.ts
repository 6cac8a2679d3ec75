import { oc } from '@orpc/contract';
import { z } from 'zod';

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
  /** The study that was acquired last, in lists; date and time as in DICOM. */
  latestStudy: z.object({ date: z.string(), description: z.string() }).optional(),
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

/** As many patients as a list shows unless it asks for another number. */
export const PATIENTS_AT_ONCE = 200;

/** Who is in the archive. */
export const patientsContract = {
  /** By name; those whose name or ID contains the text. Not more than `limit`: a department has tens of thousands. */
  list: oc
    .input(
      z.object({ search: z.string().default(''), limit: z.number().int().min(1).max(1000).default(PATIENTS_AT_ONCE) }),
    )
    .output(z.array(patientSummary)),
  tree: oc.input(z.object({ key: z.string() })).output(patientTree),
};

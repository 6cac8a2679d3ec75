import { oc } from '@orpc/contract';
import { z } from 'zod';

/** A code of a coding scheme with its words (PS3.3 8.8). */
export const code = z.object({ value: z.string(), scheme: z.string(), meaning: z.string() });
export type Code = z.infer<typeof code>;

/** One scheduled procedure step of a modality worklist, PS3.4 table K.6-1. */
const worklistItem = z.object({
  patientName: z.string(),
  patientId: z.string(),
  issuerOfPatientId: z.string(),
  /** YYYYMMDD, as everywhere here. */
  patientBirthDate: z.string(),
  patientSex: z.string(),
  accessionNumber: z.string(),
  studyInstanceUid: z.string(),
  requestedProcedureId: z.string(),
  requestedProcedure: z.string(),
  referringPhysician: z.string(),
  stepId: z.string(),
  step: z.string(),
  modality: z.string(),
  stationAeTitle: z.string(),
  stationName: z.string(),
  location: z.string(),
  startDate: z.string(),
  /** HHMMSS or shorter. */
  startTime: z.string(),
  performingPhysician: z.string(),
  protocols: z.array(code),
  /** Studies the request names: UID of class and instance. */
  referencedStudies: z.array(z.object({ sopClassUid: z.string(), sopInstanceUid: z.string() })),
});
export type WorklistItem = z.infer<typeof worklistItem>;

/** What to ask a worklist for; '' asks for all. */
export const worklistFilter = z.object({
  /** YYYYMMDD, or a range with a hyphen. */
  date: z
    .string()
    .regex(/^(\d{8})?(-(\d{8})?)?$/, 'a date as YYYYMMDD, or a range of two')
    .default(''),
  modality: z.string().max(16).default(''),
  stationAeTitle: z.string().max(16).default(''),
  /** Wildcards * and ? are possible. */
  patientName: z.string().max(64).default(''),
  patientId: z.string().max(64).default(''),
  accessionNumber: z.string().max(16).default(''),
});
export type WorklistFilter = z.infer<typeof worklistFilter>;

/** `creating`, `completing` and `discontinuing`: asked for, and not (yet) answered. */
const STEP_STATES = [
  'creating', 'in progress', 'completing', 'completed', 'discontinuing', 'discontinued',
] as const; // biome-ignore format: a list
export type StepState = (typeof STEP_STATES)[number];

/** A series that a performed procedure step says it made, PS3.4 table F.7.2-1. */
const performedSeries = z.object({
  seriesInstanceUid: z.string(),
  seriesDescription: z.string(),
  protocolName: z.string(),
  retrieveAeTitle: z.string(),
  images: z.array(z.object({ sopClassUid: z.string(), sopInstanceUid: z.string() })),
  /** Objects that are no images: structure sets, plans… */
  others: z.array(z.object({ sopClassUid: z.string(), sopInstanceUid: z.string() })),
});
export type PerformedSeries = z.infer<typeof performedSeries>;

/** A modality performed procedure step of ours. */
export const procedureStep = z.object({
  sopInstanceUid: z.string(),
  nodeId: z.string(),
  /** AE title told, for people. */
  node: z.string(),
  state: z.enum(STEP_STATES),
  stepId: z.string(),
  item: worklistItem,
  /** ISO times. */
  started: z.string(),
  ended: z.string().optional(),
  series: z.array(performedSeries),
  /** Why it was discontinued. */
  reason: code.optional(),
  /** The node has been told that the step began. */
  announced: z.boolean().optional(),
  /** Why the node could not be told; absent when it has been. */
  problem: z.string().optional(),
});
export type ProcedureStep = z.infer<typeof procedureStep>;

/** Whether two worklist entries are the same scheduled step: where a RIS gives no step ID, its time tells them apart. */
export const isSameScheduledStep = (a: WorklistItem, b: WorklistItem): boolean =>
  a.patientId === b.patientId &&
  a.studyInstanceUid === b.studyInstanceUid &&
  a.stepId === b.stepId &&
  (a.stepId !== '' || (a.startDate === b.startDate && a.startTime === b.startTime));

/** Whether a step goes on, or the node has not been told how it stands: until then the same step is not begun again. */
export const isOpenStep = ({ state }: ProcedureStep): boolean => state !== 'completed' && state !== 'discontinued';

/** Whether the node never accepted the step: nobody else knows of it, so it may be forgotten. */
export const isUntold = ({ state, announced }: ProcedureStep): boolean =>
  announced !== true && (state === 'creating' || state === 'completing' || state === 'discontinuing');

/** Why a procedure step ends early: from PS3.16 CID 9300 and CID 9301. */
export const DISCONTINUATION_REASONS: readonly Code[] = [
  { value: '110513', scheme: 'DCM', meaning: 'Discontinued for unspecified reason' },
  { value: '110500', scheme: 'DCM', meaning: 'Doctor canceled procedure' },
  { value: '110501', scheme: 'DCM', meaning: 'Equipment failure' },
  { value: '110514', scheme: 'DCM', meaning: 'Incorrect worklist entry selected' },
  { value: '110515', scheme: 'DCM', meaning: 'Patient condition prevented continuing' },
];

/** Modality worklist of a RIS, and telling it what was performed. */
export const worklistContract = {
  query: oc.input(z.object({ nodeId: z.string(), filter: worklistFilter })).output(z.array(worklistItem)),
  steps: oc.output(z.array(procedureStep)),
  start: oc.input(z.object({ nodeId: z.string(), item: worklistItem })).output(procedureStep),
  /** `patientKey` and `seriesInstanceUids`: what of the archive was made in it. */
  finish: oc
    .input(
      z.object({
        sopInstanceUid: z.string(),
        outcome: z.enum(['completed', 'discontinued']),
        patientKey: z.string().optional(),
        seriesInstanceUids: z.array(z.string()).default([]),
        reason: code.optional(),
      }),
    )
    .output(procedureStep),
  /** Tells the node again what it could not be told. */
  retry: oc.input(z.object({ sopInstanceUid: z.string() })).output(procedureStep),
  /** Discards a step that the node never accepted; CONFLICT for any other. */
  forget: oc.input(z.object({ sopInstanceUid: z.string() })).output(z.object({ removed: z.boolean() })),
};

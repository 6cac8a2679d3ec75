import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { code } from './worklist.ts';

/** PS3.3 C.30.1, as the standard writes them. */
export const TASK_STATES = ['SCHEDULED', 'IN PROGRESS', 'COMPLETED', 'CANCELED'] as const;
export type TaskState = (typeof TASK_STATES)[number];

export const TASK_PRIORITIES = ['HIGH', 'MEDIUM', 'LOW'] as const;

/** Objects of one series that a task works on, or has made. */
const taskObjects = z.object({
  typeOfInstances: z.string(),
  studyInstanceUid: z.string(),
  seriesInstanceUid: z.string(),
  objects: z.array(
    z.object({
      sopClassUid: z.string(),
      sopInstanceUid: z.string(),
      /** What our archive calls it; absent for images, and for what it does not hold. */
      label: z.string().optional(),
    }),
  ),
  /** Where they can be had: AE title, or an address. */
  from: z.string(),
});
export type TaskObjects = z.infer<typeof taskObjects>;

/** A unified procedure step as people need to see it. */
const task = z.object({
  sopInstanceUid: z.string(),
  state: z.enum(TASK_STATES),
  label: z.string(),
  worklist: z.string(),
  priority: z.string(),
  patientName: z.string(),
  patientId: z.string(),
  patientBirthDate: z.string(),
  patientSex: z.string(),
  workitem: code.optional(),
  station: z.string(),
  /** DT: YYYYMMDDHHMMSS or shorter. */
  start: z.string(),
  expectedEnd: z.string(),
  modified: z.string(),
  readiness: z.string(),
  comments: z.string(),
  inputs: z.array(taskObjects),
  outputs: z.array(taskObjects),
  /** Per cent, if told. */
  progress: z.number().optional(),
  progressText: z.string(),
  cancellation: z.string(),
  /** We hold its transaction UID: only then can we go on with it. */
  claimed: z.boolean(),
  /** Our own tasks: who claimed it, and who asked for its cancellation. */
  performer: z.string().optional(),
  cancelRequest: z.object({ by: z.string(), reason: z.string() }).optional(),
});
export type Task = z.infer<typeof task>;

/** What kinds of tasks we make. */
export const TASK_KINDS = ['planning', 'delivery'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

export const newTask = z.object({
  kind: z.enum(TASK_KINDS),
  patientKey: z.string(),
  /** The plan to deliver, or what planning starts from (structure set, images): SOP instances of the archive. */
  sopInstanceUids: z.array(z.string()).min(1),
  label: z.string().min(1).max(64),
  worklist: z.string().max(64).default(''),
  priority: z.enum(TASK_PRIORITIES).default('MEDIUM'),
  station: z.string().max(64).default(''),
  /** DT; now if empty. */
  start: z
    .string()
    .regex(/^(\d{8}(\d{2}(\d{2}(\d{2})?)?)?)?$/, 'a time as YYYYMMDDHHMM')
    .default(''),
  comments: z.string().max(1024).default(''),
});
export type NewTask = z.input<typeof newTask>;

export const taskFilter = z.object({
  state: z.enum(['', ...TASK_STATES]).default(''),
  patientId: z.string().max(64).default(''),
  patientName: z.string().max(64).default(''),
  label: z.string().max(64).default(''),
  worklist: z.string().max(64).default(''),
  /** A day YYYYMMDD, or a range with a hyphen. */
  date: z
    .string()
    .regex(/^(\d{8})?(-(\d{8})?)?$/, 'a date as YYYYMMDD, or a range of two')
    .default(''),
});
export type TaskFilter = z.infer<typeof taskFilter>;

/** Which task: of a node, or without one of ours. */
const which = z.object({ nodeId: z.string().optional(), sopInstanceUid: z.string() });

const taskEvent = z.object({
  event: z.enum(['changed', 'heartbeat']),
  sopInstanceUid: z.string().optional(),
  text: z.string().optional(),
});
export type TaskUpdate = z.infer<typeof taskEvent>;

/** Unified procedure steps: ours, which others may claim, and those of the department's task managers. */
export const tasksContract = {
  list: oc.input(z.object({ nodeId: z.string().optional(), filter: taskFilter })).output(z.array(task)),
  get: oc.input(which).output(task),
  create: oc.input(newTask).output(task),
  claim: oc.input(which).output(task),
  progress: oc.input(which.extend({ percent: z.number().min(0).max(100), text: z.string().max(1024) })).output(task),
  complete: oc
    .input(which.extend({ patientKey: z.string().optional(), outputs: z.array(z.string()).default([]) }))
    .output(task),
  /** Ends what we claimed; of what others have claimed asks them to. */
  cancel: oc.input(which.extend({ reason: z.string().max(256) })).output(task),
  /** Asks a node to tell us of every change from now on. */
  subscribe: oc
    .input(z.object({ nodeId: z.string(), subscribe: z.boolean() }))
    .output(z.object({ subscribed: z.boolean() })),
  events: oc.output(eventIterator(taskEvent)),
};

import { oc } from '@orpc/contract';
import { z } from 'zod';
import { priority } from './transfers.ts';

/** What a rule can ask of an object beside its modality, class and patient. */
export const ROUTE_ATTRIBUTES = [
  'StationName',
  'InstitutionName',
  'Manufacturer',
  'StudyDescription',
  'SeriesDescription',
  'BodyPartExamined',
  'ProtocolName',
  'ReferringPhysicianName',
] as const;
export type RouteAttribute = (typeof ROUTE_ATTRIBUTES)[number];

const pattern = z.string().min(1, 'a pattern, * for any').max(64);

/** What arrives and fits goes on to a node. Patterns: `*` any characters, `?` one, upper and lower case alike. */
export const route = z.object({
  id: z.string().min(1),
  name: z.string().min(1, 'a name is needed').max(64),
  enabled: z.boolean(),
  /** AE title it came from. `import` and `STOW-RS` have to be named: `*` stands for what DICOM nodes send. */
  from: pattern.default('*'),
  /** Any of these; empty for all. */
  modalities: z.array(z.string().regex(/^[A-Z0-9_ ]{1,16}$/, 'modalities: CT, MR, RTPLAN…')).default([]),
  sopClasses: z.array(z.string().regex(/^[0-9.]{1,64}$/, 'SOP Class UIDs')).default([]),
  patientId: pattern.default('*'),
  attributes: z.array(z.object({ keyword: z.enum(ROUTE_ATTRIBUTES), pattern })).default([]),
  /** Id of the node it goes to. */
  node: z.string().min(1, 'choose a node'),
  priority: priority.default('normal'),
  /** Waits until nothing more of the series came for so long, s; 0 sends as it comes. */
  quietSeconds: z.number().int('whole seconds').min(0).max(3600).default(0),
});
export type Route = z.infer<typeof route>;

/** Auto-routing: rules apply to what arrives from now on, in whatever order they are listed; every rule that fits sends. */
export const routingContract = {
  list: oc.output(z.array(route)),
  save: oc.input(route).output(route),
  remove: oc.input(z.object({ id: z.string() })).output(z.object({ removed: z.boolean() })),
};

import type { Archive } from '#main/archive/types.ts';
import type { UserIdentity } from '#main/network/negotiation/userIdentity.ts';
import type { Caller } from '#main/services/peer.ts';
import type { TransferQueue } from '#main/transfers/queue.ts';
import type { EchoAnswer, NetworkNode, NodeEdit } from '#shared/contract/rpc/nodes.ts';
import type { Route } from '#shared/contract/rpc/routing.ts';
import type { OwnNode, SecurityEvent, SecurityState } from '#shared/contract/rpc/security.ts';
import type { LogLine, SystemInfo } from '#shared/contract/rpc/system.ts';
import type { GoalSheet } from '#shared/model/goals.ts';
import type { StructureTemplate } from '#shared/structures/sets/template.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import type { ObjectiveTemplate } from '#shared/optimization/templates/objectiveTemplate.ts';
import type { BeamTemplate } from '#shared/dosimetry/plan/arrange/beamTemplate.ts';
import type { QueryClient } from './queryClient.ts';
import type { WorkflowDesks } from './workflow.ts';

/** What the fetch handler works on; `host/services.ts` builds it. */
export interface AppServices {
  readonly archive: Archive;
  readonly nodes: NodeBook;
  readonly network: NetworkClient;
  readonly query: QueryClient;
  readonly security: SecurityDesk;
  /** What we send. */
  readonly transfers: TransferQueue;
  readonly routes: RouteBook;
  readonly workflow: WorkflowDesks;
  readonly machines: MachineBook;
  readonly beamTemplates: BeamTemplateBook;
  readonly recovery: RecoveryBook;
  readonly templates: TemplateBook;
  readonly goals: GoalBook;
  readonly objectiveTemplates: ObjectiveTemplateBook;
  readonly segmentation: SegmentationService;
  readonly log: Log;
  /** Who we are when we call, as the settings now have it: to be asked anew for each association. */
  caller(): Caller;
  info(): Promise<SystemInfo>;
}

/** A node with all that is needed to call it: a `Peer`. Not for the page. */
export type ConfiguredNode = NetworkNode & { readonly userIdentity?: UserIdentity };

/** The DICOM nodes people configured. */
export interface NodeBook {
  /** For the page: without passcodes. */
  list(): Promise<NetworkNode[]>;
  /** Adds, or replaces the one with the same id; a passcode that is not given stays. */
  save(node: NodeEdit): Promise<NetworkNode>;
  remove(id: string): Promise<boolean>;
  /** For calls. @throws NOT_FOUND */
  get(id: string): Promise<ConfiguredNode>;
}

/** The installation's own treatment machines. */
export interface MachineBook {
  /** With what is wrong with files that hold none. */
  list(): Promise<{ machines: Machine[]; problems: string[] }>;
  /** Adds, or replaces the one of the same name. @throws CONFLICT, MACHINE, STORAGE */
  save(machine: Machine): Promise<Machine>;
}

/** The installation's own beam templates. */
export interface BeamTemplateBook {
  /** With what is wrong with files that hold none. */
  list(): Promise<{ templates: BeamTemplate[]; problems: string[] }>;
  /** Adds, or replaces the one of the same name. @throws CONFLICT, INVALID_ATTRIBUTE, STORAGE */
  save(template: BeamTemplate): Promise<BeamTemplate>;
}

/** The installation's own structure templates. */
export interface TemplateBook {
  /** With what is wrong with files that hold none. */
  list(): Promise<{ templates: StructureTemplate[]; problems: string[] }>;
  /** Adds, or replaces the one of the same name. @throws CONFLICT, INVALID_ATTRIBUTE, STORAGE */
  save(template: StructureTemplate): Promise<StructureTemplate>;
}

/** The installation's own goal sheets. */
export interface GoalBook {
  /** With what is wrong with files that hold none. */
  list(): Promise<{ sheets: GoalSheet[]; problems: string[] }>;
  /** Adds, or replaces the one of the same name. @throws CONFLICT, INVALID_ATTRIBUTE, STORAGE */
  save(sheet: GoalSheet): Promise<GoalSheet>;
}

/** The installation's own templates of optimisation objectives. */
export interface ObjectiveTemplateBook {
  /** With what is wrong with files that hold none. */
  list(): Promise<{ templates: ObjectiveTemplate[]; problems: string[] }>;
  /** Adds, or replaces the one of the same name. @throws CONFLICT, INVALID_ATTRIBUTE, STORAGE */
  save(template: ObjectiveTemplate): Promise<ObjectiveTemplate>;
}

/** The outside segmentation service of the settings. */
export interface SegmentationService {
  /** What it is called; undefined where none is configured. */
  readonly name: string | undefined;
  /** Sends an archived series; the Part 10 file it answers with. @throws as the contract's `run` */
  run(patientKey: string, seriesInstanceUid: string, signal?: AbortSignal): Promise<Uint8Array>;
}

/** Edits that are not saved yet, by patient, for the case that page or program break down. @throws STORAGE */
export interface RecoveryBook {
  /** Keeps part of what `commit` will name. */
  putChunk(patientKey: string, name: string, bytes: Uint8Array): Promise<void>;
  /** Makes `text` the newest version and keeps the one before; not while chunks it needs are missing. */
  commit(patientKey: string, text: string, chunks: readonly string[]): Promise<{ missing: string[] }>;
  /** Newest first, with what is wrong with files. */
  find(patientKey: string): Promise<{ texts: string[]; problems: string[] }>;
  /** @throws NOT_FOUND */
  getChunk(patientKey: string, name: string): Promise<Uint8Array>;
  /** Forgets the patient's edits, or puts them aside. */
  clear(patientKey: string, keep: boolean): Promise<void>;
}

/** The rules by which what arrives goes on. */
export interface RouteBook {
  list(): Promise<Route[]>;
  /** Adds, or replaces the one with the same id. */
  save(route: Route): Promise<Route>;
  remove(id: string): Promise<boolean>;
}

/** Our own node: whom it serves and how it proves who it is. Changes are applied at once. @throws INVALID_ATTRIBUTE naming the field */
export interface SecurityDesk {
  state(): Promise<SecurityState>;
  save(node: OwnNode): Promise<SecurityState>;
  saveUser(name: string, passcode: string): Promise<SecurityState>;
  removeUser(name: string): Promise<SecurityState>;
  /** Both PEM. */
  importIdentity(key: string, certificate: string): Promise<SecurityState>;
  makeIdentity(hosts: readonly string[], days: number): Promise<SecurityState>;
  /** @throws NOT_FOUND when there is none */
  identityPem(): Promise<string>;
  trust(certificates: string): Promise<SecurityState>;
  distrust(fingerprint: string): Promise<SecurityState>;
  /** Newest first. */
  events(): Promise<SecurityEvent[]>;
}

/** Our side as service class user. */
export interface NetworkClient {
  /** C-ECHO and what the peer told about itself. @throws NETWORK, ASSOCIATION_REJECTED… */
  echo(node: ConfiguredNode): Promise<EchoAnswer>;
}

export interface Log {
  info(text: string): void;
  warning(text: string): void;
  error(text: string): void;
  /** The most recent lines, oldest first. */
  lines(): LogLine[];
}

import type { Peer } from '#main/services/peer.ts';
import type { Commitment } from '#shared/contract/rpc/commitment.ts';
import type { NewTask, Task, TaskFilter, TaskUpdate } from '#shared/contract/rpc/tasks.ts';
import type { Code, ProcedureStep, WorklistFilter, WorklistItem } from '#shared/contract/rpc/worklist.ts';

/** A node to work with: one of the settings, or one that the command line names (its id is '' then). */
export interface WorkflowNode extends Peer {
  readonly id: string;
}

interface ObjectName {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

/** What became of one object when commitment was asked for. */
interface CommitmentResult {
  readonly sopInstanceUid: string;
  readonly committed: boolean;
  /** In words; '' when it is committed. */
  readonly reason: string;
}

/** Storage commitment for what we sent. Everything asked for is remembered until it is forgotten on purpose. */
export interface CommitmentDesk {
  /** Newest first. */
  list(): Commitment[];
  /** Resolves when the node has accepted the request or it failed; the report may come at any time later, also after a restart. */
  request(node: WorkflowNode, objects: readonly ObjectName[], signal?: AbortSignal): Promise<Commitment>;
  /** Resolves with the report. @throws NETWORK when none comes in time, CANCELLED */
  wait(transactionUid: string, timeoutMs: number, signal?: AbortSignal): Promise<Commitment>;
  /** Asks and waits for the report: for a send queue. @throws what asking throws, NETWORK without a report in time, CANCELLED */
  commit(node: WorkflowNode, objects: readonly ObjectName[], signal?: AbortSignal): Promise<CommitmentResult[]>;
  /** Asks again for what is not committed. @throws NOT_FOUND */
  retry(transactionUid: string): Promise<Commitment>;
  forget(transactionUid: string): boolean;
}

export interface FinishedStep {
  readonly sopInstanceUid: string;
  readonly outcome: 'completed' | 'discontinued';
  readonly patientKey?: string;
  readonly seriesInstanceUids: readonly string[];
  readonly reason?: Code;
}

/** Modality worklist and performed procedure steps. */
export interface WorklistDesk {
  query(node: WorkflowNode, filter: WorklistFilter, signal?: AbortSignal): Promise<WorklistItem[]>;
  /** Newest first. */
  steps(): ProcedureStep[];
  /** What the node could not be told is in `problem`, and can be told again. @throws CONFLICT while a step of the same entry is open */
  start(node: WorkflowNode, item: WorklistItem): Promise<ProcedureStep>;
  /** @param node instead of the configured one that was told of the beginning */
  finish(step: FinishedStep, node?: WorkflowNode): Promise<ProcedureStep>;
  retry(sopInstanceUid: string, node?: WorkflowNode): Promise<ProcedureStep>;
  /** Discards a step that the node never accepted. @throws NOT_FOUND, CONFLICT when it knows of it, or is just being told */
  forget(sopInstanceUid: string): boolean;
}

/** Unified procedure steps: of a node, or without one of ours. */
export interface TaskDesk {
  list(node: WorkflowNode | undefined, filter: TaskFilter, signal?: AbortSignal): Promise<Task[]>;
  get(node: WorkflowNode | undefined, sopInstanceUid: string): Promise<Task>;
  create(task: NewTask): Promise<Task>;
  claim(node: WorkflowNode | undefined, sopInstanceUid: string): Promise<Task>;
  progress(node: WorkflowNode | undefined, sopInstanceUid: string, percent: number, text: string): Promise<Task>;
  /** @param outputs SOP instances of the archive that were made in it */
  complete(
    node: WorkflowNode | undefined,
    sopInstanceUid: string,
    patientKey: string | undefined,
    outputs: readonly string[],
  ): Promise<Task>;
  cancel(node: WorkflowNode | undefined, sopInstanceUid: string, reason: string): Promise<Task>;
  subscribe(node: WorkflowNode, subscribe: boolean): Promise<void>;
  /** Calls for every change of our tasks and every report of others. Returns how to stop. */
  follow(listener: (update: TaskUpdate) => void): () => void;
}

export interface WorkflowDesks {
  readonly commitments: CommitmentDesk;
  readonly worklist: WorklistDesk;
  readonly tasks: TaskDesk;
}

import type { Peer } from '#main/services/peer.ts';
import type { FileToSend, SendResult } from '#main/services/storeScu.ts';
import type { Priority, Transfer, TransferEvent, TransferSettings } from '#shared/contract/rpc/transfers.ts';

/** An object to be sent, as the archive held it when it was queued. */
export interface QueuedObject {
  readonly patientKey: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly variant: number;
  /** Name of the archive's file, which holds the digest: other bytes under the same UID have another one. */
  readonly identity: string;
  readonly modality: string;
  readonly label: string;
  /** Of the file. */
  readonly bytes: number;
}

/** What is to go where. */
export interface NewTransfer {
  readonly node: { readonly id: string; readonly name: string };
  readonly why: Transfer['why'];
  /** Of a routing rule: what it sends of one series joins the transfer that is still under way. */
  readonly rule?: { readonly id: string; readonly name: string; readonly seriesInstanceUid: string };
  readonly priority?: Priority;
  /** Name and ID, for people. */
  readonly patient: string;
  readonly objects: readonly QueuedObject[];
}

/** A node of the settings, ready to be called. */
export interface Destination extends Peer {
  readonly id: string;
  readonly name: string;
  /** A transfer is done only when the node has committed to keep everything. */
  readonly commit?: boolean;
}

/** What storage commitment says of one object. */
interface CommitmentResult {
  readonly sopInstanceUid: string;
  readonly committed: boolean;
  /** Why not, in words. */
  readonly reason: string;
}

/** What the queue needs of the rest. */
export interface TransferServices {
  /** @throws NOT_FOUND when the node is no longer configured */
  node(id: string): Promise<Destination>;
  /**
   * The file of each object as it is now, or why there is none: NOT_FOUND, or CONFLICT when it no longer is what was queued, are final;
   * anything else may pass.
   */
  locate(objects: readonly QueuedObject[]): Promise<readonly (FileToSend | Error)[]>;
  /** One association, or few; exactly one result a file, and nothing thrown for what the peer does. */
  send(
    peer: Destination,
    files: readonly FileToSend[],
    onResult: (result: SendResult) => void,
    signal: AbortSignal,
  ): Promise<unknown>;
  /** Asks for storage commitment. @throws when no answer came; it is asked again later */
  commit?(
    peer: Destination,
    objects: readonly { readonly sopClassUid: string; readonly sopInstanceUid: string }[],
    signal: AbortSignal,
  ): Promise<readonly CommitmentResult[]>;
  settings(): TransferSettings;
  log(level: 'info' | 'warning' | 'error', text: string): void;
}

/** One object's final word, for whoever watches a transfer object by object. */
interface ObjectResult {
  readonly event: 'object';
  readonly id: number;
  readonly sopInstanceUid: string;
  readonly label: string;
  readonly ok: boolean;
  readonly status: string;
  readonly reason: string;
}

export type QueueEvent = Exclude<TransferEvent, { event: 'heartbeat' }> | ObjectResult;

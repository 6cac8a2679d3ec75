import type { Archive, StoredObject } from '#main/archive/types.ts';
import type { NetworkNode, SendEvent } from '#shared/contract/rpc/nodes.ts';
import type { LogLine, SystemInfo } from '#shared/contract/rpc/system.ts';

/** What the fetch handler works on; `host/services.ts` builds it. */
export interface AppServices {
  readonly archive: Archive;
  readonly nodes: NodeBook;
  readonly network: NetworkClient;
  readonly log: Log;
  info(): Promise<SystemInfo>;
}

/** The DICOM nodes people configured. */
export interface NodeBook {
  list(): Promise<NetworkNode[]>;
  /** Adds, or replaces the one with the same id. */
  save(node: NetworkNode): Promise<NetworkNode>;
  remove(id: string): Promise<boolean>;
  /** @throws NOT_FOUND */
  get(id: string): Promise<NetworkNode>;
}

export type SendResult = Extract<SendEvent, { event: 'result' }>;

/** Our side as service class user. */
export interface NetworkClient {
  /** C-ECHO: DIMSE status (four hex digits) and round trip in ms. @throws NETWORK, ASSOCIATION_REJECTED… */
  echo(node: NetworkNode): Promise<{ status: string; ms: number }>;
  /** C-STORE of each object, reported one by one; an object that fails does not stop the rest. */
  send(
    node: NetworkNode,
    objects: readonly StoredObject[],
    report: (result: SendResult) => void,
    signal?: AbortSignal,
  ): Promise<void>;
}

export interface Log {
  info(text: string): void;
  warning(text: string): void;
  error(text: string): void;
  /** The most recent lines, oldest first. */
  lines(): LogLine[];
}

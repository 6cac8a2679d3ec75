import type { RetrieveEvent, SeriesAnswer, StudyAnswer, StudySearch } from '#shared/contract/rpc/query.ts';
import type { Peer } from '#main/services/peer.ts';

/** A node with the Specific Character Set that our identifiers to it shall have. */
export type QueriedNode = Peer & { readonly characterSet?: string };

export interface StudyRetrieval {
  readonly patientName: string;
  readonly patientId: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid?: string;
  readonly method: 'get' | 'move';
}

/** Our side as user of query and retrieve; every answer is compared with what the archive holds. */
export interface QueryClient {
  /** C-FIND at study level; each answer as it comes. @throws DIMSE_STATUS, CANCELLED, NETWORK… */
  studies(
    node: QueriedNode,
    search: StudySearch,
    limit: number,
    onStudy: (study: StudyAnswer) => void,
    signal?: AbortSignal,
  ): Promise<{ readonly isComplete: boolean; readonly ignoresKeys: boolean; readonly warnings: readonly string[] }>;
  series(
    node: QueriedNode,
    study: { readonly patientName: string; readonly patientId: string; readonly studyInstanceUid: string },
    signal?: AbortSignal,
  ): Promise<SeriesAnswer[]>;
  /** C-MOVE or C-GET into the archive; counts as they come, the end at last. */
  retrieve(
    node: QueriedNode,
    what: StudyRetrieval,
    onEvent: (event: RetrieveEvent) => void,
    signal?: AbortSignal,
  ): Promise<void>;
}

import type { Archive } from '#main/archive/types.ts';
import { retrieveFromPeer, type WebSelection } from '#main/dicomweb/retrieve.ts';
import type { WebPeer } from '#main/dicomweb/webPeer.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';

export interface WebRetrieveReport {
  readonly received: number;
  /** Why each object that came was not kept. */
  readonly failed: readonly string[];
  readonly bytes: number;
}

/**
 * Fetches objects of an external DICOMweb archive into ours, streamed; one that ours refuses does not stop the rest.
 * @throws what `retrieveFromPeer` throws: the objects that came before are kept
 */
export async function retrieveByWado(
  peer: WebPeer,
  selection: WebSelection,
  archive: Archive,
  { signal, onObject }: { readonly signal?: AbortSignal; readonly onObject?: (received: number) => void } = {},
): Promise<WebRetrieveReport> {
  let received = 0;
  let bytes = 0;
  const failed: string[] = [];
  for await (const part of retrieveFromPeer(peer, selection, signal)) {
    const receiving = await archive.receive({
      source: peer.name,
      studyInstanceUid: selection.studyInstanceUid,
      name: `object ${received + failed.length + 1} of ${peer.name}`,
    });
    try {
      for await (const chunk of part) {
        bytes += chunk.length;
        await receiving.write(chunk);
      }
      await receiving.commit();
      received++;
      onObject?.(received);
    } catch (error) {
      await receiving.abort();
      // A broken connection or a full disk concerns all that would follow.
      if (!(error instanceof IsocenterError) || STOPS.includes(error.code)) throw error;
      failed.push(describeError(error));
    }
  }
  return { received, failed, bytes };
}

const STOPS: readonly string[] = ['NETWORK', 'CANCELLED', 'STORAGE', 'TRUNCATED'];

import { openArchive } from '#main/archive/archive.ts';
import type { Archive } from '#main/archive/types.ts';
import { createLog } from '#main/host/log.ts';
import { archiveQueryHandlers } from '#main/host/queryArchive.ts';
import { archiveSink } from '#main/host/storageSink.ts';
import { listen } from '#main/network/listen.ts';
import type { NodeBook } from '#main/server/services.ts';
import type { Peer } from '#main/services/peer.ts';
import { isStorageSopClass } from '#main/services/storageClasses.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import type { NetworkNode } from '#shared/contract/rpc/nodes.ts';
import { temporaryFolder } from './process.ts';

export interface OwnNode {
  readonly peer: Peer;
  readonly archive: Archive;
  /** From now on a C-MOVE may go there. */
  knows(peer: Peer): void;
  readonly log: readonly string[];
  /** A second time does nothing. */
  close(): Promise<void>;
}

/** Our archive with storage, query and retrieve on a free loopback port, in this process. */
export async function startOwnNode(aeTitle = 'ISOCENTER'): Promise<OwnNode> {
  const folder = await temporaryFolder('own-node');
  const archive = await openArchive(folder.path);
  const known: NetworkNode[] = [];
  const log: string[] = [];
  const unused = () => Promise.reject(new Error('not in this test'));
  const nodes: NodeBook = {
    list: async () => known,
    save: unused,
    remove: unused,
    get: async (id) => known.find((node) => node.id === id) ?? unused(),
  };
  const logger = createLog(({ level, text }) => log.push(`${level}: ${text}`));
  const listener = await listen({
    port: 0,
    host: '127.0.0.1',
    aeTitle,
    handlers: [
      ...storeHandlers(archiveSink(archive, logger)),
      ...archiveQueryHandlers(archive, nodes, () => ({ callingAe: aeTitle }), logger),
    ],
    scuOf: isStorageSopClass,
    log: (level, text) => logger[level](text),
  });
  let isClosed = false;
  return {
    peer: { aeTitle, host: '127.0.0.1', port: listener.port },
    archive,
    knows: ({ aeTitle: ae, host, port }) => void known.push({ id: ae, name: ae, aeTitle: ae, host, port }),
    log,
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      await listener.close();
      await archive.close();
      await folder.remove();
    },
  };
}

import { join } from 'node:path';
import type { Archive, Arrival } from '#main/archive/types.ts';
import type { Log, NodeBook } from '#main/server/services.ts';
import type { Caller } from '#main/services/peer.ts';
import { sendFiles } from '#main/services/storeScu.ts';
import { systemClock } from '#main/transfers/clock.ts';
import { TransferQueue } from '#main/transfers/queue.ts';
import { patientText, queuedObject } from '#main/transfers/queuedObject.ts';
import { readRouteAttributes } from '#main/transfers/routing/attributes.ts';
import { type RoutedObject, Router } from '#main/transfers/routing/router.ts';
import { openTransferDatabase } from '#main/transfers/store/database.ts';
import type { TransferServices } from '#main/transfers/types.ts';
import type { Route } from '#shared/contract/rpc/routing.ts';
import type { TransferSettings } from '#shared/contract/rpc/transfers.ts';
import { locateAll } from './locateQueued.ts';

export interface TransfersOptions {
  readonly archive: Archive;
  readonly nodes: NodeBook;
  readonly log: Log;
  readonly caller: () => Caller;
  readonly settings: () => { readonly routes: readonly Route[]; readonly transfers: TransferSettings };
  readonly commit?: TransferServices['commit'];
}

/** The send queue of an archive and the rules that feed it. */
export interface Transfers {
  readonly queue: TransferQueue;
  /** Starts sending, and routing what has arrived since the last time. */
  start(): void;
  close(): Promise<void>;
}

/** Where the queue of an archive lies. */
export const transfersFile = (archiveDir: string): string => join(archiveDir, 'transfers.sqlite');

/** Opens the queue beside the archive's index; to be called before anything can arrive. @throws STORAGE */
export async function openTransfers({
  archive,
  nodes,
  log,
  caller,
  settings,
  commit,
}: TransfersOptions): Promise<Transfers> {
  const database = openTransferDatabase(transfersFile(archive.dir));
  const say: TransferServices['log'] = (level, text) => log[level](text);
  const queue = new TransferQueue({
    database,
    clock: systemClock,
    random: Math.random,
    services: {
      node: (id) => nodes.get(id),
      locate: (objects) => locateAll(archive, objects),
      send: (peer, files, onResult, signal) => sendFiles(peer, caller(), files, onResult, signal),
      commit,
      settings: () => settings().transfers,
      log: say,
    },
  });
  const router = new Router(
    {
      arrivals: async (after, limit) => (await archive.arrivals(after, limit)).map(routedObject),
      lastPosition: () => archive.lastPosition(),
      routes: () => settings().routes,
      node: (id) => nodes.get(id),
      async attributes(object) {
        await using reader = await archive.open(object);
        return await readRouteAttributes(reader, object.sopInstanceUid);
      },
      enqueue: (transfer) => queue.enqueue(transfer),
      log: say,
    },
    database,
    systemClock,
  );
  await router.prepare();
  let stop: () => void = () => undefined;
  return {
    queue,
    start() {
      queue.start(join(archive.dir, 'transfers.lock'));
      stop = archive.events.subscribe(() => router.nudge());
      router.start(() => queue.isOwner);
    },
    async close() {
      stop();
      await router.close();
      await queue.close();
      database.close();
    },
  };
}

const routedObject = (arrival: Arrival): RoutedObject => ({
  ...queuedObject(arrival),
  position: arrival.position,
  received: arrival.received,
  source: arrival.source,
  patientId: arrival.patientId,
  file: arrival.file,
  patient: patientText(arrival),
});

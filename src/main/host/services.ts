import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openArchive } from '#main/archive/archive.ts';
import type { AccessPolicy } from '#main/network/acse.ts';
import { type Listener, listen } from '#main/network/listen.ts';
import type { AppServices, Log } from '#main/server/services.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { LogLine } from '#shared/contract/rpc/system.ts';
import { createLog } from './log.ts';
import { networkClient } from './networkClient.ts';
import { projectRoot } from './paths.ts';
import { openSettings } from './settings.ts';
import { archiveSink } from './storageSink.ts';

export interface ServicesOptions {
  /** Folder of the archive; its settings.json holds AE title and nodes. */
  readonly archive: string;
  readonly shell: 'electron' | 'web';
  /** Instead of the AE title of the settings. */
  readonly aeTitle?: string;
  readonly dicom: {
    /** 0 takes any free port. */
    readonly port: number;
    /** Address to listen on, e.g. 127.0.0.1 or 0.0.0.0. */
    readonly bind: string;
    /** A port that is in use is replaced by a free one, which the log says, instead of failing. */
    readonly fallBack?: boolean;
    readonly access?: AccessPolicy;
  };
  /** Gets every log line as it comes. */
  readonly onLog?: (line: LogLine) => void;
}

/** Everything behind the fetch handler, running: hand it to `createApp`. */
export interface Services extends AppServices {
  readonly aeTitle: string;
  readonly dicomPort: number;
  /** Stops listening, then closes the archive. */
  close(): Promise<void>;
}

/** Opens the archive and starts the DICOM node. @throws STORAGE, NETWORK, INVALID_ATTRIBUTE (settings) */
export async function createServices(options: ServicesOptions): Promise<Services> {
  const log = createLog(options.onLog);
  const archive = await openArchive(options.archive);
  try {
    const settings = await openSettings(join(archive.dir, 'settings.json'));
    const aeTitle = options.aeTitle ?? settings.current.aeTitle;
    const handlers = storeHandlers(archiveSink(archive, log));
    const { bind, access } = options.dicom;
    const listener = await listenOrFallBack(
      (port) => listen({ port, host: bind, aeTitle, handlers, access, log: (level, text) => log[level](text) }),
      options.dicom,
      log,
    );
    const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { version: string };
    return {
      archive,
      log,
      aeTitle,
      nodes: settings.nodes,
      network: networkClient(aeTitle),
      dicomPort: listener.port,
      info: async () => ({
        version,
        shell: options.shell,
        aeTitle,
        dicomPort: listener.port,
        dicomBind: bind,
        archive: archive.dir,
        instances: await archive.count(),
        node: process.version,
      }),
      async close() {
        await listener.close();
        await archive.close();
      },
    };
  } catch (error) {
    await archive.close();
    throw error;
  }
}

async function listenOrFallBack(
  listenOn: (port: number) => Promise<Listener>,
  { port, fallBack }: ServicesOptions['dicom'],
  log: Log,
): Promise<Listener> {
  try {
    return await listenOn(port);
  } catch (error) {
    const cause = error instanceof IsocenterError ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
    if (!fallBack || cause?.code !== 'EADDRINUSE') throw error;
    const listener = await listenOn(0);
    log.warning(`DICOM port ${port} is in use by another program: listening on ${listener.port} instead`);
    return listener;
  }
}

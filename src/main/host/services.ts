import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { openArchive } from '#main/archive/archive.ts';
import type { Archive } from '#main/archive/types.ts';
import type { AppServices, Log } from '#main/server/services.ts';
import { isStorageSopClass } from '#main/services/storageClasses.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import { describeError } from '#shared/contract/errors.ts';
import type { LogLine } from '#shared/contract/rpc/system.ts';
import { followArrivals } from './arrivalEvents.ts';
import { type ArchivePlaces, archiveOptions } from './archivePlaces.ts';
import { beamTemplateBook } from './books/beamTemplateBook.ts';
import { createLog } from './log.ts';
import { machineBook } from './books/machineBook.ts';
import { networkClient } from './networkClient.ts';
import { projectRoot } from './paths.ts';
import { archiveQueryHandlers } from './queryArchive.ts';
import { queryClient } from './queryClient.ts';
import { recoveryBook } from './books/recoveryBook.ts';
import { routeBook } from './books/routeBook.ts';
import { type DicomNode, startDicomNode } from './security/dicomNode.ts';
import { effectiveSettings, type NodeOverrides } from './security/effective.ts';
import { securityDesk } from './security/securityDesk.ts';
import { openSecurityLog } from './security/securityLog.ts';
import { securityWarnings } from './security/warnings.ts';
import { segmentationService } from './segmentationService.ts';
import { openSettings, type SettingsFile } from './settings.ts';
import { archiveSink } from './storageSink.ts';
import { goalBook } from './books/goalBook.ts';
import { objectiveTemplateBook } from './books/objectiveTemplateBook.ts';
import { templateBook } from './books/templateBook.ts';
import { openTransfers } from './transfers.ts';
import { openWorkflow } from './workflow/workflow.ts';

export interface ServicesOptions {
  /** Folder of the archive. */
  readonly archive: string;
  /** Instead of the settings.json in the archive's folder. */
  readonly settings?: string;
  readonly shell: 'electron' | 'web';
  /** What the command line says instead of the settings. */
  readonly aeTitle?: string;
  readonly dicom?: Omit<NodeOverrides, 'aeTitle'> & {
    /** A port that is in use is replaced by a free one, which the log says, instead of failing. */
    readonly fallBack?: boolean;
  };
  /** Where index and objects are, instead of what the settings say. */
  readonly places?: ArchivePlaces;
  /** Gets every log line as it comes. */
  readonly onLog?: (line: LogLine) => void;
}

/** Everything behind the fetch handler, running: hand it to `createApp`. */
export interface Services extends AppServices {
  readonly aeTitle: string;
  /** Of the listener without TLS, or where there is none, with; 0 when neither runs. */
  readonly dicomPort: number;
  readonly dicom: DicomNode;
  readonly settings: SettingsFile;
  /** Stops listening, then closes the archive. */
  close(): Promise<void>;
}

/** How often settings that other processes may have changed are looked at, ms. */
const SETTINGS_POLL = 2000;

/** Opens the archive and starts the DICOM node. @throws STORAGE, NETWORK, INVALID_ATTRIBUTE (settings) */
export async function createServices(options: ServicesOptions): Promise<Services> {
  const log = createLog(options.onLog);
  const settings = await openSettings(resolve(options.settings ?? join(options.archive, 'settings.json')));
  const opened = await openArchive(options.archive, archiveOptions(settings.current, options.places));
  // In the opposite order of opening, whether it came so far or not.
  const closing = new AsyncDisposableStack();
  closing.defer(() => opened.close());
  const arrivals = await followArrivals(opened, (error) => log.error(`archive: ${describeError(error)}`));
  closing.defer(() => arrivals.close());
  const archive: Archive = { ...opened, events: arrivals.events };
  const { fallBack = false, ...dicom } = options.dicom ?? {};
  const overrides: NodeOverrides = { ...dicom, aeTitle: options.aeTitle };
  const folder = dirname(settings.file);
  try {
    const security = await openSecurityLog(join(archive.dir, 'security.log'), log);
    closing.defer(() => security.close());
    const caller = (): ReturnType<DicomNode['caller']> => node.caller();
    const workflow = openWorkflow({ archive, nodes: settings.nodes, caller, log });
    closing.defer(() => workflow.close());
    const transfers = await openTransfers({
      archive,
      nodes: settings.nodes,
      log,
      caller,
      settings: () => settings.current,
      commit: (destination, objects, signal) => workflow.commitments.commit(destination, objects, signal),
    });
    closing.defer(() => transfers.close());
    const node = await startDicomNode(effectiveSettings(settings.current, overrides), {
      folder,
      served: {
        handlers: [
          ...storeHandlers(archiveSink(archive, log)),
          ...archiveQueryHandlers(archive, settings.nodes, caller, log),
          ...workflow.handlers,
        ],
        scuOf: (sopClassUid) => isStorageSopClass(sopClassUid) || workflow.scuOf(sopClassUid),
      },
      log,
      security,
      fallBack,
      needsTls: overrides.tls !== undefined,
    });
    closing.defer(() => node.close());
    warnOfDangers(node, log);
    closing.defer(followSettings(settings, node, overrides, log));
    const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { version: string };
    transfers.start();
    workflow.resume();
    return {
      archive,
      log,
      settings,
      dicom: node,
      nodes: settings.nodes,
      network: networkClient(caller),
      query: queryClient(archive, caller, log),
      transfers: transfers.queue,
      routes: routeBook(settings),
      workflow,
      machines: machineBook(join(archive.dir, 'machines')),
      beamTemplates: beamTemplateBook(join(archive.dir, 'beam-templates')),
      segmentation: segmentationService(archive, settings),
      recovery: recoveryBook(join(archive.dir, 'recovery')),
      templates: templateBook(join(archive.dir, 'templates')),
      goals: goalBook(join(archive.dir, 'goals')),
      objectiveTemplates: objectiveTemplateBook(join(archive.dir, 'objective-templates')),
      security: securityDesk(folder, settings, node, overrides, security),
      caller,
      get aeTitle() {
        return node.settings.aeTitle;
      },
      get dicomPort() {
        return (node.running.plain ?? node.running.tls)?.port ?? 0;
      },
      async info() {
        const { plain, tls } = node.running;
        return {
          version,
          shell: options.shell,
          aeTitle: node.settings.aeTitle,
          dicomPort: (plain ?? tls)?.port ?? 0,
          dicomTlsPort: tls?.port,
          dicomBind: node.settings.listening.bind,
          dangers: dangersOf(node),
          archive: archive.dir,
          instances: await archive.count(),
          node: process.version,
        };
      },
      close: () => closing.disposeAsync(),
    };
  } catch (error) {
    await closing.disposeAsync();
    throw error;
  }
}

const dangersOf = (node: DicomNode): string[] =>
  securityWarnings(node)
    .filter(({ level }) => level === 'danger')
    .map(({ text }) => text);

function warnOfDangers(node: DicomNode, log: Log): void {
  for (const text of dangersOf(node)) log.warning(text);
}

/** What people or other processes write into the settings holds at once; what cannot hold is said, and all stays as it was. */
function followSettings(settings: SettingsFile, node: DicomNode, overrides: NodeOverrides, log: Log): () => void {
  let complaint = '';
  const complain = (error: unknown): void => {
    const text = describeError(error);
    if (text !== complaint) log.error(`settings: ${text}`);
    complaint = text;
  };
  const unsubscribe = settings.subscribe((next) => {
    complaint = '';
    node.apply(effectiveSettings(next, overrides)).then(() => warnOfDangers(node, log), complain);
  });
  const timer = setInterval(() => void settings.refresh().catch(complain), SETTINGS_POLL);
  timer.unref();
  return () => {
    clearInterval(timer);
    unsubscribe();
  };
}

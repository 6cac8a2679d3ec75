import { KEPT_APART } from '#main/archive/importPaths.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import type { ArchiveEvent, ImportReport } from '#shared/contract/rpc/archive.ts';
import { createChannel } from '../channel.ts';
import type { AppServices } from '../services.ts';
import type { Implementer } from './base.ts';

/** How often an idle event stream says that it lives, ms. */
const HEARTBEAT = 15_000;

export const archiveRouter = (rpc: Implementer, services: AppServices) => ({
  events: rpc.archive.events.handler(({ signal }) => archiveEvents(services, signal)),
  importFile: rpc.archive.importFile.handler(({ input }) => importFile(services, input.name, input.file)),
});

async function* archiveEvents(services: AppServices, signal: AbortSignal | undefined): AsyncGenerator<ArchiveEvent> {
  const channel = createChannel<ArchiveEvent>();
  const stop = services.archive.events.subscribe(({ result, source }) =>
    channel.push({ event: 'stored', patientKey: result.patientKey, sopInstanceUid: result.sopInstanceUid, source }),
  );
  const timer = setInterval(() => channel.push({ event: 'heartbeat' }), HEARTBEAT);
  const close = (): void => channel.close();
  signal?.addEventListener('abort', close);
  try {
    // The first heartbeat tells the page that nothing stored from now on is missed.
    yield { event: 'heartbeat' };
    for (let event = await channel.next(); event !== undefined; event = await channel.next()) yield event;
  } finally {
    stop();
    clearInterval(timer);
    signal?.removeEventListener('abort', close);
  }
}

async function importFile({ archive, log }: AppServices, name: string, file: File): Promise<ImportReport> {
  const report: ImportReport = { imported: 0, duplicates: 0, conflicts: [], refused: [] };
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { outcome, sopInstanceUid } = await archive.store(bytes, { source: 'import', name });
    if (outcome === 'duplicate') report.duplicates++;
    else report.imported++;
    if (outcome === 'conflict')
      report.conflicts.push({
        file: name,
        sopInstanceUid,
        reason: KEPT_APART,
      });
  } catch (error) {
    if (!(error instanceof IsocenterError) || error.code === 'STORAGE') throw error;
    log.warning(`import refused: ${describeError(error)}`);
    report.refused.push({ file: name, code: error.code, reason: error.message });
  }
  return report;
}

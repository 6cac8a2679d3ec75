import { KEPT_APART } from '#main/archive/importPaths.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import type { ArchiveEvent, ImportReport } from '#shared/contract/rpc/archive.ts';
import { eventStream } from '../channel.ts';
import type { AppServices } from '../services.ts';
import type { Implementer } from './base.ts';

export const archiveRouter = (rpc: Implementer, services: AppServices) => ({
  events: rpc.archive.events.handler(({ signal }) => archiveEvents(services, signal)),
  importFile: rpc.archive.importFile.handler(({ input }) => importFile(services, input.name, input.file)),
});

function archiveEvents(services: AppServices, signal: AbortSignal | undefined): AsyncGenerator<ArchiveEvent> {
  return eventStream<ArchiveEvent>(
    (push) =>
      services.archive.events.subscribe(({ result, source }) =>
        push({ event: 'stored', patientKey: result.patientKey, sopInstanceUid: result.sopInstanceUid, source }),
      ),
    signal,
  );
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

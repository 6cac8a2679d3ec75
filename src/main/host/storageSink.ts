import type { Archive } from '#main/archive/types.ts';
import { STATUS } from '#main/network/status.ts';
import type { Log } from '#main/server/services.ts';
import type { StoreOutcome, StoreSinkFactory } from '#main/services/storeScp.ts';
import { describeError, type ErrorCode, IsocenterError } from '#shared/contract/errors.ts';

/** C-STORE into the archive: success is answered only after the object is safe on disk and indexed. */
export function archiveSink(archive: Archive, log: Log): StoreSinkFactory {
  return ({ sopClassUid, sopInstanceUid, transferSyntaxUid, peer }) => {
    const opening = archive.receive({
      source: peer.callingAe,
      meta: { sopClassUid, sopInstanceUid, transferSyntaxUid },
    });
    // A file that could not be opened fails the first write, where the error finds its status.
    opening.catch(() => undefined);
    return {
      write: async (chunk) => (await opening).write(chunk),
      abort: () =>
        opening.then(
          (receiving) => receiving.abort(),
          () => undefined,
        ),
      async finish(): Promise<StoreOutcome> {
        try {
          const { outcome } = await (await opening).commit();
          if (outcome === 'conflict')
            log.warning(`${peer.callingAe} sent other bytes under ${sopInstanceUid}: both objects are kept`);
          return { status: STATUS.success };
        } catch (error) {
          log.error(`${peer.callingAe}: ${sopInstanceUid} not stored: ${describeError(error)}`);
          return { status: statusOf(error), comment: describeError(error) };
        }
      },
    };
  };
}

/** Statuses of PS3.4 table B.2-1. */
function statusOf(error: unknown): number {
  const code: ErrorCode = error instanceof IsocenterError ? error.code : 'INTERNAL';
  if (code === 'STORAGE') return STATUS.outOfResources;
  if (code === 'REFERENCE') return STATUS.dataSetDoesNotMatch;
  return code === 'INTERNAL' ? STATUS.processingFailure : STATUS.cannotUnderstand;
}

import type { Archive } from '#main/archive/types.ts';
import { STATUS } from '#main/network/status.ts';
import type { Log } from '#main/server/services.ts';
import { type StoreOutcome, type StoreSinkFactory, storeStatusOf } from '#main/services/storeScp.ts';
import { describeError } from '#shared/contract/errors.ts';

/** C-STORE into the archive: success is answered only after the object is safe on disk and indexed. */
export function archiveSink(archive: Archive, log: Log): StoreSinkFactory {
  return ({ sopClassUid, sopInstanceUid, transferSyntaxUid, peer }) => {
    const opening = archive.receive({
      source: peer.callingAe,
      meta: { sopClassUid, sopInstanceUid, transferSyntaxUid },
    });
    // What could not be begun fails the first write, where the error finds its status.
    opening.catch(() => undefined);
    const refused = (error: unknown): void =>
      log.error(`${peer.callingAe}: ${sopInstanceUid} not stored: ${describeError(error)}`);
    return {
      async write(chunk) {
        try {
          await (await opening).write(chunk);
        } catch (error) {
          refused(error);
          throw error;
        }
      },
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
          refused(error);
          return { status: storeStatusOf(error), comment: describeError(error) };
        }
      },
    };
  };
}

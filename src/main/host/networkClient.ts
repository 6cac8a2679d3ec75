import { statusHex } from '#main/network/status.ts';
import type { NetworkClient } from '#main/server/services.ts';
import { echo } from '#main/services/echo.ts';
import { sendFiles } from '#main/services/storeScu.ts';

/** Our service class users under the AE title `callingAe`. */
export function networkClient(callingAe: string): NetworkClient {
  return {
    async echo(node) {
      const { status, ms } = await echo(node, { callingAe });
      return { status: statusHex(status), ms };
    },
    async send(node, objects, report, signal) {
      const labels = new Map(objects.map((object) => [object.file, object]));
      const files = objects.map(({ file, sopInstanceUid }) => ({ path: file, sopInstanceUid }));
      await sendFiles(
        node,
        { callingAe },
        files,
        ({ file, sopInstanceUid, ok, status, reason }) => {
          const object = labels.get(file);
          const label = object?.label || object?.modality || '';
          report({
            event: 'result',
            sopInstanceUid: object?.sopInstanceUid ?? sopInstanceUid,
            label,
            ok,
            status,
            reason,
          });
        },
        signal,
      );
    },
  };
}

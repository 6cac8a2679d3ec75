import { statusHex } from '#main/network/status.ts';
import type { NetworkClient } from '#main/server/services.ts';
import { echo } from '#main/services/echo.ts';
import type { Caller } from '#main/services/peer.ts';

/** Our service class users; `caller` says who we are at the time of each call. */
export function networkClient(caller: () => Caller): NetworkClient {
  return {
    async echo(node) {
      const { status, ...answer } = await echo(node, caller());
      return { status: statusHex(status), ...answer };
    },
  };
}

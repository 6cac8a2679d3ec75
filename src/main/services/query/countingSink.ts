import { statusCategory } from '#main/network/status.ts';
import type { StoreSinkFactory } from '../storeScp.ts';

/** What has come in so far and is safely stored. */
export interface Received {
  readonly objects: number;
  /** Data-set bytes. */
  readonly bytes: number;
}

/** Counts what a sink has stored, so that what a peer says it sent can be compared with it. */
export function countingSink(sink: StoreSinkFactory): { readonly sink: StoreSinkFactory; readonly received: Received } {
  const received = { objects: 0, bytes: 0 };
  return {
    received,
    sink: async (begin) => {
      const inner = await sink(begin);
      let size = 0;
      return {
        write: (chunk) => {
          size += chunk.length;
          return inner.write(chunk);
        },
        finish: async () => {
          const outcome = await inner.finish();
          const category = statusCategory(outcome.status);
          if (category === 'success' || category === 'warning') {
            received.objects++;
            received.bytes += size;
          }
          return outcome;
        },
        abort: () => inner.abort(),
      };
    },
  };
}

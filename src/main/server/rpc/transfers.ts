import type { TransferEvent } from '#shared/contract/rpc/transfers.ts';
import type { TransferQueue } from '#main/transfers/queue.ts';
import { createChannel } from '../channel.ts';
import type { AppServices } from '../services.ts';
import type { Implementer } from './base.ts';

/** How often an idle event stream says that it lives, ms. */
const HEARTBEAT = 15_000;

export const transfersRouter = (rpc: Implementer, { transfers }: AppServices) => ({
  list: rpc.transfers.list.handler(({ input }) => transfers.list(input)),
  objects: rpc.transfers.objects.handler(({ input: { id, ...options } }) => transfers.objects(id, options)),
  cancel: rpc.transfers.cancel.handler(({ input }) => transfers.cancel(input.id)),
  cancelNode: rpc.transfers.cancelNode.handler(({ input }) => ({ cancelled: transfers.cancelNode(input.node) })),
  retry: rpc.transfers.retry.handler(({ input }) => transfers.retry(input.id)),
  events: rpc.transfers.events.handler(({ signal }) => transferEvents(transfers, signal)),
});

async function* transferEvents(
  transfers: TransferQueue,
  signal: AbortSignal | undefined,
): AsyncGenerator<TransferEvent> {
  const channel = createChannel<TransferEvent>();
  const stop = transfers.subscribe((event) => {
    if (event.event !== 'object') channel.push(event);
  });
  const timer = setInterval(() => channel.push({ event: 'heartbeat' }), HEARTBEAT);
  const close = (): void => channel.close();
  signal?.addEventListener('abort', close);
  try {
    // The first heartbeat tells the page that nothing from now on is missed.
    yield { event: 'heartbeat' };
    for (let event = await channel.next(); event !== undefined; event = await channel.next()) yield event;
  } finally {
    stop();
    clearInterval(timer);
    signal?.removeEventListener('abort', close);
  }
}

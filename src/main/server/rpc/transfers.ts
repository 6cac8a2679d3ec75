import type { TransferEvent } from '#shared/contract/rpc/transfers.ts';
import type { TransferQueue } from '#main/transfers/queue.ts';
import { eventStream } from '../channel.ts';
import type { AppServices } from '../services.ts';
import type { Implementer } from './base.ts';

export const transfersRouter = (rpc: Implementer, { transfers }: AppServices) => ({
  list: rpc.transfers.list.handler(({ input }) => transfers.list(input)),
  objects: rpc.transfers.objects.handler(({ input: { id, ...options } }) => transfers.objects(id, options)),
  cancel: rpc.transfers.cancel.handler(({ input }) => transfers.cancel(input.id)),
  cancelNode: rpc.transfers.cancelNode.handler(({ input }) => ({ cancelled: transfers.cancelNode(input.node) })),
  retry: rpc.transfers.retry.handler(({ input }) => transfers.retry(input.id)),
  events: rpc.transfers.events.handler(({ signal }) => transferEvents(transfers, signal)),
});

function transferEvents(transfers: TransferQueue, signal: AbortSignal | undefined): AsyncGenerator<TransferEvent> {
  return eventStream<TransferEvent>(
    (push) =>
      transfers.subscribe((event) => {
        if (event.event !== 'object') push(event);
      }),
    signal,
  );
}

import { useEffect, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { Transfer } from '#shared/contract/rpc/transfers.ts';

const RETRY_MS = 3000;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Transfers, newest first, as they change; undefined until they were read once. What matches `search` is for main to say. */
export function useTransfers(search: string): readonly Transfer[] | undefined {
  const [transfers, setTransfers] = useState<readonly Transfer[] | undefined>();
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const list = async (): Promise<void> => {
      const found = await rpc.transfers.list({ search });
      if (!signal.aborted) setTransfers(found);
    };
    const take = (transfer: Transfer): void =>
      setTransfers((old = []) => {
        if (old.some(({ id }) => id === transfer.id))
          return old.map((one) => (one.id === transfer.id ? transfer : one));
        return search === '' ? [transfer, ...old].sort((a, b) => b.id - a.id) : old;
      });
    const follow = async (): Promise<void> => {
      const events = await rpc.transfers.events(undefined, { signal });
      // Listed after the stream is open, so that no change falls between.
      await list();
      for await (const event of events) {
        if (event.event === 'transfer') take(event.transfer);
        else if (event.event === 'refresh') await list();
      }
    };
    const run = async (): Promise<void> => {
      for (let said = false; !signal.aborted; await wait(RETRY_MS))
        try {
          await follow();
        } catch (error) {
          if (signal.aborted) return;
          if (!said) toast(errorWords(error), 'error');
          said = true;
        }
    };
    void run();
    return () => stop.abort();
  }, [search]);
  return transfers;
}

import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileToSend, SendResult } from '#main/services/storeScu.ts';
import { TransferQueue } from '#main/transfers/queue.ts';
import { openTransferDatabase } from '#main/transfers/store/database.ts';
import type { Destination, NewTransfer, QueuedObject, QueueEvent, TransferServices } from '#main/transfers/types.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { FakeClock } from './fakeClock.ts';

/** A folder for a queue, gone when disposed. */
export async function scratch(): Promise<{ dir: string } & AsyncDisposable> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'isocenter-queue-'));
  return { dir: folder.path, [Symbol.asyncDispose]: () => folder.remove() };
}

/** What the peer says to the n-th time (from 0) that it is sent an object; undefined: accepted. */
export type Answer = Pick<SendResult, 'status' | 'reason'>;
type Script = (uid: string, time: number, node: string) => Answer | undefined;

export const node = (id: string, rest: Partial<Destination> = {}): Destination => ({
  id,
  name: id.toUpperCase(),
  aeTitle: id.toUpperCase(),
  host: '127.0.0.1',
  port: 104,
  ...rest,
});

export const object = (n: number, rest: Partial<QueuedObject> = {}): QueuedObject => ({
  patientKey: 'P',
  seriesInstanceUid: '1.2',
  sopInstanceUid: `1.2.${n}`,
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  variant: 0,
  identity: `1.2.${n}~00.dcm`,
  modality: 'CT',
  label: '',
  bytes: 100,
  ...rest,
});

export const transfer = (to: string, numbers: readonly number[], rest: Partial<NewTransfer> = {}): NewTransfer => ({
  node: { id: to, name: to.toUpperCase() },
  why: 'user',
  patient: 'DOE^JOHN · P1',
  objects: numbers.map((n) => object(n)),
  ...rest,
});

/** A queue in `dir` over peers that a script plays and a clock that the test turns. */
export function queueScene(dir: string, script: Script = () => undefined, more: Partial<TransferServices> = {}) {
  const clock = new FakeClock();
  const nodes = new Map(['a', 'b'].map((id) => [id, node(id)]));
  const gone = new Set<string>();
  const times = new Map<string, number>();
  /** Associations, each with what it carried. */
  const associations: { node: string; uids: string[] }[] = [];
  const log: string[] = [];
  /** How long an object takes, ms of the clock. */
  const pace = { ms: 0 };
  const services: TransferServices = {
    async node(id) {
      const found = nodes.get(id);
      if (found === undefined) throw new IsocenterError('NOT_FOUND', 'no such node is configured', { object: id });
      return found;
    },
    locate: async (objects) =>
      objects.map(({ sopInstanceUid }) =>
        gone.has(sopInstanceUid)
          ? new IsocenterError('NOT_FOUND', 'no longer in the archive')
          : { path: `/${sopInstanceUid}`, sopInstanceUid },
      ),
    async send(peer, files: readonly FileToSend[], onResult, signal) {
      const carried: string[] = [];
      associations.push({ node: peer.id, uids: carried });
      for (const { path, sopInstanceUid = '' } of files) {
        if (pace.ms > 0) await new Promise<void>((resolve) => clock.after(pace.ms, resolve));
        const time = times.get(sopInstanceUid) ?? 0;
        const answer = signal.aborted
          ? { status: 'CANCELLED', reason: 'cancelled by the user' }
          : script(sopInstanceUid, time, peer.id);
        times.set(sopInstanceUid, time + 1);
        if (answer === undefined) carried.push(sopInstanceUid);
        onResult({ file: path, sopInstanceUid, ok: answer === undefined, status: '0000', reason: '', ...answer });
      }
    },
    settings: () => ({ giveUpHours: 24, keepDays: 30 }),
    log: (level, text) => log.push(`${level}: ${text}`),
    ...more,
  };
  const database = openTransferDatabase(join(dir, 'transfers.sqlite'));
  const queue = new TransferQueue({ database, services, clock, random: () => 1 });
  const events: QueueEvent[] = [];
  queue.subscribe((event) => events.push(event));
  return {
    queue,
    clock,
    nodes,
    gone,
    associations,
    log,
    events,
    pace,
    database,
    /** With another `lock` it does not notice that an earlier owner is still there. */
    start: (lock = 'transfers.lock') => queue.start(join(dir, lock)),
    all: () => queue.list({ search: '', limit: 100 }),
    async [Symbol.asyncDispose]() {
      const closing = queue.close();
      await clock.advance(10_000);
      await closing;
      database.close();
    },
  };
}

import { IsocenterError } from '#shared/contract/errors.ts';
import type { Transfer, TransferFilter, TransferObject } from '#shared/contract/rpc/transfers.ts';
import type { Clock } from './clock.ts';
import { type Ownership, tryToOwn } from './ownership.ts';
import type { TransferDatabase } from './store/database.ts';
import { type TransferRow, transferOf } from './store/rows.ts';
import { TransferStore } from './store/transferStore.ts';
import type { NewTransfer, QueueEvent, TransferServices } from './types.ts';
import { awaitCommitment, type WorkerContext, workOn } from './worker.ts';

/** How often processes look for what others changed, and for the right to work, ms. */
const POLL_MS = 2_000;
/** Progress is told no oftener, ms. */
const PROGRESS_MS = 200;
const DAY_MS = 86_400_000;
/** Destinations worked on beside each other. */
const WORKERS = 8;

export interface QueueOptions {
  readonly database: TransferDatabase;
  readonly services: TransferServices;
  readonly clock: Clock;
  readonly random: () => number;
}

/** The send queue as the rest of the program sees it; README.md tells the life of a transfer. */
export class TransferQueue {
  readonly #store: TransferStore;
  readonly #options: QueueOptions;
  readonly #listeners = new Set<(event: QueueEvent) => void>();
  /** By node. */
  readonly #workers = new Map<string, Promise<void>>();
  readonly #committing = new Map<number, Promise<void>>();
  /** By transfer: what is under way. */
  readonly #running = new Map<number, { readonly stop: AbortController; readonly since: number }>();
  readonly #told = new Map<number, number>();
  #ownership: Ownership | undefined;
  #closed = false;
  #version = 0;
  #pruned = 0;
  #stopPoll: () => void = () => undefined;
  #stopAlarm: () => void = () => undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#store = new TransferStore(options.database);
  }

  /** Whether this process does the sending. */
  get isOwner(): boolean {
    return this.#ownership !== undefined;
  }

  /** Starts working as soon as no other process does. @param lockFile see `tryToOwn` */
  start(lockFile: string): void {
    const poll = (): void => {
      if (this.#closed) return;
      this.#stopPoll = this.#options.clock.after(POLL_MS, poll);
      if (this.#ownership === undefined) {
        this.#ownership = tryToOwn(lockFile);
        if (this.#ownership !== undefined) this.#store.recover();
      }
      this.#noticeOthers();
      this.#prune();
      this.wake();
    };
    this.#version = this.#options.database.dataVersion();
    poll();
  }

  /** Durable when it returns the transfer's id. @throws NOT_FOUND for a transfer of nothing */
  enqueue(transfer: NewTransfer): number {
    if (transfer.objects.length === 0)
      throw new IsocenterError('NOT_FOUND', 'nothing to send', { object: transfer.node.name });
    const id = this.#store.add(transfer, this.#options.clock.now());
    this.#changed(id, true);
    // Within a larger transaction (routing) nothing may start before its end.
    this.#options.clock.after(0, () => this.wake());
    return id;
  }

  /** Newest first. */
  list(filter: TransferFilter): Transfer[] {
    return this.#store.list(filter).map((row) => this.#seen(row));
  }

  /** @throws NOT_FOUND */
  get(id: number): Transfer {
    return this.#seen(this.#store.get(id));
  }

  /** @throws NOT_FOUND */
  objects(id: number, options: { readonly failed: boolean; readonly limit: number }): TransferObject[] {
    this.#store.get(id);
    return this.#store.objects(id, options);
  }

  /** At once, in mid-object if need be; what has ended stays as it is. @throws NOT_FOUND */
  cancel(id: number): Transfer {
    this.#store.get(id);
    if (this.#store.finish(id, 'cancelled', 'cancelled by the user', this.#options.clock.now())) {
      this.#running.get(id)?.stop.abort();
      this.#changed(id, true);
    }
    return this.get(id);
  }

  /** Everything that is not yet at a node. Returns how many transfers. */
  cancelNode(node: string): number {
    const ids = this.#store.unfinished(node);
    for (const id of ids) this.cancel(id);
    return ids.length;
  }

  /** Tries at once what waits, and anew what failed or was cancelled. @throws NOT_FOUND */
  retry(id: number): Transfer {
    this.#store.get(id);
    if (this.#store.again(id, this.#options.clock.now())) this.#changed(id, true);
    this.wake();
    return this.get(id);
  }

  /** Returns how to stop. */
  subscribe(listener: (event: QueueEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts workers for what is due, if we are the owner, and sets the alarm for the next. */
  wake(): void {
    if (this.#ownership === undefined || this.#closed) return;
    const now = this.#options.clock.now();
    for (const node of this.#store.dueNodes(now)) {
      if (this.#workers.size >= WORKERS) break;
      if (this.#workers.has(node)) continue;
      const worker = this.#work(node).then(() => {
        this.#workers.delete(node);
        if (!this.#closed) this.#options.clock.after(0, () => this.wake());
      });
      this.#workers.set(node, worker);
    }
    this.#stopAlarm();
    const due = this.#store.nextDue();
    if (due !== undefined && due > now) this.#stopAlarm = this.#options.clock.after(due - now, () => this.wake());
  }

  /** Stops in mid-object; what has no answer yet is sent by the next owner. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopPoll();
    this.#stopAlarm();
    for (const { stop } of this.#running.values()) stop.abort();
    await Promise.allSettled([...this.#workers.values(), ...this.#committing.values()]);
    this.#ownership?.release();
    this.#ownership = undefined;
  }

  async #work(node: string): Promise<void> {
    try {
      for (;;) {
        const transfer = this.#closed ? undefined : this.#store.nextFor(node, this.#options.clock.now());
        if (transfer === undefined) return;
        await this.#tracked(transfer.id, (signal) => workOn(transfer, this.#context, signal));
      }
    } catch (error) {
      // The queue's own file: nothing can be written down, so nothing is sent until the next poll.
      this.#options.services.log('error', `send queue: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #tracked(id: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const running = { stop: new AbortController(), since: this.#options.clock.now() };
    this.#running.set(id, running);
    try {
      await work(running.stop.signal);
    } catch (error) {
      // Our own disk or a mistake of ours: the transfer must not be tried in a tight loop.
      const text = error instanceof Error ? error.message : String(error);
      this.#options.services.log('error', `transfer ${id}: ${text}`);
      this.#store.release(id, { at: this.#options.clock.now() + 60_000, reason: text });
    } finally {
      // Waiting for commitment may have taken over already.
      if (this.#running.get(id) === running) this.#running.delete(id);
    }
    this.#changed(id, true);
  }

  get #context(): WorkerContext {
    const { services, clock, random } = this.#options;
    return {
      store: this.#store,
      services,
      clock,
      random,
      changed: (id, now) => this.#changed(id, now),
      settled: (event) => this.#tell(event),
      commit: (peer, transfer) => {
        const done = Promise.resolve().then(() =>
          this.#tracked(transfer.id, (signal) => awaitCommitment(peer, transfer, this.#context, signal)),
        );
        this.#committing.set(
          transfer.id,
          done.finally(() => {
            this.#committing.delete(transfer.id);
            this.wake();
          }),
        );
      },
    };
  }

  #seen(row: TransferRow): Transfer {
    const running = this.#running.get(row.id);
    const isSending = running !== undefined && row.state === 'running';
    return transferOf(row, isSending ? this.#options.clock.now() - running.since : 0);
  }

  #changed(id: number, now: boolean): void {
    const time = this.#options.clock.now();
    if (!now && time - (this.#told.get(id) ?? 0) < PROGRESS_MS) return;
    const row = this.#store.find(id);
    if (row === undefined) return;
    if (row.finished === null) this.#told.set(id, time);
    else this.#told.delete(id);
    this.#tell({ event: 'transfer', transfer: this.#seen(row) });
  }

  #tell(event: QueueEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Another process has written: it may have cancelled what we send, or queued something. */
  #noticeOthers(): void {
    const version = this.#options.database.dataVersion();
    if (version === this.#version) return;
    this.#version = version;
    for (const [id, { stop }] of this.#running) if (this.#store.find(id)?.state === 'cancelled') stop.abort();
    this.#tell({ event: 'refresh' });
  }

  #prune(): void {
    const now = this.#options.clock.now();
    if (this.#ownership === undefined || now - this.#pruned < DAY_MS / 24) return;
    this.#pruned = now;
    if (this.#store.prune(now - this.#options.services.settings().keepDays * DAY_MS) > 0)
      this.#tell({ event: 'refresh' });
  }
}

import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import type { FileToSend, SendResult } from '#main/services/storeScu.ts';
import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { TransferRow, WaitingObject } from './store/rows.ts';
import type { TransferStore } from './store/transferStore.ts';
import type { Destination, QueueEvent, TransferServices } from './types.ts';
import { verdictOf } from './verdict.ts';

/** Objects sent over one association before the queue is asked again what is most urgent. */
const PAGE = 500;
/** An object whose failure one more try may mend. */
const TRIES = 2;
/** `sendFiles` gives a peer up after so many objects lost in a row: the first ones may be to blame, the rest had no chance. */
const TO_BLAME = 2;

/** What the workers share. */
export interface WorkerContext {
  readonly store: TransferStore;
  readonly services: TransferServices;
  readonly clock: Clock;
  /** 0..1, for the jitter. */
  readonly random: () => number;
  /** A transfer has changed; `now` when people must see it at once. */
  changed(id: number, now: boolean): void;
  /** An object has its answer. */
  settled(event: Extract<QueueEvent, { event: 'object' }>): void;
  /** Waits for commitment beside the worker. */
  commit(peer: Destination, transfer: TransferRow): void;
}

/** How an attempt at a page of objects went. */
interface Attempt {
  fruitful: boolean;
  /** Words of what may pass, and whether it concerns the peer as a whole. */
  trouble: { readonly text: string; readonly peer: boolean } | undefined;
}

/**
 * Sends one page of a transfer and writes what came of it, which the caller then tells. Throws for nothing that peers, files or settings
 * do.
 */
export async function workOn(transfer: TransferRow, context: WorkerContext, signal: AbortSignal): Promise<void> {
  const { store, services, clock } = context;
  const { id } = transfer;
  if (!store.begin(id, clock.now())) return;
  context.changed(id, true);
  const peer = await destinationOf(transfer, services);
  if (typeof peer === 'string') {
    end(context, id, 'failed', peer);
    return;
  }
  const start = clock.now();
  const attempt: Attempt = { fruitful: false, trouble: undefined };
  const objects = store.waiting(id, PAGE);
  const files = await locateAll(objects, context, id, attempt);
  if (files.size > 0 && !signal.aborted) await sendAll(peer, files, context, id, attempt, signal);
  store.attempted(id, clock.now() - start, attempt.fruitful);
  if (signal.aborted) {
    // Cancelled by people: the row says so already. Otherwise we are closing, and the next owner goes on.
    store.release(id);
  } else if (attempt.trouble !== undefined) {
    later(store.get(id), attempt.trouble, context);
  } else if (store.waiting(id, 1).length > 0) {
    const { sent, failed } = store.get(id);
    if (sent + failed > transfer.sent + transfer.failed) store.release(id);
    else later(store.get(id), { text: 'no object got an answer', peer: false }, context);
  } else conclude(store.get(id), peer, context);
}

async function destinationOf(
  { node, node_name }: TransferRow,
  services: TransferServices,
): Promise<Destination | string> {
  try {
    return await services.node(node);
  } catch (error) {
    if (error instanceof IsocenterError && error.code === 'NOT_FOUND')
      return `the node "${node_name}" is no longer configured`;
    return describeError(error);
  }
}

/** By file; what is gone or changed is settled here, what cannot be read now waits. */
async function locateAll(
  objects: readonly WaitingObject[],
  context: WorkerContext,
  id: number,
  attempt: Attempt,
): Promise<Map<string, { readonly file: FileToSend; readonly object: WaitingObject }>> {
  const files = new Map<string, { file: FileToSend; object: WaitingObject }>();
  const located = await context.services.locate(objects);
  for (const [index, object] of objects.entries()) {
    const found = located[index];
    if (!(found instanceof Error)) {
      files.set(found.path, { file: found, object });
      continue;
    }
    const code = found instanceof IsocenterError ? found.code : 'STORAGE';
    if (code === 'NOT_FOUND' || code === 'CONFLICT') settle(context, id, object, false, code, found.message);
    else {
      // Our own archive is in trouble, or the one that holds the object.
      attempt.trouble ??= { text: `cannot be read: ${found.message}`, peer: false };
      context.store.settle(id, object, 'waiting', code, found.message);
    }
  }
  return files;
}

async function sendAll(
  peer: Destination,
  files: ReadonlyMap<string, { readonly file: FileToSend; readonly object: WaitingObject }>,
  context: WorkerContext,
  id: number,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<void> {
  const { store, services } = context;
  let lost = 0;
  const onResult = (result: SendResult): void => {
    const object = files.get(result.file)?.object;
    if (object === undefined) return;
    const verdict = verdictOf(result);
    const words = result.reason || result.status;
    if (verdict === 'sent') {
      attempt.fruitful = true;
      settle(context, id, object, true, result.status, result.reason);
    } else if (verdict === 'never' || (verdict === 'once' && object.tries + 1 >= TRIES)) {
      // An answer, if not the one we wished for: the peer is there.
      attempt.fruitful ||= /^[0-9A-F]{4}$/.test(result.status);
      settle(context, id, object, false, result.status, result.reason);
    } else if (verdict !== 'cancelled') {
      const isPeer = verdict === 'peer';
      attempt.trouble ??= { text: words, peer: isPeer };
      const isToBlame = !isPeer || (result.status === 'ASSOCIATION_ABORTED' && lost++ < TO_BLAME);
      if (isToBlame) store.settle(id, object, 'waiting', result.status, result.reason);
    }
  };
  try {
    await services.send(
      peer,
      [...files.values()].map(({ file }) => file),
      onResult,
      signal,
    );
  } catch (error) {
    attempt.trouble ??= { text: describeError(error), peer: true };
  }
}

function settle(
  context: WorkerContext,
  id: number,
  object: WaitingObject,
  ok: boolean,
  status: string,
  reason: string,
): void {
  context.store.settle(id, object, ok ? 'sent' : 'failed', status, reason);
  const { sopInstanceUid, label, modality } = object;
  context.settled({ event: 'object', id, sopInstanceUid, label: label || modality, ok, status, reason });
  context.changed(id, false);
}

/** Another attempt, or the end when there were enough; of the peer's trouble its other transfers hear too. */
function later(transfer: TransferRow, trouble: NonNullable<Attempt['trouble']>, context: WorkerContext): void {
  const { store, services, clock, random } = context;
  const now = clock.now();
  const hours = services.settings().giveUpHours;
  if (now - transfer.since >= hours * 3_600_000) {
    end(context, transfer.id, 'failed', `given up after ${hours} h: ${trouble.text}`, {
      status: 'NETWORK',
      reason: trouble.text,
    });
    return;
  }
  const at = now + backoffMs(Math.max(transfer.fruitless, 1), random());
  store.release(transfer.id, { at, reason: trouble.text });
  if (trouble.peer) for (const id of store.postpone(transfer.node, at, trouble.text)) context.changed(id, true);
  services.log('warning', `to ${transfer.node_name}: ${trouble.text}; tried again at ${new Date(at).toISOString()}`);
}

function conclude(transfer: TransferRow, peer: Destination, context: WorkerContext): void {
  if (peer.commit === true && context.services.commit !== undefined && context.store.sent(transfer.id).length > 0) {
    context.store.committing(transfer.id);
    context.commit(peer, transfer);
  } else concludeWith(transfer, context);
}

/** Done, or failed when an object was not taken. */
function concludeWith({ id, failed, total }: TransferRow, context: WorkerContext): void {
  if (failed === 0) {
    end(context, id, 'done', '');
    return;
  }
  const how = failed === total ? 'nothing was taken' : `${failed} of ${total} were not taken`;
  const { reason = '', kinds = 1 } = context.store.commonFailure(id) ?? {};
  end(context, id, 'failed', `${how}: ${reason}${kinds > 1 ? '; others for other reasons' : ''}`);
}

/** Waits for commitment; what the peer does not commit to counts as failed, and no answer is asked for again later. */
export async function awaitCommitment(
  peer: Destination,
  transfer: TransferRow,
  context: WorkerContext,
  signal: AbortSignal,
): Promise<void> {
  const { store, services } = context;
  const objects = store.sent(transfer.id);
  try {
    const results = (await services.commit?.(peer, objects, signal)) ?? [];
    if (signal.aborted) return;
    const byUid = new Map(results.map((result) => [result.sopInstanceUid, result]));
    for (const { position, sopInstanceUid } of objects) {
      const result = byUid.get(sopInstanceUid);
      const reason = result === undefined ? 'the commitment does not mention it' : result.reason;
      const committed = result?.committed === true;
      store.commit(transfer.id, position, committed, committed ? '' : `sent, but not committed: ${reason}`);
    }
    concludeWith(store.get(transfer.id), context);
  } catch (error) {
    if (signal.aborted) return;
    store.attempted(transfer.id, 0, false);
    later(store.get(transfer.id), { text: `storage commitment: ${describeError(error)}`, peer: false }, context);
  }
}

function end(
  { store, services, clock }: WorkerContext,
  id: number,
  state: 'done' | 'failed',
  reason: string,
  rest?: { readonly status: string; readonly reason: string },
): void {
  if (!store.finish(id, state, reason, clock.now(), rest)) return;
  const { node_name, content, patient, sent, total } = store.get(id);
  const what = `${content} of ${patient} to ${node_name}`;
  if (state === 'done') services.log('info', `sent ${what}: ${sent} of ${total}`);
  else services.log('error', `not sent ${what}: ${reason}`);
}

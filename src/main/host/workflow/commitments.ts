import { setTimeout as sleep } from 'node:timers/promises';
import type { Archive } from '#main/archive/types.ts';
import type { Log } from '#main/server/services.ts';
import type { CommitmentDesk, WorkflowNode } from '#main/server/workflow.ts';
import type { TakeReport } from '#main/services/commitment/events.ts';
import { type CommitmentObject, outcomesOf } from '#main/services/commitment/report.ts';
import { requestCommitment } from '#main/services/commitment/scu.ts';
import type { Caller } from '#main/services/peer.ts';
import type { Records } from '#main/services/records.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import type { Commitment } from '#shared/contract/rpc/commitment.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { commitmentContent } from './commitmentContent.ts';

export interface CommitmentBinding {
  readonly records: Records<Commitment>;
  readonly archive: Pick<Archive, 'find' | 'tree'>;
  readonly caller: () => Caller;
  /** A configured node by its id. @throws NOT_FOUND */
  readonly node: (id: string) => Promise<WorkflowNode>;
  readonly log: Log;
}

/** How long the association that asked is kept for the report. */
const SAME_ASSOCIATION = 15_000;
/** How long a sender waits for a report before it gives up for now. */
const REPORT_WAIT = 600_000;
/** A request still without an answer after this was asked by a program that stopped. */
const ANSWER_WAIT = 300_000;
/** A report that has not come by now is not coming: it is better to ask anew. */
const STALE = 3_600_000;
/** Another process that listens may take the report in: how often to look. */
const LOOK = 250;

/** Storage commitment that we ask for; `take` gets the reports, on whichever association they come. */
export function commitmentDesk(
  binding: CommitmentBinding,
): CommitmentDesk & { readonly take: TakeReport; close(): void } {
  const { records, archive, caller, log } = binding;
  const waiting = new Map<string, AbortController>();
  const closing = new AbortController();

  const take: TakeReport = (report, from) => {
    let known = false;
    const after = records.change(report.transactionUid, (record) => {
      if (record === undefined) return undefined;
      known = true;
      const objects = outcomesOf(record.objects, report);
      const { problem: _, ...rest } = record;
      return { ...rest, objects, state: 'reported', reported: new Date().toISOString(), reportedBy: from.callingAe };
    });
    if (!known) {
      log.warning(`${from.callingAe} reports on commitment ${report.transactionUid}, which nobody here asked for`);
      return false;
    }
    const committed = after?.objects.filter(({ outcome }) => outcome === 'committed').length ?? 0;
    log.info(`${from.callingAe}: ${committed} of ${after?.objects.length ?? 0} objects committed`);
    waiting.get(report.transactionUid)?.abort();
    return true;
  };

  const need = (transactionUid: string): Commitment => {
    const record = records.get(transactionUid);
    if (record === undefined)
      throw new IsocenterError('NOT_FOUND', 'no such storage commitment was asked for', { object: transactionUid });
    return record;
  };

  /** A report that came meanwhile is never overwritten. */
  const mark = (transactionUid: string, change: Partial<Commitment>) =>
    records.change(transactionUid, (record) =>
      record === undefined || record.state === 'reported' ? undefined : { ...record, ...change },
    );

  const request = async (node: WorkflowNode, objects: readonly CommitmentObject[], signal?: AbortSignal) => {
    const transactionUid = newUid();
    const names = objects.map(({ sopClassUid, sopInstanceUid }) => ({ sopClassUid, sopInstanceUid }));
    const content = await commitmentContent(archive, names);
    // Remembered first: the report may come before the answer, and a kill in between must not forget it.
    records.put(transactionUid, {
      transactionUid,
      nodeId: node.id,
      node: node.aeTitle,
      requested: new Date().toISOString(),
      content: content.length === 0 ? undefined : content,
      state: 'asking',
      objects: names.map((object) => ({ ...object, outcome: 'pending' })),
    });
    const reported = new AbortController();
    waiting.set(transactionUid, reported);
    const accepted = Promise.withResolvers<void>();
    const asking = requestCommitment(
      node,
      caller(),
      { transactionUid, objects: names },
      {
        onReport: take,
        onAccepted: () => {
          mark(transactionUid, { state: 'waiting' });
          accepted.resolve();
        },
        reported: reported.signal,
        waitMs: SAME_ASSOCIATION,
        signal: signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]),
      },
    ).catch((error: unknown) => {
      mark(transactionUid, { state: 'failed', problem: describeError(error) });
      log.warning(`storage commitment of ${node.aeTitle}: ${describeError(error)}`);
    });
    void asking.finally(() => waiting.delete(transactionUid));
    await Promise.race([accepted.promise, asking]);
    return need(transactionUid);
  };

  const wait: CommitmentDesk['wait'] = async (transactionUid, timeoutMs, signal) => {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const record = need(transactionUid);
      if (record.state === 'reported') return record;
      if (record.state === 'failed')
        throw new IsocenterError('NETWORK', record.problem ?? 'storage commitment failed', { object: record.node });
      if (signal?.aborted || closing.signal.aborted) throw new IsocenterError('CANCELLED', 'cancelled by the user');
      if (Date.now() >= end)
        throw new IsocenterError('NETWORK', `no report on storage commitment within ${timeoutMs / 1000} s`, {
          object: record.node,
        });
      await sleep(LOOK);
    }
  };

  return {
    take,
    list: () => records.all().reverse().map(shown),
    request,
    wait,
    async commit(node, objects, signal) {
      const open = unreported(records.all(), node.id, objects);
      const { transactionUid } = open ?? (await request(node, objects, signal));
      const record = await wait(transactionUid, REPORT_WAIT, signal);
      return objects.map(({ sopInstanceUid }) => {
        const found = record.objects.find((object) => object.sopInstanceUid === sopInstanceUid);
        return { sopInstanceUid, committed: found?.outcome === 'committed', reason: found?.reason ?? '' };
      });
    },
    async retry(transactionUid) {
      const record = need(transactionUid);
      const open = record.objects.filter(({ outcome }) => outcome !== 'committed');
      if (open.length === 0) return record;
      return request(await binding.node(record.nodeId), open);
    },
    forget: (transactionUid) => records.remove(transactionUid),
    close: () => closing.abort(),
  };
}

/** A transaction with this node for all these objects whose report is still to come: no need to ask twice. */
const unreported = (
  all: readonly Commitment[],
  nodeId: string,
  objects: readonly CommitmentObject[],
): Commitment | undefined =>
  all.find(
    (record) =>
      record.state === 'waiting' &&
      record.nodeId === nodeId &&
      Date.now() - Date.parse(record.requested) < STALE &&
      objects.every(({ sopInstanceUid }) => record.objects.some((known) => known.sopInstanceUid === sopInstanceUid)),
  );

const shown = (record: Commitment): Commitment =>
  record.state === 'asking' && Date.now() - Date.parse(record.requested) > ANSWER_WAIT
    ? { ...record, state: 'failed', problem: 'the program stopped before the node answered: ask again' }
    : record;

import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import type { Records } from '../records.ts';
import { readAttributes } from './attributes.ts';
import { matches } from './matching.ts';
import type { Subscription } from './record.ts';
import { ALL_TASKS, ALL_TASKS_FILTERED } from './sopClasses.ts';

const idOf = ({ sopInstanceUid, receiver }: Pick<Subscription, 'sopInstanceUid' | 'receiver'>): string =>
  `${sopInstanceUid} ${receiver}`;

const isGlobal = (sopInstanceUid: string): boolean =>
  sopInstanceUid === ALL_TASKS || sopInstanceUid === ALL_TASKS_FILTERED;

/**
 * Who is told of what (PS3.4 CC.2.3). Subscribing to all tasks subscribes to each there is, and later to each new one, so
 * that one can be left out again by itself.
 */
export class Subscriptions {
  readonly #records: Records<Subscription>;

  constructor(records: Records<Subscription>) {
    this.#records = records;
  }

  /** AE titles that are told of a task. */
  receiversOf(sopInstanceUid: string): string[] {
    return this.#records
      .all()
      .filter((one) => one.sopInstanceUid === sopInstanceUid)
      .map(({ receiver }) => receiver);
  }

  /** Somebody wants a task kept. */
  isLocked(sopInstanceUid: string): boolean {
    return this.#records.all().some((one) => one.sopInstanceUid === sopInstanceUid && one.deletionLock);
  }

  /** The task is gone. */
  removed(sopInstanceUid: string): void {
    for (const one of this.#records.all()) if (one.sopInstanceUid === sopInstanceUid) this.#records.remove(idOf(one));
  }

  /** Subscribes to one task, or to all those given and to come. Returns the tasks whose state the receiver has to be told now. */
  subscribe(wanted: Subscription, tasks: Iterable<DataSet>): string[] {
    this.#records.put(idOf(wanted), wanted);
    if (!isGlobal(wanted.sopInstanceUid)) return [wanted.sopInstanceUid];
    const uids = [...tasks].filter((task) => applies(wanted, task)).map((task) => task.string('SOPInstanceUID'));
    for (const sopInstanceUid of uids) this.#subscribeTo(sopInstanceUid, wanted);
    return uids;
  }

  /** From all tasks: from each of them too. */
  unsubscribe(sopInstanceUid: string, receiver: string): void {
    this.#records.remove(idOf({ sopInstanceUid, receiver }));
    if (!isGlobal(sopInstanceUid)) return;
    for (const one of this.#records.all()) if (one.receiver === receiver) this.#records.remove(idOf(one));
  }

  /** No new tasks for this receiver any more; what it is subscribed to stays. */
  suspend(receiver: string): void {
    for (const sopInstanceUid of [ALL_TASKS, ALL_TASKS_FILTERED])
      this.#records.change(idOf({ sopInstanceUid, receiver }), (one) => one && { ...one, suspended: true });
  }

  /** A task has been made: whoever wants all of them is subscribed to it. */
  added(task: DataSet): void {
    for (const one of this.#records.all())
      if (isGlobal(one.sopInstanceUid) && one.suspended !== true && applies(one, task))
        this.#subscribeTo(task.string('SOPInstanceUID'), one);
  }

  #subscribeTo(sopInstanceUid: string, { receiver, deletionLock }: Subscription): void {
    const one = { sopInstanceUid, receiver, deletionLock };
    this.#records.put(idOf(one), one);
  }
}

const applies = ({ filter }: Subscription, task: DataSet): boolean =>
  filter === undefined || matches(readAttributes(filter, 'filter of a subscription'), task);

import { setImmediate } from 'node:timers/promises';
import type { TaskState } from '#shared/contract/rpc/tasks.ts';
import { STATUS } from '#main/network/status.ts';
import { DataSet } from '#shared/dicom/codec/dataset.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { dicomDateTime } from '../mpps/attributes.ts';
import type { Records } from '../records.ts';
import { inputOf, merged, readAttributes, storeAttributes, tagOfKey } from './attributes.ts';
import { matches } from './matching.ts';
import { missingToComplete } from './finalState.ts';
import type { TaskRecord } from './record.ts';
import { isSettable } from './settable.ts';
import { EVENT, UPS_PUSH, UPS_STATUS } from './sopClasses.ts';
import { changeEvent, stepFor, type TaskStep } from './stateMachine.ts';

/** What an operation answers. */
export interface Answered {
  readonly status: number;
  readonly comment?: string;
}

/** Something that subscribers are told (PS3.4 table CC.2.4-1). */
export interface TaskNotice {
  readonly sopInstanceUid: string;
  readonly eventTypeId: number;
  readonly information: DataSetInput;
  /** The task has just been made: nobody can have subscribed to it by itself. */
  readonly isNew?: boolean;
}

/** Tasks looked at in one go: a few milliseconds. */
const TURN = 100;

/** The tasks we manage: every operation of PS3.4 annex CC on them, as others ask for it and as we do ourselves. */
export class TaskManager {
  readonly #tasks: Records<TaskRecord>;
  readonly #notify: (notice: TaskNotice) => void;
  readonly #canReach: (performer: string, sopInstanceUid: string) => boolean;
  readonly #now: () => Date;

  /**
   * @param canReach whether a performer has asked to be told of a task: a cancellation can be put to nobody else
   * @param now local time
   */
  constructor(
    tasks: Records<TaskRecord>,
    notify: (notice: TaskNotice) => void,
    canReach: (performer: string, sopInstanceUid: string) => boolean,
    now: () => Date,
  ) {
    this.#tasks = tasks;
    this.#notify = notify;
    this.#canReach = canReach;
    this.#now = now;
  }

  /** All attributes of a task, without the transaction UID; undefined when there is none. */
  get(sopInstanceUid: string): DataSet | undefined {
    const record = this.#tasks.get(sopInstanceUid);
    return record === undefined ? undefined : dataSetOf(record);
  }

  record(sopInstanceUid: string): TaskRecord | undefined {
    return this.#tasks.get(sopInstanceUid);
  }

  *all(): Generator<DataSet, void, undefined> {
    for (const record of this.#tasks.all()) yield dataSetOf(record);
  }

  /** Tasks that match an identifier. Other work gets its turn in between, however many tasks there are. */
  async *search(keys: DataSet): AsyncGenerator<DataSet, void, undefined> {
    let looked = 0;
    for (const task of this.all()) {
      if (++looked % TURN === 0) await setImmediate();
      if (matches(keys, task)) yield task;
    }
  }

  /**
   * Forgets tasks that finished before a time, and that nobody has locked (PS3.4 CC.2.3.3: deletion locks).
   * Returns which.
   */
  prune(before: Date, isLocked: (sopInstanceUid: string) => boolean): string[] {
    const old = this.#tasks
      .all()
      .filter(
        ({ finished, sopInstanceUid }) =>
          finished !== undefined && Date.parse(finished) < before.getTime() && !isLocked(sopInstanceUid),
      );
    for (const { sopInstanceUid } of old) this.#tasks.remove(sopInstanceUid);
    return old.map(({ sopInstanceUid }) => sopInstanceUid);
  }

  /** A new task, SCHEDULED. */
  create(sopInstanceUid: string, attributes: DataSetInput): void {
    const stamped = merged(attributes, {
      SOPClassUID: UPS_PUSH,
      SOPInstanceUID: sopInstanceUid,
      ProcedureStepState: 'SCHEDULED',
      ScheduledProcedureStepModificationDateTime: dicomDateTime(this.#now()),
    });
    this.#tasks.put(sopInstanceUid, { sopInstanceUid, state: 'SCHEDULED', attributes: storeAttributes(stamped) });
    this.#notifyState(sopInstanceUid, true);
  }

  /** N-ACTION, change UPS state (PS3.4 CC.2.1). */
  changeState(sopInstanceUid: string, wanted: string, transactionUid: string, by: string): Answered {
    return this.#step(
      sopInstanceUid,
      (record) => {
        const event = changeEvent(wanted, transactionUid, record.state, record.transactionUid);
        return event === undefined ? STATUS.invalidArgument : stepFor(event, record.state);
      },
      (record, step) => {
        if (step === 'start') return { ...this.#inState(record, 'IN PROGRESS'), transactionUid, performer: by };
        return this.#finished(record, step === 'complete if final' ? 'COMPLETED' : 'CANCELED');
      },
      () => this.#notifyState(sopInstanceUid),
    );
  }

  /** N-ACTION, request UPS cancel (PS3.4 CC.2.2). */
  requestCancel(sopInstanceUid: string, reason: string, by: string): Answered {
    let asked = false;
    return this.#step(
      sopInstanceUid,
      (record) => {
        const step = stepFor('request cancel', record.state);
        if (step !== 'ask performer') return step;
        return this.#canReach(record.performer ?? '', sopInstanceUid) ? step : UPS_STATUS.performerUnreachable;
      },
      (record, step) => {
        asked = step === 'ask performer';
        const noted = { ...record, cancelRequest: { by, reason } };
        return asked ? noted : this.#finished(noted, 'CANCELED');
      },
      () => {
        if (!asked) this.#notifyState(sopInstanceUid);
        else
          this.#notify({
            sopInstanceUid,
            eventTypeId: EVENT.cancelRequested,
            information: { RequestingAE: by, ReasonForCancellation: reason },
          });
      },
    );
  }

  /** N-SET (PS3.4 CC.2.6). The transaction UID stands in the modifications. */
  set(sopInstanceUid: string, modifications: DataSet): Answered {
    const transactionUid = modifications.string('TransactionUID');
    const { TransactionUID: _, ...changes } = inputOf(modifications);
    const forbidden = Object.keys(changes).find((key) => !isSettable(tagOfKey(key)));
    if (forbidden !== undefined)
      return { status: STATUS.invalidAttributeValue, comment: `${forbidden} cannot be changed` };
    return this.#step(
      sopInstanceUid,
      (record) => {
        if (transactionUid === '') return stepFor('set, no UID', record.state);
        const isRight = record.state === 'SCHEDULED' || record.transactionUid === transactionUid;
        return stepFor(isRight ? 'set, right UID' : 'set, wrong UID', record.state);
      },
      (record) => ({
        ...record,
        attributes: storeAttributes(merged(this.#attributes(record), { ...changes, ...this.#stamp() })),
      }),
      () => {
        const progress = changes['ProcedureStepProgressInformationSequence'];
        if (progress === undefined) this.#notifyState(sopInstanceUid);
        else
          this.#notify({
            sopInstanceUid,
            eventTypeId: EVENT.progress,
            information: { ProcedureStepProgressInformationSequence: progress },
          });
      },
    );
  }

  /** Decides and writes in one step, so that of two who claim a task one gets it. */
  #step(
    sopInstanceUid: string,
    decide: (record: TaskRecord) => TaskStep,
    apply: (record: TaskRecord, step: Exclude<TaskStep, number>) => TaskRecord | Answered,
    then: () => void,
  ): Answered {
    let answer: Answered = { status: STATUS.success };
    this.#tasks.change(sopInstanceUid, (record) => {
      if (record === undefined) {
        answer = { status: UPS_STATUS.noSuchTask };
        return undefined;
      }
      const step = decide(record);
      if (typeof step === 'number') {
        answer = { status: step };
        return undefined;
      }
      const after = apply(record, step);
      if (!('status' in after)) return after;
      answer = after;
      return undefined;
    });
    if (answer.status === STATUS.success) then();
    return answer;
  }

  #finished(record: TaskRecord, state: Extract<TaskState, 'COMPLETED' | 'CANCELED'>): TaskRecord | Answered {
    const attributes = this.#attributes(record);
    const finished = this.#now().toISOString();
    if (state === 'COMPLETED') {
      const missing = missingToComplete(readAttributes(record.attributes, `task ${record.sopInstanceUid}`));
      if (missing !== undefined) return { status: UPS_STATUS.finalStateIncomplete, comment: `${missing} is missing` };
      return { ...this.#inState(record, state), finished };
    }
    return { ...this.#inState(record, state, this.#withCancellation(attributes, record.cancelRequest)), finished };
  }

  /** A canceled task says when it was (PS3.4 table CC.2.5-3); the performer may have said so already. */
  #withCancellation(attributes: DataSetInput, request: TaskRecord['cancelRequest']): DataSetInput {
    const [told = {}] = itemsOf(attributes['ProcedureStepProgressInformationSequence']);
    const progress = {
      ProcedureStepCancellationDateTime: dicomDateTime(this.#now()),
      ...(request === undefined ? {} : { ReasonForCancellation: request.reason }),
      ...told,
    };
    return merged(attributes, { ProcedureStepProgressInformationSequence: [progress], ...this.#stamp() });
  }

  #inState(record: TaskRecord, state: TaskState, attributes = this.#attributes(record)): TaskRecord {
    return { ...record, state, attributes: storeAttributes(merged(attributes, { ProcedureStepState: state })) };
  }

  #attributes(record: TaskRecord): DataSetInput {
    return inputOf(readAttributes(record.attributes, `task ${record.sopInstanceUid}`));
  }

  #stamp(): DataSetInput {
    return { ScheduledProcedureStepModificationDateTime: dicomDateTime(this.#now()) };
  }

  #notifyState(sopInstanceUid: string, isNew = false): void {
    const dataset = this.get(sopInstanceUid);
    if (dataset !== undefined) this.#notify({ ...stateNotice(dataset), isNew });
  }
}

/** UPS State Report (PS3.4 table CC.2.4-1). */
export function stateNotice(dataset: DataSet): TaskNotice {
  const [progress] = dataset.sequence('ProcedureStepProgressInformationSequence');
  const reason = progress?.string('ReasonForCancellation') ?? '';
  return {
    sopInstanceUid: dataset.string('SOPInstanceUID'),
    eventTypeId: EVENT.state,
    information: {
      ProcedureStepState: dataset.string('ProcedureStepState'),
      InputReadinessState: dataset.string('InputReadinessState'),
      ReasonForCancellation: reason === '' ? undefined : reason,
    },
  };
}

const itemsOf = (value: DataSetInput[string]): readonly DataSetInput[] =>
  Array.isArray(value)
    ? value.filter((item): item is DataSetInput => typeof item === 'object' && !(item instanceof DataSet))
    : [];

/** The task as others see it. */
const dataSetOf = (record: TaskRecord): DataSet => readAttributes(record.attributes, `task ${record.sopInstanceUid}`);

import { describe, expect, it } from 'vitest';
import type { Records } from '#main/services/records.ts';
import { readAttributes, storeAttributes } from '#main/services/ups/attributes.ts';
import { TaskManager, type TaskNotice } from '#main/services/ups/manager.ts';
import { taskAttributes } from '#main/services/ups/newTask.ts';
import type { Subscription, TaskRecord } from '#main/services/ups/record.ts';
import { ALL_TASKS, ALL_TASKS_FILTERED } from '#main/services/ups/sopClasses.ts';
import { Subscriptions } from '#main/services/ups/subscriptions.ts';

function memory<T>(): Records<T> {
  const map = new Map<string, T>();
  return {
    get: (id) => map.get(id),
    all: () => [...map.values()],
    put: (id, record) => void map.set(id, record),
    change: (id, edit) => {
      const after = edit(map.get(id));
      if (after !== undefined) map.set(id, after);
      return map.get(id);
    },
    remove: (id) => map.delete(id),
  };
}

const PATIENT = { name: 'DOE^JOHN', id: 'P1', birthDate: '', sex: '' };
const attributes = (label: string) =>
  taskAttributes({
    kind: 'planning',
    label,
    worklist: '',
    priority: 'MEDIUM',
    comments: '',
    station: '',
    start: '20261124',
    patient: PATIENT,
    studyInstanceUid: '1.2',
    inputs: [],
  });

function scene() {
  const notices: TaskNotice[] = [];
  let now = new Date('2026-11-24T09:00:00Z');
  const manager = new TaskManager(
    memory<TaskRecord>(),
    (one) => notices.push(one),
    () => true,
    () => now,
  );
  manager.create('1.2.1', attributes('One'));
  return { manager, notices, later: (iso: string) => (now = new Date(iso)) };
}

describe('tasks of ours', () => {
  it('of two who claim a task one gets it', () => {
    const { manager } = scene();
    expect(manager.changeState('1.2.1', 'IN PROGRESS', '1.9', 'A').status).toBe(0);
    expect(manager.changeState('1.2.1', 'IN PROGRESS', '1.8', 'B').status).toBe(0xc302);
    expect(manager.record('1.2.1')).toMatchObject({ performer: 'A', transactionUid: '1.9' });
    expect(manager.get('1.2.1')?.string('ProcedureStepState')).toBe('IN PROGRESS');
    expect(manager.get('1.2.1')?.has('TransactionUID')).toBe(false);
  });

  it('nothing is told of what was refused', () => {
    const { manager, notices } = scene();
    const before = notices.length;
    manager.changeState('1.2.1', 'COMPLETED', '1.9', 'A');
    manager.set('1.2.1', readAttributes(storeAttributes({ PatientName: 'ROE^JANE' }), 'set'));
    manager.requestCancel('1.2.9', '', 'A');
    expect(notices).toHaveLength(before);
    expect(manager.get('1.2.1')?.string('PatientName')).toBe('DOE^JOHN');
  });

  it('are forgotten some time after their end, unless somebody has locked them', () => {
    const { manager, later } = scene();
    manager.create('1.2.2', attributes('Two'));
    manager.create('1.2.3', attributes('Three'));
    for (const uid of ['1.2.1', '1.2.2']) manager.requestCancel(uid, '', 'A');
    later('2027-11-24T09:00:00Z');
    expect(manager.prune(new Date('2026-11-24T08:00:00Z'), () => false)).toEqual([]);
    expect(manager.prune(new Date('2027-01-01T00:00:00Z'), (uid) => uid === '1.2.2')).toEqual(['1.2.1']);
    expect([...manager.all()].map((task) => task.string('SOPInstanceUID'))).toEqual(['1.2.2', '1.2.3']);
  });
});

describe('subscriptions', () => {
  const task = (uid: string, label: string) =>
    readAttributes(storeAttributes({ SOPInstanceUID: uid, ProcedureStepLabel: label }), uid);

  it('to all tasks hold for those there are and those to come, until suspended; one can be left out', () => {
    const subscriptions = new Subscriptions(memory<Subscription>());
    const all = { sopInstanceUid: ALL_TASKS, receiver: 'A', deletionLock: false };
    expect(subscriptions.subscribe(all, [task('1', 'x'), task('2', 'y')])).toEqual(['1', '2']);
    subscriptions.unsubscribe('1', 'A');
    subscriptions.added(task('3', 'z'));
    expect(['1', '2', '3'].map((uid) => subscriptions.receiversOf(uid))).toEqual([[], ['A'], ['A']]);
    subscriptions.suspend('A');
    subscriptions.added(task('4', 'z'));
    expect(subscriptions.receiversOf('4')).toEqual([]);
    expect(subscriptions.receiversOf('2')).toEqual(['A']);
    subscriptions.unsubscribe(ALL_TASKS, 'A');
    expect(subscriptions.receiversOf('2')).toEqual([]);
  });

  it('may be filtered, and lock tasks', () => {
    const subscriptions = new Subscriptions(memory<Subscription>());
    const filter = storeAttributes({ ProcedureStepLabel: 'Deliver*' });
    subscriptions.subscribe({ sopInstanceUid: ALL_TASKS_FILTERED, receiver: 'B', deletionLock: true, filter }, []);
    subscriptions.added(task('1', 'Deliver 1'));
    subscriptions.added(task('2', 'Plan'));
    expect([subscriptions.receiversOf('1'), subscriptions.receiversOf('2')]).toEqual([['B'], []]);
    expect([subscriptions.isLocked('1'), subscriptions.isLocked('2')]).toEqual([true, false]);
    subscriptions.removed('1');
    expect(subscriptions.isLocked('1')).toBe(false);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMAND } from '#main/network/commandSet.ts';
import { ACTION, ALL_TASKS, ALL_TASKS_FILTERED, UPS_PULL, UPS_WATCH } from '#main/services/ups/sopClasses.ts';
import { taskFilter } from '#shared/contract/rpc/tasks.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { ctSlice, dose, plan, PLAN, structureSet, CT_SERIES, DOSE } from '#test/unit/main/archive/objects.ts';
import { type Department, startDepartment } from './harness/department.ts';
import { odilMissing } from './harness/missing.ts';
import {
  type JsonAttributes,
  performWithOdil,
  startTaskManager,
  type TaskManagerPeer,
} from './harness/procedureSteps.ts';

const ALL = taskFilter.parse({});
const text = (vr: string, value: string) => ({ vr, Value: [value] });
const STATE = '00741000';
const change = (state: string, transaction?: string): JsonAttributes => ({
  [STATE]: text('CS', state),
  ...(transaction === undefined ? {} : { '00081195': text('UI', transaction) }),
});
const CODE = {
  vr: 'SQ',
  Value: [{ '00080100': text('SH', 'L1'), '00080102': text('SH', '99X'), '00080104': text('LO', 'Linac 1') }],
};

async function filled(department: Department): Promise<string> {
  for (const bytes of [ctSlice(1), structureSet(CT_SERIES), plan(), dose()])
    await department.services.archive.store(bytes, { source: 'test' });
  const [{ key }] = await department.services.archive.patients();
  return key;
}

describe.skipIf(odilMissing())('tasks of others: a manager made of odil', () => {
  let department: Department;
  let manager: TaskManagerPeer;
  let patientKey = '';
  beforeAll(async () => {
    department = await startDepartment();
    manager = await startTaskManager(department.peer);
    await department.knows(manager.peer);
    patientKey = await filled(department);
  });
  afterAll(async () => {
    await department?.close();
    await manager?.stop();
  });
  const desk = () => department.services.workflow.tasks;
  const node = () => department.services.nodes.get('MANAGER');
  const UID = '2.25.4711';

  test('is found, claimed, reported on over a restart, and completed with what was made', async () => {
    const [found] = await desk().list(await node(), { ...ALL, state: 'SCHEDULED' });
    expect(found).toMatchObject({
      sopInstanceUid: UID,
      label: 'Deliver fraction 1',
      patientId: 'P1',
      priority: 'HIGH',
      workitem: { value: '121726' },
      claimed: false,
    });
    await expect(desk().progress(await node(), UID, 10, '')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await desk().claim(await node(), UID)).toMatchObject({ state: 'IN PROGRESS', claimed: true });
    await department.restart();
    expect(await desk().progress(await node(), UID, 50, 'Half')).toMatchObject({ progress: 50, progressText: 'Half' });
    const done = await desk().complete(await node(), UID, patientKey, [DOSE]);
    expect(done).toMatchObject({ state: 'COMPLETED', claimed: false });
    expect(done.outputs).toMatchObject([{ objects: [{ sopInstanceUid: DOSE }], from: 'ISOCENTER' }]);
    expect(await desk().list(await node(), { ...ALL, state: 'SCHEDULED' })).toEqual([]);
  });

  test('says in words what the manager refuses', async () => {
    await expect(desk().cancel(await node(), UID, 'too late')).rejects.toMatchObject({
      code: 'DIMSE_STATUS',
      message: 'request to cancel the task refused, C311H Refused: the task is completed already',
    });
    await expect(desk().claim(await node(), UID)).rejects.toThrow('C302H Refused: the task is in progress already');
  });

  test('subscribes, and takes the report on an association that the manager opens', async () => {
    const told = Promise.withResolvers<string | undefined>();
    const stop = desk().follow((update) => told.resolve(update.text));
    await desk().subscribe(await node(), true);
    expect(await told.promise).toBe('MANAGER: COMPLETED');
    stop();
    await expect.poll(() => manager.seen().some(({ reported }) => reported === 0)).toBe(true);
  });
});

describe.skipIf(odilMissing())('our tasks: a performer made of odil', () => {
  let department: Department;
  let subscriber: TaskManagerPeer;
  let patientKey = '';
  beforeAll(async () => {
    department = await startDepartment();
    subscriber = await startTaskManager(department.peer);
    for (const aeTitle of ['CONSOLE', 'CONSOLE2']) await department.knows({ ...subscriber.peer, aeTitle });
    patientKey = await filled(department);
  });
  afterAll(async () => {
    await department?.close();
    await subscriber?.stop();
  });
  const desk = () => department.services.workflow.tasks;
  const newTask = (label = 'Deliver') =>
    desk().create({ kind: 'delivery', patientKey, sopInstanceUids: [PLAN], label });

  test('finds a task by its keys, reads it, claims, reports, completes it; nobody else can', async () => {
    const { sopInstanceUid: uid } = await newTask('Deliver fraction 1');
    await newTask('Another');
    const [tx, other] = [newUid(), newUid()];
    const pull = { context: UPS_PULL, uid };
    const act = (attributes: JsonAttributes) => ({ ...pull, field: COMMAND['N-ACTION'], action: 1, attributes });
    const set = (attributes: JsonAttributes) => ({ ...pull, field: COMMAND['N-SET'], attributes });
    const performed = {
      '00741216': {
        vr: 'SQ',
        Value: [
          {
            '00404028': CODE,
            '00404019': CODE,
            '00404050': text('DT', '20261124090000'),
            '00404051': text('DT', '20261124091000'),
            '00404033': { vr: 'SQ' },
          },
        ],
      },
    };
    const find = {
      field: COMMAND['C-FIND'],
      context: UPS_PULL,
      attributes: {
        '00080018': { vr: 'UI' },
        '00081195': { vr: 'UI' },
        '00100010': { vr: 'PN', Value: [{ Alphabetic: 'doe*' }] },
        '00404005': text('DT', '20200101-'),
        '00404021': { vr: 'SQ' },
        [STATE]: text('CS', 'SCHEDULED'),
        '00741204': text('LO', 'Deliver fraction*'),
      },
    };
    const results = await performWithOdil(department.peer, [
      find,
      act(change('COMPLETED', tx)),
      act(change('IN PROGRESS')),
      act(change('IN PROGRESS', tx)),
      act(change('IN PROGRESS', other)),
      set({ '00081195': text('UI', other), '00741202': text('LO', 'Mine') }),
      set({ '00081195': text('UI', tx), '00100020': text('LO', 'SOMEBODY ELSE') }),
      act(change('COMPLETED', tx)),
      set({ '00081195': text('UI', tx), ...performed }),
      act(change('COMPLETED', other)),
      act(change('SCHEDULED', tx)),
      act(change('COMPLETED', tx)),
      act(change('COMPLETED', tx)),
      set({ '00081195': text('UI', tx), '00741202': text('LO', 'Late') }),
      { ...pull, field: COMMAND['N-GET'] },
      { ...pull, uid: '1.2.3', field: COMMAND['N-GET'] },
      find,
    ]);
    expect(results.map(({ status }) => status.toString(16))).toEqual([
      '0', 'c310', 'c301', '0', 'c302', 'c301', '106', 'c304', '0', 'c301', 'c303', '0', 'b306', 'c300', '0', 'c307', '0',
    ]); // biome-ignore format: a row
    expect(results[0].found).toHaveLength(1);
    expect(results[0].found[0]['00080018'].Value).toEqual([uid]);
    expect(results[0].found[0]['00404021'].Value?.[0]).toMatchObject({
      '00081199': { Value: [{ '00081155': { Value: [PLAN] } }] },
      '0040e021': { Value: [{ '00080054': { Value: ['ISOCENTER'] } }] },
    });
    const read = results[14].found[0];
    expect(read[STATE].Value).toEqual(['COMPLETED']);
    expect(read['00100020'].Value).toEqual(['P1']);
    expect(JSON.stringify([results[0].found, read])).not.toContain(tx);
    expect(results[16].found).toEqual([]);
    expect(await desk().get(undefined, uid)).toMatchObject({ state: 'COMPLETED', performer: 'PERFORMER' });
  });

  test('subscribers are told of every change of every task, in order', async () => {
    const watch = { context: UPS_WATCH, field: COMMAND['N-ACTION'] };
    const subscribe = (receiver: string) => ({
      ...watch,
      uid: ALL_TASKS,
      action: ACTION.subscribe,
      attributes: { '00741234': text('AE', receiver), '00741230': text('LO', 'FALSE') },
    });
    const [unknown, known] = await performWithOdil(department.peer, [subscribe('STRANGER'), subscribe('CONSOLE')]);
    expect(unknown.status.toString(16)).toBe('c308');
    expect(known.status).toBe(0);
    const { sopInstanceUid: uid } = await newTask('Watched');
    await desk().claim(undefined, uid);
    await desk().progress(undefined, uid, 30, 'Beam 1');
    await desk().cancel(undefined, uid, 'Patient unwell');
    const reports = () => subscriber.seen().filter((one) => one.field === COMMAND['N-EVENT-REPORT'] && one.uid === uid);
    await expect.poll(() => reports().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(5);
    const states = reports().map(({ attributes = {} }) => attributes[STATE]?.Value?.[0] ?? 'progress');
    expect(states).toEqual(['SCHEDULED', 'IN PROGRESS', 'progress', 'progress', 'CANCELED']);
    expect(await desk().get(undefined, uid)).toMatchObject({ state: 'CANCELED', cancellation: 'Patient unwell' });
  });

  test('a filtered subscription tells only of what fits', async () => {
    const [filtered] = await performWithOdil(department.peer, [
      {
        context: UPS_WATCH,
        field: COMMAND['N-ACTION'],
        uid: ALL_TASKS_FILTERED,
        action: ACTION.subscribe,
        attributes: {
          '00741234': text('AE', 'CONSOLE2'),
          '00741230': text('LO', 'FALSE'),
          '00404005': text('DT', '20990101-20991231'),
          '00741204': text('LO', 'Far*'),
        },
      },
    ]);
    expect(filtered.status).toBe(0);
    const make = (label: string, start: string) =>
      desk().create({ kind: 'delivery', patientKey, sopInstanceUids: [PLAN], label, start });
    const near = await make('Far but soon', '20261125');
    const far = await make('Far away', '20990601');
    const told = () =>
      subscriber.seen().filter(({ command }) => command?.['00001000']?.Value?.[0] === far.sopInstanceUid);
    await expect.poll(() => told().length, { timeout: 10_000 }).toBe(2);
    expect(subscriber.seen().filter(({ uid }) => uid === near.sopInstanceUid)).toHaveLength(1);
  });

  test('others may ask for a cancellation: at once before the claim, of the performer after it', async () => {
    const [{ sopInstanceUid: free }, { sopInstanceUid: taken }] = [await newTask(), await newTask()];
    const tx = newUid();
    const cancel = (uid: string) => ({
      context: UPS_WATCH,
      field: COMMAND['N-ACTION'],
      uid,
      action: ACTION.requestCancel,
      attributes: { '00741238': text('LT', 'Plan withdrawn') },
    });
    const results = await performWithOdil(department.peer, [
      cancel(free),
      cancel(free),
      { context: UPS_PULL, field: COMMAND['N-ACTION'], uid: taken, action: 1, attributes: change('IN PROGRESS', tx) },
      cancel(taken),
    ]);
    // The performer has not subscribed: there is no way to reach it (C312H).
    expect(results.map(({ status }) => status.toString(16))).toEqual(['0', 'b304', '0', 'c312']);
    expect(await desk().get(undefined, free)).toMatchObject({ state: 'CANCELED', cancellation: 'Plan withdrawn' });
  });

  test('refuses what the SOP class of the context does not allow', async () => {
    const { sopInstanceUid: uid } = await newTask();
    const results = await performWithOdil(department.peer, [
      { context: UPS_WATCH, field: COMMAND['N-ACTION'], uid, action: 1, attributes: change('IN PROGRESS', newUid()) },
      { context: UPS_WATCH, field: COMMAND['N-SET'], uid, attributes: { '00741202': text('LO', 'x') } },
    ]);
    expect(results.map(({ status }) => status.toString(16))).toEqual(['123', '211']);
  });

  test('a delivery needs a plan, and only objects of the patient', async () => {
    const create = (sopInstanceUids: string[]) =>
      desk().create({ kind: 'delivery', patientKey, sopInstanceUids, label: 'x' });
    await expect(create([DOSE])).rejects.toMatchObject({ code: 'MISSING_ATTRIBUTE' });
    await expect(create(['1.2.3.999'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

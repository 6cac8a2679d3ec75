import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorklistItem } from '#shared/contract/rpc/worklist.ts';
import { CT_SERIES, ctSlice, plan } from '#test/unit/main/archive/objects.ts';
import { type Department, startDepartment } from './harness/department.ts';
import { odilMissing } from './harness/missing.ts';
import { type MppsServer, startMpps } from './harness/mpps.ts';

const ITEM: WorklistItem = {
  patientName: 'DOE^JOHN',
  patientId: 'P1',
  issuerOfPatientId: '',
  patientBirthDate: '19500102',
  patientSex: 'M',
  accessionNumber: 'A1',
  studyInstanceUid: '1.2.3.1',
  requestedProcedureId: 'RP1',
  requestedProcedure: 'Planning CT',
  referringPhysician: '',
  stepId: 'SPS1',
  step: 'CT thorax',
  modality: 'CT',
  stationAeTitle: 'SIM1',
  stationName: '',
  location: '',
  startDate: '20261124',
  startTime: '0900',
  performingPhysician: '',
  protocols: [{ value: 'CTTHX', scheme: '99DEPT', meaning: 'CT thorax for planning' }],
  referencedStudies: [],
};

const value = (attributes: Readonly<Record<string, { readonly Value?: readonly unknown[] }>>, tag: string): unknown =>
  attributes[tag]?.Value?.[0];

describe.skipIf(odilMissing())('performed procedure steps at a RIS of odil', () => {
  let ris: MppsServer;
  let department: Department;
  beforeAll(async () => {
    [ris, department] = await Promise.all([startMpps(), startDepartment()]);
    await department.knows(ris.peer);
    for (const bytes of [ctSlice(1), ctSlice(2), plan()])
      await department.services.archive.store(bytes, { source: 'test' });
  });
  afterAll(async () => {
    await department?.close();
    await ris?.stop();
  });
  const desk = () => department.services.workflow.worklist;
  const begin = async () => desk().start(await department.services.nodes.get('RIS'), ITEM);

  test('a step begins and is completed with the series that were made', async () => {
    const step = await begin();
    expect(step).toMatchObject({ state: 'in progress', node: 'RIS' });
    expect(step.problem).toBeUndefined();
    const [{ key }] = await department.services.archive.patients();
    const done = await desk().finish({
      sopInstanceUid: step.sopInstanceUid,
      outcome: 'completed',
      patientKey: key,
      seriesInstanceUids: [CT_SERIES, '1.2.3.4.1.0'],
    });
    expect(done).toMatchObject({ state: 'completed' });
    const [created, set] = ris.requests();
    expect(created).toMatchObject({ what: 'N-CREATE', uid: step.sopInstanceUid, status: 0 });
    expect(value(created.attributes, '00100020')).toBe('P1');
    expect(value(created.attributes, '00400252')).toBe('IN PROGRESS');
    expect(value(created.attributes, '00400270')).toMatchObject({
      '0020000d': { Value: ['1.2.3.1'] },
      '00401001': { Value: ['RP1'] },
      '00400009': { Value: ['SPS1'] },
    });
    expect(set).toMatchObject({ what: 'N-SET', uid: step.sopInstanceUid, status: 0 });
    expect(value(set.attributes, '00400252')).toBe('COMPLETED');
    const [images, others] = set.attributes['00400340'].Value as Record<string, { Value: unknown[] }>[];
    expect(images['0020000e'].Value).toEqual([CT_SERIES]);
    expect(images['00081140'].Value).toHaveLength(2);
    expect(others['00400220'].Value).toMatchObject([{ '00081155': { Value: ['1.2.3.4.1'] } }]);
  });

  test('a step is discontinued with its reason, and cannot end twice', async () => {
    const { sopInstanceUid } = await begin();
    const reason = { value: '110501', scheme: 'DCM', meaning: 'Equipment failure' };
    const finished = { sopInstanceUid, outcome: 'discontinued', seriesInstanceUids: [], reason } as const;
    expect(await desk().finish(finished)).toMatchObject({ state: 'discontinued' });
    expect(value(ris.requests().at(-1)?.attributes ?? {}, '00400281')).toMatchObject({
      '00080100': { Value: ['110501'] },
    });
    await expect(desk().finish(finished)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('never names series of another patient, and completes nothing without a series', async () => {
    const { sopInstanceUid } = await desk().start(await department.services.nodes.get('RIS'), {
      ...ITEM,
      patientId: 'SOMEBODY ELSE',
    });
    const [{ key }] = await department.services.archive.patients();
    const before = ris.requests().length;
    const finish = (seriesInstanceUids: string[]) =>
      desk().finish({ sopInstanceUid, outcome: 'completed', patientKey: key, seriesInstanceUids });
    await expect(finish([CT_SERIES])).rejects.toMatchObject({ code: 'CONFLICT', attribute: 'PatientID' });
    await expect(finish([])).rejects.toMatchObject({ code: 'MISSING_ATTRIBUTE' });
    expect(ris.requests()).toHaveLength(before);
  });

  test('what the RIS could not be told is remembered over a restart and told later, beginning first', async () => {
    await ris.stop();
    const step = await begin();
    expect(step.state).toBe('creating');
    expect(step.problem).toContain('NETWORK');
    await department.restart();
    const ended = await desk().finish({
      sopInstanceUid: step.sopInstanceUid,
      outcome: 'discontinued',
      seriesInstanceUids: [],
    });
    expect(ended.state).toBe('discontinuing');
    expect(ended.problem).toContain('NETWORK');
    ris = await startMpps(ris.peer.port);
    expect(await desk().retry(step.sopInstanceUid)).toMatchObject({ state: 'discontinued', problem: undefined });
    expect(ris.requests().map(({ what, uid, status }) => [what, uid, status])).toEqual([
      ['N-CREATE', step.sopInstanceUid, 0],
      ['N-SET', step.sopInstanceUid, 0],
    ]);
  });
});

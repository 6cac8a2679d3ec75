import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findWorklist } from '#main/services/worklist/find.ts';
import { filterKeys, inOrder, worklistItems } from '#main/services/worklist/item.ts';
import { worklistFilter } from '#shared/contract/rpc/worklist.ts';
import { peerMissing } from './harness/missing.ts';
import { type ScheduledStep, startWorklist, type WorklistServer } from './harness/worklist.ts';

const step = (
  patientId: string,
  characterSet: string,
  name: Buffer,
  more: Partial<ScheduledStep> = {},
): ScheduledStep => ({
  characterSet,
  name,
  patientId,
  modality: 'CT',
  station: 'SIM1',
  date: '20261124',
  time: '0915',
  step: 'Planning CT',
  studyInstanceUid: `2.25.${patientId}`,
  ...more,
});

/** The examples of PS3.5 annexes H, I and J (names in ISO 2022 code extensions), and single-byte repertoires. */
const NAMES: readonly ScheduledStep[] = [
  step(
    '81',
    '\\ISO 2022 IR 87',
    Buffer.from(
      'Yamada^Tarou=\u001b$B;3ED\u001b(B^\u001b$BB@O:\u001b(B=\u001b$B$d$^$@\u001b(B^\u001b$B$?$m$&\u001b(B',
      'latin1',
    ),
  ),
  step(
    '82',
    '\\ISO 2022 IR 149',
    Buffer.concat([
      Buffer.from('Hong^Gildong=\u001b$)C', 'latin1'),
      Buffer.from([0xfb, 0xf3]),
      Buffer.from('^\u001b$)C', 'latin1'),
      Buffer.from([0xd1, 0xce, 0xd4, 0xd7]),
    ]),
    { time: '1030' },
  ),
  step(
    '83',
    'GB18030',
    Buffer.concat([Buffer.from('Wang^XiaoDong='), Buffer.from([0xcd, 0xf5, 0x5e, 0xd0, 0xa1, 0xb6, 0xab])]),
    {
      time: '08',
      modality: 'MR',
    },
  ),
  step('84', 'ISO_IR 126', Buffer.from([0xc4, 0xe9, 0xef, 0xed, 0xf5, 0xf3, 0xe9, 0xef, 0xf2]), { station: 'LINAC1' }),
  step('85', 'ISO_IR 192', Buffer.from('Łukasz^Żółć'), { date: '20261125' }),
];

describe.skipIf(peerMissing('wlmscpfs'))('modality worklist of DCMTK', () => {
  let server: WorklistServer;
  const caller = { callingAe: 'ISOCENTER' };
  beforeAll(async () => {
    server = await startWorklist(NAMES);
  });
  afterAll(() => server?.stop());

  const items = async (filter: Parameters<typeof worklistFilter.parse>[0]) => {
    const answers = await findWorklist(server.peer, caller, filterKeys(worklistFilter.parse(filter)));
    return inOrder(answers.flatMap(worklistItems));
  };

  test('reads every answer in its own character set, in order of time', async () => {
    const found = await items({ date: '20261124' });
    expect(found.map(({ patientId }) => patientId)).toEqual(['83', '81', '84', '82']);
    expect(Object.fromEntries(found.map(({ patientId, patientName }) => [patientId, patientName]))).toEqual({
      81: 'Yamada^Tarou=山田^太郎=やまだ^たろう',
      82: 'Hong^Gildong=洪^吉洞',
      83: 'Wang^XiaoDong=王^小东',
      84: 'Διονυσιος',
    });
    expect(found[1]).toMatchObject({
      patientBirthDate: '19500401',
      patientSex: 'F',
      accessionNumber: 'ACC1',
      studyInstanceUid: '2.25.81',
      requestedProcedureId: 'RP1',
      requestedProcedure: 'Planning CT thorax',
      step: 'Planning CT',
      stepId: 'SPS1',
      modality: 'CT',
      stationAeTitle: 'SIM1',
      location: 'ROOM 1',
      startTime: '0915',
      performingPhysician: 'Physicist^Anna',
      protocols: [{ value: 'CTTHX', scheme: '99DEPT', meaning: 'CT thorax for planning' }],
    });
  });

  test('asks by date range, modality, station and patient', async () => {
    const ids = async (filter: Parameters<typeof worklistFilter.parse>[0]) =>
      (await items(filter)).map(({ patientId }) => patientId);
    expect(await ids({ date: '20261125-' })).toEqual(['85']);
    expect(await ids({ modality: 'MR' })).toEqual(['83']);
    expect(await ids({ stationAeTitle: 'LINAC1' })).toEqual(['84']);
    expect(await ids({ patientId: '82' })).toEqual(['82']);
    expect(await ids({ patientName: 'Hong*' })).toEqual(['82']);
    expect(await ids({ date: '20270101' })).toEqual([]);
  });

  test('stops at the limit', async () => {
    expect(await findWorklist(server.peer, caller, {}, { limit: 2 })).toHaveLength(2);
  });

  test('says when a node has no worklist of that name', async () => {
    await expect(findWorklist({ ...server.peer, aeTitle: 'NOBODY' }, caller, {})).rejects.toMatchObject({
      code: 'ASSOCIATION_REJECTED',
    });
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { transfersFile } from '#main/host/transfers.ts';
import { openTransferDatabase } from '#main/transfers/store/database.ts';
import { TransferStore } from '#main/transfers/store/transferStore.ts';
import type { Transfer } from '#shared/contract/rpc/transfers.ts';
import { scratch, transfer } from '../transfers/queueScene.ts';
import { run } from './commandLineRun.ts';

describe('isocenter transfers', () => {
  it('lists, cancels and retries, and changes nothing when one of several is unknown', async () => {
    await using folder = await scratch();
    const at = ['--archive', folder.dir];
    expect(await run(['transfers', 'list', ...at])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^error NOT_FOUND: .*nothing was ever sent from this archive/) as string,
    });
    const database = openTransferDatabase(transfersFile(folder.dir));
    const store = new TransferStore(database);
    const ids = ['a', 'b'].map((to, n) => store.add(transfer(to, [n]), Date.now()));
    database.close();
    const list = async (...words: string[]) =>
      JSON.parse((await run(['transfers', 'list', ...words, ...at, '--json'])).stdout) as Transfer[];
    expect((await list()).map(({ id, state }) => [id, state])).toEqual([
      [ids[1], 'waiting'],
      [ids[0], 'waiting'],
    ]);
    expect(await run(['transfers', 'cancel', String(ids[0]), '99', ...at])).toMatchObject({ status: 1 });
    expect(await list('--state', 'cancelled')).toEqual([]);
    expect(await run(['transfers', 'cancel', 'all', ...at])).toEqual({
      status: 0,
      stdout: `${ids[1]} cancelled\n${ids[0]} cancelled\n`,
      stderr: '',
    });
    expect((await run(['transfers', 'retry', String(ids[0]), ...at])).stdout).toBe(`${ids[0]} waiting\n`);
    expect((await run(['transfers', 'list', '--objects', '--search', '1.2.0', ...at])).stdout).toMatch(
      /DOE\^JOHN · P1.*\n {4}1\.2\.0 {2}waiting/,
    );
  });

  it.each([
    [['transfers']],
    [['transfers', 'lits']],
    [['transfers', 'cancel']],
    [['transfers', 'cancel', 'x']],
    [['transfers', 'list', '--state', 'asleep']],
  ])('refuses %j', async (words) => {
    await using folder = await scratch();
    openTransferDatabase(transfersFile(folder.dir)).close();
    expect((await run([...words, '--archive', folder.dir])).status).toBe(2);
  });
});

describe('isocenter route', () => {
  const NODES = [
    { id: '1', name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port: 104 },
    { id: '2', name: 'Old', aeTitle: 'PACS', host: '127.0.0.1', port: 105 },
  ];

  it('adds a rule that fits the contract, lists and removes it', async () => {
    await using folder = await scratch();
    await writeFile(join(folder.dir, 'settings.json'), JSON.stringify({ nodes: NODES }));
    const at = ['--archive', folder.dir];
    const added = await run([
      'route',
      'add',
      'SIM',
      '--to',
      'Old',
      '--key',
      'StationName=SIM*',
      '--quiet',
      '30',
      ...at,
      '--json',
    ]);
    expect(JSON.parse(added.stdout)).toMatchObject({
      name: 'SIM',
      enabled: true,
      from: '*',
      node: '2',
      attributes: [{ keyword: 'StationName', pattern: 'SIM*' }],
      quietSeconds: 30,
    });
    expect((await run(['route', 'list', ...at])).stdout).toMatch(/SIM {3}on {2}\* {5}\* {9}\* {11}Old/);
    expect(await run(['route', 'remove', 'SIM', ...at])).toMatchObject({ status: 0, stdout: 'SIM removed\n' });
    expect((await run(['route', 'list', ...at])).stdout).toBe('no rules\n');
  });

  it.each([
    [['add', 'X', '--to', 'nobody'], 1, 'no such node is configured'],
    [['add', 'X', '--to', 'PACS'], 1, 'several nodes are called so'],
    [['add', 'X', '--to', 'Old', '--quiet', '1.5'], 2, 'quietSeconds'],
    [['add', 'X', '--to', 'Old', '--key', 'PatientName=*'], 2, 'attributes.0.keyword'],
    [['add', 'X', '--to', 'Old', '--priority', 'urgent'], 2, 'priority'],
    [['add', 'X'], 2, '--to'],
    [['remove', 'X'], 1, 'no such rule'],
    [['ad'], 2, 'none of list, add, remove'],
  ])('refuses %j', async (words, status, reason) => {
    await using folder = await scratch();
    await writeFile(join(folder.dir, 'settings.json'), JSON.stringify({ nodes: NODES }));
    const outcome = await run(['route', ...words, '--archive', folder.dir]);
    expect([outcome.status, outcome.stderr]).toEqual([status, expect.stringContaining(reason)]);
  });
});

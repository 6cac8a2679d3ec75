import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineSchema } from '#shared/dosimetry/machine/machine.ts';
import { run } from './commandLineRun.ts';

interface Report {
  readonly machine: string;
  readonly residuals: readonly { readonly worst: number; readonly before: { readonly worst: number } }[];
  readonly leftOut: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly after: number }[];
}
const reportOf = (stdout: string): Report => JSON.parse(stdout) as Report;

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'commission-'));
  await mkdir(join(dir, 'measured'));
  // A hard 6 MV depth dose, made up; and one of another energy, which is not for this machine.
  const rows = Array.from({ length: 24 }, (_, n) => `${(n + 2) * 10},${(100 * Math.exp(-(n + 2) / 22.5)).toFixed(2)}`);
  await writeFile(
    join(dir, 'measured', 'depth.csv'),
    `# energy: 6\n# field: 10 x 10 cm\n# ssd: 1000\ndepth_mm,dose\n${rows.join('\n')}\n`,
  );
  await writeFile(join(dir, 'measured', '15MV 10x10 ssd100.csv'), `depth_mm,dose\n${rows.join('\n')}\n`);
  await writeFile(join(dir, 'measured', 'notes.md'), 'no data');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const commission = (...words: string[]): ReturnType<typeof run> =>
  run(['commission', '--measured', join(dir, 'measured'), ...words, '--json']);

describe('isocenter commission', { timeout: 120_000 }, () => {
  it('fits, writes a machine file and a report, and takes that file back', async () => {
    const out = join(dir, 'out.json');
    const fit = await commission(
      '--machine',
      'GENERIC_6MV',
      '--out',
      out,
      '--name',
      'HARD_6MV',
      '--grid',
      '8',
      '--report',
      join(dir, 'report'),
      '--threads',
      '1',
    );
    expect(fit).toMatchObject({ status: 0, stderr: '' });
    const report = reportOf(fit.stdout);
    expect(report.machine).toBe('HARD_6MV');
    expect(report.residuals).toHaveLength(1);
    expect(report.residuals[0].worst).toBeLessThan(report.residuals[0].before.worst);
    expect(report.leftOut).toHaveLength(1);
    const filtration = report.parameters.find(({ name }) => name === 'beam.filtration');
    expect(filtration?.after).toBeGreaterThan(2);
    const machine = machineSchema.parse(JSON.parse(await readFile(out, 'utf8')));
    expect(machine).toMatchObject({ name: 'HARD_6MV', clinicallyCommissioned: false });
    expect(machine.beam.filtration).toBe(filtration?.after);
    expect(await readFile(join(dir, 'report', 'index.html'), 'utf8')).toContain('HARD_6MV');
    expect(await readFile(join(dir, 'report', 'scan-001.svg'), 'utf8')).toMatch(/^<svg/);

    const again = await commission('--machine', out, '--no-fit', '--grid', '8', '--threads', '1');
    expect(again.status).toBe(0);
    expect(reportOf(again.stdout).residuals[0].worst).toBeCloseTo(report.residuals[0].worst, 6);
  });

  it.each([
    [['--machine', 'GENERIC_6MV'], 2, '--out'],
    [['--machine', 'NONE', '--out', 'x.json'], 1, 'no machine named "NONE"'],
    [['--machine', 'GENERIC_6MV', '--out', 'x.json', '--name', 'REF_6MV_POINT'], 2, 'comes with the program'],
    [['--machine', 'gone.json', '--out', 'x.json'], 1, 'gone.json'],
    [['--machine', 'REF_15MV_POINT', '--out', 'x.json', '--measured', 'none'], 1, 'none'],
  ])('%j ends with %i', async (words, status, message) => {
    const outcome = await commission(...words);
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).toContain(message);
  });
});

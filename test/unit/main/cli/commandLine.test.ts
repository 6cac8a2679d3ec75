import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '#main/cli/commands.ts';
import { run } from './commandLineRun.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isocenter-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the command line', () => {
  it('has every command of the contract', () => {
    const contract =
      'serve echo send import list query retrieve phantom register mask structures dose optimize robust dvh gamma drr commission export validate archive demo ' +
      'check commit mpps print report route segment sum transfers ups worklist';
    expect(Object.keys(COMMANDS).sort()).toEqual(contract.split(' ').sort());
  });

  it.each([
    [['list'], 'a folder without an archive'],
    [['archive', 'verify'], 'a folder without an archive'],
    [['export', '--plan', '1.2', '--out', 'x'], 'a folder without an archive'],
  ])('%j makes no archive in %s, but says that there is none', async (words) => {
    const mistyped = join(folder, 'mistyped');
    const { status, stdout, stderr } = await run([...words, '--archive', mistyped]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`error NOT_FOUND: ${mistyped}: there is no archive in this folder (--archive)`);
    await expect(readFile(mistyped)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('validate says when there is nothing to validate', async () => {
    const { status, stderr } = await run(['validate', folder]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: `error NOT_FOUND: ${folder}: there is no file here\n` });
  });

  it.each(Object.keys(COMMANDS))('%s --help explains itself', async (name) => {
    const { status, stdout, stderr } = await run([name, '--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.startsWith(`isocenter ${name} `)).toBe(true);
  });

  it.each([
    [[], 'isocenter COMMAND'],
    [['bogus'], 'error USAGE: bogus: '],
    [['toString'], 'error USAGE: toString: '],
    [['list', 'planet'], "error USAGE: 'planet' is no level"],
    [['list', '--key', 'PatientID'], "error USAGE: 'PatientID' is no Keyword=value (--key)"],
    [['list', '--bogus'], "error USAGE: Unknown option '--bogus'"],
    [['echo'], 'error USAGE: AET@host:port is missing'],
    [['echo', 'somewhere:104'], "error USAGE: 'somewhere:104' is no AET@host:port"],
    [['send', 'X@h:1'], 'error USAGE: give either PATH or --key'],
    [['import'], 'error USAGE: PATH is missing'],
    [['phantom', 'thorax'], 'error USAGE: is required (--out)'],
    [['phantom', 'elephant', '--out', '/nowhere'], "error USAGE: 'elephant' is none of thorax, head, pelvis, water"],
    [['phantom', 'water', '--out', '/nowhere', '--seed', '1.5'], "error USAGE: '1.5' is no whole number (--seed)"],
    [
      ['dose', '--ct', 'x', '--plan', 'y', '--engine', 'guess'],
      "error USAGE: 'guess' is none of ccc, pb, mc (--engine)",
    ],
    [
      ['dose', '--ct', 'x', '--plan', 'y', '--grid', '0'],
      "error USAGE: '0' is neither a spacing from 0.5 to 20 mm nor three, as x,y,z (--grid)",
    ],
    [['export', '--plan', '1.2'], 'error USAGE: give either --to or --out'],
    [['serve', '--http', '0.0.0.0:0', '--open'], 'error USAGE: needs a loopback address for --http (--open)'],
    [['import', '--index', 'shared', 'x'], 'error USAGE: is no postgresql://user@host/database (--index)'],
    [['archive', 'burn'], "error USAGE: 'burn' is neither verify nor rebuild"],
    [
      ['mask', '--rtstruct', 'a', '--roi', 'b', '--image', 'c', '--out', 'd.png'],
      'error USAGE: d.png: must end in .nrrd or .nii.gz (--out)',
    ],
  ])('%j is a usage error', async (words, expected) => {
    const { status, stdout, stderr } = await run(words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(expected);
  });

  it.each([
    [
      ['dvh', '--rtstruct', '/nowhere/rs.dcm', '--dose', 'x'],
      'error NOT_FOUND: /nowhere/rs.dcm: cannot be read (ENOENT)',
    ],
    [['validate', '/nowhere'], 'error NOT_FOUND: /nowhere: no such file or folder'],
    [
      ['dose', '--ct', 'x', '--plan', 'y', '--engine', 'mc'],
      'error NOT_IMPLEMENTED: mc: this engine is not there yet (--engine)',
    ],
    [['echo', 'X@127.0.0.1:1'], 'error NETWORK: '],
  ])('%j fails with one line', async (words, expected) => {
    const { status, stdout, stderr } = await run([...words, '--json']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(expected);
    expect(stderr.match(/\n/g)).toHaveLength(1);
  });

  it('writes a phantom with its truth', async () => {
    const made = await run(['phantom', 'water', '--out', join(folder, 'water'), '--json']);
    expect(made.stderr).toBe('');
    const { series, truth } = JSON.parse(made.stdout) as {
      series: { modality: string; instances: number; path: string }[];
      truth: string;
    };
    expect(series.map(({ modality, instances }) => [modality, instances])).toEqual([['CT', 100], ['MR', 64], ['RTSTRUCT', 1], ['REG', 1]]); // biome-ignore format: a table
    expect(JSON.parse(await readFile(truth, 'utf8'))).toMatchObject({
      kind: 'water',
      seed: 1,
      rois: [{ name: 'BODY', volume: 27000 }],
    });
  });

  it('imports, refuses by name, lists, verifies and exports', async () => {
    const archive = ['--archive', join(folder, 'archive')];
    await writeFile(join(folder, 'water', 'note.txt'), 'not DICOM');
    const imported = JSON.parse((await run(['import', join(folder, 'water'), ...archive, '--json'])).stdout) as Record<
      string,
      unknown
    >;
    expect(imported).toMatchObject({ imported: 166, duplicates: 0 });
    expect(imported.refused).toHaveLength(2);
    const again = JSON.parse(
      (await run(['import', join(folder, 'water', 'CT'), ...archive, '--json'])).stdout,
    ) as unknown;
    expect(again).toMatchObject({ imported: 0, duplicates: 100, refused: [] });

    const listed = JSON.parse(
      (await run(['list', 'series', '--key', 'Modality=MR', ...archive, '--json'])).stdout,
    ) as unknown;
    expect(listed).toMatchObject([
      { Modality: 'MR', PatientID: 'PHANTOM-WATER-1', NumberOfSeriesRelatedInstances: 64 },
    ]);
    expect((await run(['list', ...archive])).stdout).toContain('PHANTOM-WATER-1');
    const verified = JSON.parse((await run(['archive', 'verify', ...archive, '--json'])).stdout) as unknown;
    expect(verified).toMatchObject({ instances: 166, missing: [], orphans: [], repaired: 0 });

    const none = await run(['export', '--plan', '1.2.3', '--out', folder, ...archive]);
    expect(none).toMatchObject({ status: 1, stderr: 'error NOT_FOUND: 1.2.3: not in the archive (--plan)\n' });
  });

  it('measures an ROI as a mask, and writes it in two formats that agree', async () => {
    const words = [
      'mask',
      '--rtstruct',
      join(folder, 'water', 'RTSTRUCT', 'RTSTRUCT.dcm'),
      '--roi',
      'BODY',
      '--image',
      join(folder, 'water', 'CT'),
    ];
    for (const name of ['mask.nrrd', 'mask.nii.gz']) {
      const { stdout, stderr } = await run([...words, '--out', join(folder, name), '--json']);
      expect(stderr).toBe('');
      const { voxels, volume } = JSON.parse(stdout) as { voxels: number; volume: number };
      expect(voxels).toBe(1_000_000);
      expect(volume).toBeCloseTo(27000, -1);
    }
    const missing = await run(words.with(4, 'Liver'));
    expect(missing.stderr).toMatch(/^error NOT_FOUND: .*RTSTRUCT\.dcm: has no ROI named 'Liver' \(--roi\)\n$/);
    const otherFrame = await run(words.with(6, join(folder, 'water', 'MR')));
    expect(otherFrame.stderr).toMatch(/^error FRAME_OF_REFERENCE: BODY: /);
  });

  it('validates objects and fails when one has errors', async () => {
    const good = await run(['validate', join(folder, 'water', 'RTSTRUCT'), '--json']);
    expect(good.status, good.stderr).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject([{ errors: [] }]);
    await writeFile(join(folder, 'bad.dcm'), 'not DICOM at all');
    const bad = await run(['validate', join(folder, 'bad.dcm'), '--json']);
    expect(bad.status).toBe(1);
    expect(bad.stderr).toMatch(/^error INVALID_ATTRIBUTE: .*bad\.dcm: 1 of 1 objects have errors: [^\n]+\n$/);
    const [report] = JSON.parse(bad.stdout) as { errors: string[] }[];
    expect(report.errors[0]).toContain('NOT_DICOM');
  });
});

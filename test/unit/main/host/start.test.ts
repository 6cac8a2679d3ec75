import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { projectRoot } from '#main/host/paths.ts';
import { scratch } from '../archive/objects.ts';

interface Run {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly exit: Promise<number | null>;
}

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function runStart(argv: readonly string[]): Run {
  const child = spawn(process.execPath, [join(projectRoot(), 'src/main/host/start.ts'), ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.on('data', (chunk: Buffer) => {
      text[name] += chunk.toString();
    });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return { child, stdout: () => text.stdout, stderr: () => text.stderr, exit };
}

it('starts the web host, says when it is ready, and ends cleanly when told to', async () => {
  await using folder = await scratch();
  const run = runStart(['--archive', folder.dir, '--port', '0', '--no-open', '--no-demo', '--json']);
  await expect.poll(run.stdout, { timeout: 20_000 }).toContain('\n');
  const ready = JSON.parse(run.stdout()) as { event: string; dicom: number; http: string; url: string; token: string };
  expect(ready.event).toBe('ready');
  expect(ready.dicom).toBeGreaterThan(0);
  const launched = await fetch(ready.url, { redirect: 'manual' });
  expect(launched.status).toBe(303);
  const studies = await fetch(`${ready.http}/dicom-web/studies`, {
    headers: { authorization: `Bearer ${ready.token}` },
  });
  expect(await studies.json()).toEqual([]);
  expect((await fetch(`${ready.http}/dicom-web/studies`)).status).toBe(401);
  run.child.kill('SIGTERM');
  expect(await run.exit).toBe(0);
  expect(run.stderr()).toContain('DICOM node: ISOCENTER on 127.0.0.1:');
});

it('tells people their options and their mistakes', async () => {
  const help = runStart(['--help']);
  expect([await help.exit, help.stdout()]).toEqual([0, expect.stringContaining('--no-open')]);
  const wrong = runStart(['--prot', '104']);
  expect([await wrong.exit, wrong.stdout()]).toEqual([2, '']);
  expect(wrong.stderr()).toMatch(/^error USAGE: .*--prot/);
  await using folder = await scratch();
  await writeFile(join(folder.dir, 'file'), '');
  const nowhere = runStart(['--archive', join(folder.dir, 'file', 'archive'), '--no-open', '--no-demo']);
  expect([await nowhere.exit, nowhere.stderr()]).toEqual([1, expect.stringMatching(/^error STORAGE: /)]);
});

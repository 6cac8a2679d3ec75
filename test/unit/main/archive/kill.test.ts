import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openArchive } from '#main/archive/archive.ts';
import { scratch } from './objects.ts';

/** Runs the receiving child until it has acknowledged some objects and a little longer, then kills it without warning. */
async function receiveUntilKilled(dir: string, ms: number): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'receiveForever.ts'), dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(child.stdout, 'data');
  await wait(ms);
  child.kill('SIGKILL');
  await once(child, 'close');
  // A last line cut off by the kill was not acknowledged.
  return output.slice(0, output.lastIndexOf('\n')).split('\n');
}

it('loses nothing acknowledged and leaves nothing half when it is killed', async () => {
  await using folder = await scratch();
  for (const ms of [0, 13, 47, 111]) {
    const acknowledged = await receiveUntilKilled(folder.dir, ms);
    expect(acknowledged.length).toBeGreaterThan(0);
    const archive = await openArchive(folder.dir);
    expect(await readdir(join(folder.dir, 'incoming'))).toEqual([]);
    const stored = new Set((await archive.locate({})).map((object) => object.sopInstanceUid));
    expect(acknowledged.filter((uid) => !stored.has(uid))).toEqual([]);
    expect(await archive.verify()).toMatchObject({ missing: [], changed: [], orphans: [], instances: stored.size });
    expect(await archive.count()).toBe(stored.size);
    await archive.close();
  }
});

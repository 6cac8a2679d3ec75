import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Runs the receiving child until it has acknowledged an object and `ms` longer, then kills it without warning.
 * @returns the SOP Instance UIDs it had acknowledged
 */
export async function receiveUntilKilled(
  dir: string,
  ms: number,
  first = 1,
  sizes: readonly number[] = [2000, 716_800],
): Promise<string[]> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'receiveForever.ts'), dir, String(first), sizes.join(',')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
  if (child.exitCode !== null) throw new Error(`the receiving child ended by itself (${child.exitCode})`);
  await wait(ms);
  child.kill('SIGKILL');
  await once(child, 'close');
  // A last line cut off by the kill was not acknowledged.
  return output.slice(0, output.lastIndexOf('\n')).split('\n');
}

import { open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { IsocenterError } from '#shared/contract/errors.ts';

/** How often and how long to try, ms; a change takes a few. */
const RETRY = 20;
const GIVE_UP = 5000;
/** A lock this old was left by a process that can no longer be asked (another machine's, or its number is used again), ms. */
const STALE = 10_000;

/** Runs `work` while `file` exists for us alone, also among processes. @throws STORAGE when another keeps it */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  while (!(await take(file))) {
    if (await isLeft(file)) await rm(file, { force: true });
    else if (performance.now() - start > GIVE_UP)
      throw new IsocenterError('STORAGE', 'another process is changing the settings and does not end', {
        object: file,
      });
    await sleep(RETRY);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new IsocenterError('STORAGE', 'cannot be written', { object: file, cause: error });
  }
}

/** Whether the process that made the lock is gone. */
async function isLeft(file: string): Promise<boolean> {
  try {
    if (Date.now() - (await stat(file)).mtimeMs > STALE) return true;
    const pid = Number(await readFile(file, 'utf8'));
    if (!Number.isInteger(pid) || pid <= 0) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

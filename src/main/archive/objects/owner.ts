import { readFileSync } from 'node:fs';

/**
 * Start time of a process in clock ticks since boot (field 22 of /proc/PID/stat), which tells it from an earlier one with the
 * same id; '0' where the system does not say, undefined when no such process runs.
 */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name in parentheses may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return isRunning(pid) ? '0' : undefined;
  }
}

function isRunning(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Begins the name of every file that belongs to this process alone. */
export const OWNER = `${process.pid}.${startOf(process.pid) ?? '0'}`;

/** Files of this process that are in use; any other one under our name is from an earlier life. */
export const inUse = new Set<string>();

/** Whether the process that made the file `name` (without its folder) still runs and may be writing to it. */
export function hasOwner(name: string, path: string): boolean {
  const [, pid = '', start] = /^(\d+)(?:\.(\d+))?-/.exec(name) ?? [];
  if (Number(pid) === process.pid) return inUse.has(path);
  const running = startOf(Number(pid));
  return running !== undefined && (start === undefined || start === '0' || running === '0' || running === start);
}

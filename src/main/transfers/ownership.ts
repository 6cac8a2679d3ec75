import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;

/** The right to work on a queue, which one process has at a time; the system takes it back when the process ends, however it ends. */
export interface Ownership {
  release(): void;
}

/**
 * Takes the lock `file`, or gives undefined when another process (or another queue in this one) has it. It is SQLite's own file lock,
 * held by an exclusive transaction that never ends: it works where SQLite works, and a killed process leaves nothing behind.
 */
export function tryToOwn(file: string): Ownership | undefined {
  const sqlite = new DatabaseSync(file);
  try {
    sqlite.exec('pragma busy_timeout = 0; begin exclusive');
  } catch (error) {
    sqlite.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { release: () => sqlite.close() };
}

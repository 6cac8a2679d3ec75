import { appendFile, readFile, rename, rm, stat } from 'node:fs/promises';
import type { Log } from '#main/server/services.ts';
import type { SecurityEvent } from '#shared/contract/rpc/security.ts';

/** Who connected, who was refused and why, and what each association asked for: JSON lines in a file that people can keep. */
export interface SecurityLog {
  write(event: Omit<SecurityEvent, 'time'>): void;
  /** Newest first. */
  recent(): SecurityEvent[];
  /** Resolves when everything is in the file. */
  close(): Promise<void>;
}

/** The file is renamed `….1` past this size, `….1` to `….2` and so on: what a flood of connections can fill is bounded. */
const MAX_BYTES = 4 * 1024 * 1024;
const KEPT_FILES = 5;
const RECENT = 500;
/** Text of peers is cut: an AE title has 16 characters, a certificate's subject may have any number. */
const MAX_TEXT = 300;

/** Appends to `file`; the last lines of an earlier run are among the recent ones. */
export async function openSecurityLog(file: string, log: Log, maxBytes = MAX_BYTES): Promise<SecurityLog> {
  const recent: SecurityEvent[] = await lastLines(file);
  let size = await stat(file).then(
    (info) => info.size,
    () => 0,
  );
  let waiting: string[] = [];
  let writing: Promise<void> | undefined;
  let failed = false;

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const text = waiting.join('');
      waiting = [];
      try {
        if (size > maxBytes) {
          await rotate(file);
          size = 0;
        }
        await appendFile(file, text, { mode: 0o600 });
        size += Buffer.byteLength(text);
        failed = false;
      } catch (error) {
        // Said once: the disk is full, and the archive says so too.
        if (!failed) log.error(`the security log cannot be written: ${String(error)}`);
        failed = true;
      }
    }
    writing = undefined;
  };
  return {
    write(event) {
      const line: SecurityEvent = { time: new Date().toISOString(), ...event };
      for (const key of ['callingAe', 'calledAe', 'user', 'tls', 'text'] as const)
        if (line[key] !== undefined) line[key] = line[key].slice(0, MAX_TEXT);
      recent.push(line);
      if (recent.length > RECENT) recent.shift();
      waiting.push(`${JSON.stringify(line)}\n`);
      writing ??= flush();
    },
    recent: () => recent.toReversed(),
    close: async () => writing,
  };
}

async function rotate(file: string): Promise<void> {
  await rm(`${file}.${KEPT_FILES}`, { force: true });
  for (let n = KEPT_FILES - 1; n >= 1; n--)
    await rename(`${file}.${n}`, `${file}.${n + 1}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  await rename(file, `${file}.1`);
}

async function lastLines(file: string): Promise<SecurityEvent[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.slice(-RECENT).flatMap((line) => {
    try {
      return [JSON.parse(line) as SecurityEvent];
    } catch {
      // Cut off by a kill.
      return [];
    }
  });
}

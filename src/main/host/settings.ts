import { open, readFile, rename } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { NodeBook } from '#main/server/services.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { nodeBook } from './books/nodeBook.ts';
import { withLock } from './settingsLock.ts';
import { type Settings, settingsSchema } from './settingsSchema.ts';

/** Settings of this installation, in a JSON file that people and other processes may change meanwhile. */
export interface SettingsFile {
  readonly file: string;
  /** As last read or written. */
  readonly current: Settings;
  readonly nodes: NodeBook;
  /** Takes over what others have written. @throws INVALID_ATTRIBUTE, STORAGE; `current` stays as it was then */
  refresh(): Promise<Settings>;
  /**
   * Changes the file on top of whatever it holds by then, so that no other change is lost: `edit` may run on settings
   * that are newer than `current`, and must not have effects of its own.
   */
  change<T>(edit: (from: Settings) => { readonly next: Settings; readonly result: T }): Promise<T>;
  /** Calls back after each change, ours or found by `refresh`; returns how to stop that. */
  subscribe(listener: (settings: Settings) => void): () => void;
}

/** Reads `file`, which need not exist. @throws INVALID_ATTRIBUTE, naming what is wrong: it is never replaced by defaults */
export async function openSettings(file: string): Promise<SettingsFile> {
  const listeners = new Set<(settings: Settings) => void>();
  let text = await readText(file);
  let current = parseSettings(file, text);
  let last: Promise<unknown> = Promise.resolve();
  const take = (newText: string, settings: Settings): void => {
    [text, current] = [newText, settings];
    for (const listener of listeners) listener(settings);
  };
  const refresh = async (): Promise<Settings> => {
    const found = await readText(file);
    if (found !== text) take(found, parseSettings(file, found));
    return current;
  };
  /** One after the other within this process. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  const settings: SettingsFile = {
    file,
    get current() {
      return current;
    },
    get nodes() {
      return nodes;
    },
    refresh: () => inTurn(refresh),
    change: (edit) =>
      inTurn(() =>
        withLock(`${file}.lock`, async () => {
          const { next, result } = edit(await refresh());
          const written = `${JSON.stringify(next, null, 2)}\n`;
          const checked = parseSettings(file, written);
          await writeText(file, written);
          take(written, checked);
          return result;
        }),
      ),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const nodes = nodeBook(settings);
  return settings;
}

/** @throws INVALID_ATTRIBUTE with the first thing that is wrong */
function parseSettings(file: string, text: string): Settings {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new IsocenterError('INVALID_ATTRIBUTE', 'is not JSON', { object: file, cause: error });
  }
  const parsed = settingsSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new IsocenterError('INVALID_ATTRIBUTE', issue.message, { object: file, attribute: issue.path.join('.') });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '{}';
    throw new IsocenterError('STORAGE', 'cannot be read', { object: file, attribute: 'settings', cause: error });
  }
}

/** Written beside and renamed, so that the file is always whole; readable by its owner only, for it holds passcodes. */
async function writeText(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  // Windows cannot open a folder; there the rename is durable by itself.
  const folder = await open(dirname(file), 'r').catch(() => undefined);
  await folder?.sync();
  await folder?.close();
}

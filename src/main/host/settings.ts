import { randomUUID } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import type { NodeBook } from '#main/server/services.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { aeTitle, node } from '#shared/contract/rpc/nodes.ts';

const settings = z.strictObject({
  aeTitle: aeTitle.default('ISOCENTER'),
  nodes: z.array(node).default([]),
});
type Settings = z.infer<typeof settings>;

/** Settings of this installation, in a JSON file that people may edit while it is not running. */
export interface SettingsFile {
  readonly current: Settings;
  readonly nodes: NodeBook;
}

/** Reads `file`, which need not exist. @throws INVALID_ATTRIBUTE, naming what is wrong: it is never replaced by defaults */
export async function openSettings(file: string): Promise<SettingsFile> {
  let current = parseSettings(file, await readFile(file, 'utf8').catch(missingAsEmpty));
  let last: Promise<unknown> = Promise.resolve();
  const change = <T>(edit: (from: Settings) => { next: Settings; result: T }): Promise<T> => {
    const done = last.then(async () => {
      const { next, result } = edit(current);
      await writeSettings(file, next);
      current = next;
      return result;
    });
    last = done.catch(() => undefined);
    return done;
  };
  return {
    get current() {
      return current;
    },
    nodes: {
      list: async () => [...current.nodes],
      save: (saved) =>
        change((from) => {
          const at = from.nodes.findIndex(({ id }) => id === saved.id);
          const nodes = at < 0 ? [...from.nodes, saved] : from.nodes.with(at, saved);
          return { next: { ...from, nodes }, result: saved };
        }),
      remove: (id) =>
        change((from) => {
          const nodes = from.nodes.filter((other) => other.id !== id);
          return { next: { ...from, nodes }, result: nodes.length < from.nodes.length };
        }),
      async get(id) {
        const found = current.nodes.find((other) => other.id === id);
        if (!found) throw new IsocenterError('NOT_FOUND', 'no such node is configured', { object: id });
        return found;
      },
    },
  };
}

function parseSettings(file: string, text: string): Settings {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new IsocenterError('INVALID_ATTRIBUTE', 'is not JSON', { object: file, cause: error });
  }
  const parsed = settings.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new IsocenterError('INVALID_ATTRIBUTE', issue.message, { object: file, attribute: issue.path.join('.') });
}

function missingAsEmpty(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '{}';
  throw new IsocenterError('STORAGE', 'cannot be read', { attribute: 'settings', cause: error });
}

/** Written beside and renamed, so that the file is always whole. */
async function writeSettings(file: string, value: Settings): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';

interface BookKind<T> {
  /** As error messages call one: `template`. */
  readonly what: string;
  /** @throws INVALID_ATTRIBUTE */
  readonly parse: (data: unknown, file: string) => T;
  /** Names that come with the program. */
  readonly taken: () => readonly string[];
}

/** What an installation keeps by name beside what comes with the program: one `NAME.json` each in `dir`, which is made with the first. */
export function namedBook<T extends { readonly name: string }>(dir: string, { what, parse, taken }: BookKind<T>) {
  const refuseTaken = (name: string): void => {
    if (taken().includes(name))
      throw new IsocenterError('CONFLICT', `is the name of a ${what} that comes with the program`, { object: name });
  };
  return {
    /** With what is wrong with files that hold none. */
    async read(): Promise<{ items: T[]; problems: string[] }> {
      const items: T[] = [];
      const problems: string[] = [];
      const files = (await readdir(dir).catch(() => [])).filter((file) => file.endsWith('.json')).sort();
      for (const file of files)
        try {
          const item = parse(parsed(await readFile(join(dir, file), 'utf8'), file), file);
          refuseTaken(item.name);
          items.push(item);
        } catch (error) {
          problems.push(describeError(error));
        }
      return { items, problems };
    },
    /** Adds, or replaces the one of the same name. @throws CONFLICT, INVALID_ATTRIBUTE, STORAGE */
    async save(item: T): Promise<T> {
      refuseTaken(item.name);
      if (!/^[\p{L}\p{N}][\p{L}\p{N} ._+()-]{0,47}$/u.test(item.name))
        throw new IsocenterError('INVALID_ATTRIBUTE', `a ${what}’s name has 1 to 48 letters, digits, spaces, ._+()-`, {
          object: item.name,
          attribute: 'name',
        });
      const file = join(dir, `${item.name}.json`);
      try {
        await mkdir(dir, { recursive: true });
        await writeFile(`${file}.part`, `${JSON.stringify(item, null, 2)}\n`);
        await rename(`${file}.part`, file);
      } catch (cause) {
        const code = (cause as NodeJS.ErrnoException).code ?? 'EIO';
        throw new IsocenterError('STORAGE', `cannot be written (${code})`, { object: file, cause });
      }
      return item;
    },
  };
}

function parsed(text: string, object: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new IsocenterError('INVALID_ATTRIBUTE', 'is no JSON', { object, cause });
  }
}

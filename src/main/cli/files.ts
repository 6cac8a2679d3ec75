import { mkdir, opendir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IsocenterError } from '#shared/contract/errors.ts';

/** All regular files at and below `paths`, by name. @throws NOT_FOUND naming the path that is not there */
export async function listFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const kind = await stat(path).catch(() => undefined);
    if (kind === undefined) throw new IsocenterError('NOT_FOUND', 'no such file or folder', { object: path });
    if (!kind.isDirectory()) {
      files.push(path);
      continue;
    }
    const entries: { readonly name: string; readonly isFolder: boolean }[] = [];
    for await (const entry of await opendir(path))
      if (entry.isDirectory() || entry.isFile()) entries.push({ name: entry.name, isFolder: entry.isDirectory() });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name, isFolder } of entries)
      if (isFolder) files.push(...(await listFiles([join(path, name)])));
      else files.push(join(path, name));
  }
  return files;
}

/** @throws NOT_FOUND naming the file */
export async function readInput(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'EIO';
    throw new IsocenterError('NOT_FOUND', `cannot be read (${code})`, { object: path, cause: error });
  }
}

/** Writes a whole file or none, making its folder. @throws STORAGE naming the file */
export async function writeOutput(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, content);
    await rename(draft, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'EIO';
    throw new IsocenterError('STORAGE', `cannot be written (${code})`, { object: path, cause: error });
  }
}

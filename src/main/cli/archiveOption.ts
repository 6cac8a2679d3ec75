import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IsocenterError } from '#shared/contract/errors.ts';
import { openArchive } from '#main/archive/archive.ts';
import type { Archive } from '#main/archive/types.ts';
import { defaultArchiveDir } from '#main/host/paths.ts';
import { openSettings } from '#main/host/settings.ts';
import type { Arguments } from './arguments.ts';

export const ARCHIVE_OPTION = { archive: { type: 'string' }, index: { type: 'string' } } as const;

/** `--archive DIR`, or the user's own archive. */
export const archiveDir = (args: Arguments): string => args.text('archive') ?? defaultArchiveDir();

/** Runs `use` on the chosen archive, which must exist, and closes it again. @throws NOT_FOUND for a folder without an archive */
export async function withArchive<T>(args: Arguments, use: (archive: Archive) => Promise<T>): Promise<T> {
  const dir = archiveDir(args);
  if (!existsSync(join(dir, 'objects')))
    throw new IsocenterError('NOT_FOUND', 'there is no archive in this folder', {
      object: dir,
      attribute: '--archive',
    });
  return withNewArchive(args, use);
}

/** The same, but an archive is made where there is none. */
export async function withNewArchive<T>(args: Arguments, use: (archive: Archive) => Promise<T>): Promise<T> {
  const dir = archiveDir(args);
  const archive = await openArchive(dir, { index: await indexOf(args, dir) });
  try {
    return await use(archive);
  } finally {
    await archive.close();
  }
}

/** `--index URL`, or the shared index that the archive's settings name: the same one that the app uses. */
async function indexOf(args: Arguments, dir: string): Promise<string | undefined> {
  return args.text('index') ?? (await openSettings(join(dir, 'settings.json'))).current.index;
}

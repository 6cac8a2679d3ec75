import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IsocenterError } from '#shared/contract/errors.ts';
import { openArchive } from '#main/archive/archive.ts';
import { isPostgresUrl } from '#main/archive/index/storage/postgresAddress.ts';
import type { Archive } from '#main/archive/types.ts';
import { type ArchivePlaces, archiveOptions } from '#main/host/archivePlaces.ts';
import { defaultArchiveDir } from '#main/host/paths.ts';
import { openSettings } from '#main/host/settings.ts';
import type { Arguments } from '../arguments.ts';

export const ARCHIVE_OPTION = {
  archive: { type: 'string' },
  index: { type: 'string' },
  objects: { type: 'string' },
} as const;

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
  const { current } = await openSettings(join(dir, 'settings.json'));
  const archive = await openArchive(dir, archiveOptions(current, archivePlaces(args)));
  try {
    return await use(archive);
  } finally {
    await archive.close();
  }
}

/** `--index URL` and `--objects URL`; without them the archive's settings hold, as they do in the app. @throws USAGE */
export function archivePlaces(args: Arguments): ArchivePlaces {
  const objects = args.text('objects');
  if (objects !== undefined && !/^https?:$/.test(URL.parse(objects)?.protocol ?? ''))
    throw new IsocenterError('USAGE', `'${objects}' is no http:// or https:// address`, { attribute: '--objects' });
  const index = args.text('index');
  // Anything else would be taken for the file of an index, which several archives could then share unawares. It may hold a password.
  if (index !== undefined && !isPostgresUrl(index))
    throw new IsocenterError('USAGE', 'is no postgresql://user@host/database', { attribute: '--index' });
  return { index, objects };
}

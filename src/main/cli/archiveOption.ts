import { openArchive } from '#main/archive/archive.ts';
import type { Archive } from '#main/archive/types.ts';
import { defaultArchiveDir } from '#main/host/paths.ts';
import type { Arguments } from './arguments.ts';

export const ARCHIVE_OPTION = { archive: { type: 'string' } } as const;

/** `--archive DIR`, or the user's own archive. */
export const archiveDir = (args: Arguments): string => args.text('archive') ?? defaultArchiveDir();

/** Runs `use` on the chosen archive and closes it again. */
export async function withArchive<T>(args: Arguments, use: (archive: Archive) => Promise<T>): Promise<T> {
  const archive = await openArchive(archiveDir(args));
  try {
    return await use(archive);
  } finally {
    await archive.close();
  }
}

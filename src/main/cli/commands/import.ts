import { IsocenterError } from '#shared/contract/errors.ts';
import { ARCHIVE_OPTION, withNewArchive } from '../options/archiveOption.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  usage: 'PATH… [--archive DIR]',
  help: 'Stores DICOM files (Part 10, or bare data sets) and folders of them. One bad file never stops the rest.',
  options: ARCHIVE_OPTION,
  async run(args, io) {
    if (args.positionals.length === 0) throw new IsocenterError('USAGE', 'PATH is missing');
    const report = await withNewArchive(args, (archive) =>
      archive.importPaths(args.positionals, {
        signal: io.signal,
        source: 'import',
        onProgress: (done, total) => io.progress('importing', done / total),
      }),
    );
    const lines = [
      `${report.imported} imported, ${report.duplicates} already there, ${report.refused.length} refused`,
      ...report.refused.map(({ file, code, reason }) => `refused ${file}: ${code}: ${reason}`),
      ...report.conflicts.map(({ file, reason }) => `kept apart ${file}: ${reason}`),
    ];
    io.result(report, lines.join('\n'));
  },
};

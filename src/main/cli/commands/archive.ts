import { IsocenterError } from '#shared/contract/errors.ts';
import { ARCHIVE_OPTION, withArchive } from '../options/archiveOption.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  usage: 'verify|rebuild [--repair] [--archive DIR]',
  help: [
    'verify   reads every object and compares it with the index; with --repair, indexes what the index did not know',
    '         and forgets rows whose file is gone. Fails when something is missing or changed and not repaired.',
    'rebuild  throws the index away and reads every file again.',
    'Both go on where they were when they were interrupted.',
  ].join('\n'),
  options: { ...ARCHIVE_OPTION, repair: { type: 'boolean' } },
  async run(args, io) {
    const what = args.positional(0, 'verify or rebuild');
    if (what !== 'verify' && what !== 'rebuild')
      throw new IsocenterError('USAGE', `'${what}' is neither verify nor rebuild`);
    const report = await withArchive(args, (archive) =>
      what === 'verify'
        ? archive.verify({
            repair: args.flag('repair'),
            signal: io.signal,
            onProgress: (done, total) => io.progress('reading', done / total),
          })
        : archive.rebuild({ signal: io.signal, onProgress: (done, total) => io.progress('indexing', done / total) }),
    );
    const { instances, missing, changed, orphans, repaired } = report;
    const lines = [
      `${instances} instances, ${missing.length} missing, ${changed.length} changed, ${orphans.length} orphans, ${repaired} repaired`,
      ...missing.map((file) => `missing ${file}`),
      ...changed.map((file) => `changed ${file}`),
      ...orphans.map((file) => `orphan ${file}`),
    ];
    io.result(report, lines.join('\n'));
    const open = what === 'verify' ? changed.length + (args.flag('repair') ? 0 : missing.length + orphans.length) : 0;
    if (open > 0)
      throw new IsocenterError('STORAGE', `${open} objects differ from the index`, { object: args.text('archive') });
  },
};

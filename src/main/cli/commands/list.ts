import { IsocenterError } from '#shared/contract/errors.ts';
import type { Level, QueryRow } from '#main/archive/types.ts';
import { ARCHIVE_OPTION, withArchive } from '../options/archiveOption.ts';
import { parseKeys } from '../arguments.ts';
import type { Command } from '../command.ts';
import { table } from '../io.ts';

const COLUMNS: Readonly<Record<Level, readonly string[]>> = {
  patient: ['PatientID', 'PatientName', 'PatientBirthDate', 'PatientSex'],
  study: ['PatientID', 'StudyDate', 'StudyDescription', 'StudyInstanceUID'],
  series: ['PatientID', 'Modality', 'SeriesNumber', 'SeriesDescription', 'SeriesInstanceUID'],
  instance: ['Modality', 'InstanceNumber', 'SOPClassUID', 'SOPInstanceUID'],
};

export const command: Command = {
  usage: '[patient|study|series|instance] [--key Keyword=value …] [--archive DIR]',
  help: 'What the archive holds at one level (default: patient). Keys match as in C-FIND: wildcards, date ranges, UID lists.',
  options: { ...ARCHIVE_OPTION, key: { type: 'string', multiple: true } },
  async run(args, io) {
    const level = args.positionals[0] ?? 'patient';
    if (!isLevel(level) || args.positionals.length > 1)
      throw new IsocenterError(
        'USAGE',
        `'${args.positionals.join(' ')}' is no level: patient, study, series or instance`,
      );
    const match = parseKeys(args.list('key'));
    const rows = await withArchive(args, (archive) => archive.query({ level, match }));
    const cell = (value: QueryRow[string] | undefined): string =>
      typeof value === 'object' ? value.join('\\') : String(value ?? '');
    io.result(
      rows,
      table(
        COLUMNS[level],
        rows.map((row) => COLUMNS[level].map((keyword) => cell(row[keyword]))),
      ),
    );
  },
};

const isLevel = (text: string): text is Level => Object.hasOwn(COLUMNS, text);

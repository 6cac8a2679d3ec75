import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { validateObject } from '#shared/dicom/validation/validate.ts';
import type { Command } from '../command.ts';
import { listFiles, readInput } from '../files.ts';

export const command: Command = {
  usage: 'PATH…',
  help: 'Checks DICOM objects against the modules of their IOD. Fails when an object has errors; warnings do not count.',
  options: {},
  async run(args, io) {
    if (args.positionals.length === 0) throw new IsocenterError('USAGE', 'PATH is missing');
    const files = await listFiles(args.positionals);
    if (files.length === 0)
      throw new IsocenterError('NOT_FOUND', 'there is no file here', { object: args.positionals.join(' ') });
    const reports: { file: string; errors: readonly string[]; warnings: readonly string[] }[] = [];
    for (const [n, file] of files.entries()) {
      io.progress('validating', n / files.length);
      reports.push({ file, ...(await check(file)) });
    }
    const lines = reports.flatMap(({ file, errors, warnings }) => [
      `${file}: ${errors.length} errors, ${warnings.length} warnings`,
      ...errors.map((text) => `  error    ${text}`),
      ...warnings.map((text) => `  warning  ${text}`),
    ]);
    io.result(reports, lines.join('\n'));
    const bad = reports.filter(({ errors }) => errors.length > 0);
    if (bad.length > 0)
      throw new IsocenterError(
        'INVALID_ATTRIBUTE',
        `${bad.length} of ${files.length} objects have errors: ${bad[0].errors[0]}`,
        { object: bad[0].file },
      );
  },
};

async function check(file: string): Promise<{ errors: readonly string[]; warnings: readonly string[] }> {
  const bytes = await readInput(file);
  try {
    return validateObject(bytes);
  } catch (error) {
    return { errors: [describeError(error)], warnings: [] };
  }
}

import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { parseArguments } from './arguments.ts';
import { COMMANDS } from './commands.ts';
import { createIo, type Streams } from './io.ts';
import { plainLine } from './plainText.ts';

/** 0 done · 1 failed (one line on stderr) · 2 usage. */
export type ExitStatus = 0 | 1 | 2;

/** Runs one command line (without program name); never throws. */
export async function runCommandLine(
  words: readonly string[],
  streams: Streams,
  signal: AbortSignal,
): Promise<ExitStatus> {
  const [name, ...rest] = words;
  try {
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
      (name === undefined ? streams.stderr : streams.stdout).write(`${overview()}\n`);
      return name === undefined ? 2 : 0;
    }
    const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (entry === undefined) throw new IsocenterError('USAGE', 'unknown command; try --help', { object: name });
    const command = await entry.load();
    if (rest.includes('--help') || rest.includes('-h')) {
      streams.stdout.write(`isocenter ${name} ${command.usage}\n\n${command.help}\n`);
      return 0;
    }
    const args = parseArguments(rest, command.options);
    await command.run(args, createIo(streams, args.json, signal));
    return 0;
  } catch (error) {
    streams.stderr.write(`error ${plainLine(describeError(error))}\n`);
    return error instanceof IsocenterError && error.code === 'USAGE' ? 2 : 1;
  }
}

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length)) + 2;
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`);
  return [
    'isocenter COMMAND … [--json]',
    '',
    ...lines,
    '',
    'isocenter COMMAND --help tells the options; docs/CLI.md tells all.',
  ].join('\n');
}

import type { ParseArgsOptionsConfig } from 'node:util';
import type { Arguments } from './arguments.ts';
import type { Io } from './io.ts';

/** One word of the command line: `isocenter NAME …`. */
export interface Command {
  /** What follows the name, one line for people. */
  readonly usage: string;
  /** What it does and what its options mean, lines for people. */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  /** Fails by throwing an IsocenterError; USAGE ends with exit status 2, anything else with 1. */
  run(args: Arguments, io: Io): Promise<void>;
}

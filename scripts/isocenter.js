// `npm run --silent isocenter -- COMMAND …`: the command line over the same core (docs/CLI.md).
import { ensureInstalled, runModern } from './lib/setup.js';

ensureInstalled();
// npm moves to the project's folder; paths on the command line mean the caller's.
runModern('src/main/cli/main.ts', process.argv.slice(2), { cwd: process.env.INIT_CWD ?? process.cwd() });

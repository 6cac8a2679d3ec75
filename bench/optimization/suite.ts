import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Row } from '../report/row.ts';
import { CASE_NAMES } from './cases.ts';
import { type Outcome, type Technique, TECHNIQUES } from './outcome.ts';
import { markdown, writeInto } from './table.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
/** Outcomes of earlier runs: a table can be made case by case. */
const KEPT = new URL('../../.cache/planning-cases/', import.meta.url);
const DOCUMENT = new URL('../../docs/PLANNING.md', import.meta.url);

/**
 * Plans the cases of TG-119 and the digital patients by every technique and prints what came of it: `npm run bench -- optimization`, with
 * `--case NAME`, `--technique NAME` (both repeatable) for parts of it, `--write` to put the table of all that is known into docs/PLANNING.md.
 */
export function run(): Promise<readonly Row[]> {
  const { values } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: {
      case: { type: 'string', multiple: true, default: [...CASE_NAMES] },
      technique: { type: 'string', multiple: true, default: [...TECHNIQUES] },
      write: { type: 'boolean', default: false },
    },
  });
  mkdirSync(KEPT, { recursive: true });
  const outcomes = CASE_NAMES.filter((name) => values.case.includes(name)).flatMap((name) =>
    TECHNIQUES.filter((technique) => values.technique.includes(technique)).map((technique) => planned(name, technique)),
  );
  const known = CASE_NAMES.flatMap((name) => TECHNIQUES.flatMap((technique) => keptOutcome(name, technique) ?? []));
  console.log(markdown(values.write ? known : outcomes));
  if (values.write) writeInto(DOCUMENT, markdown(known));
  return Promise.resolve(
    outcomes.map(({ name, technique, cpu, goals }) => ({
      name: `${name}, ${technique}: ${goals.filter(({ status }) => status === 'met').length} of ${goals.length} goals met`,
      value: cpu,
      unit: 's CPU',
    })),
  );
}

const keptAs = (name: string, technique: Technique): URL => new URL(`${name}-${technique}.json`, KEPT);

function planned(name: string, technique: Technique): Outcome {
  process.stderr.write(`bench: ${name}, ${technique}\n`);
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const line = execFileSync(process.execPath, [WORKER, name, technique], { encoding: 'utf8', stdio: [...stdio] });
  writeFileSync(keptAs(name, technique), line);
  return JSON.parse(line) as Outcome;
}

function keptOutcome(name: string, technique: Technique): Outcome | undefined {
  const file = keptAs(name, technique);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Outcome) : undefined;
}

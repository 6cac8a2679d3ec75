import { readFileSync, writeFileSync } from 'node:fs';
import { type Outcome, type Technique, TECHNIQUES } from './outcome.ts';

const NAMES: Readonly<Record<Technique, string>> = { fluence: 'fluence', imrt: 'IMRT', vmat: 'VMAT' };
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const head = (cells: readonly string[]): string[] => [row(cells), `|${'---|'.repeat(cells.length)}`];

/** Two Markdown tables: what each plan is, and what each goal came to. */
export function markdown(outcomes: readonly Outcome[]): string {
  return [...plans(outcomes), '', ...goals(outcomes), ''].join('\n');
}

const plans = (outcomes: readonly Outcome[]): string[] => [
  ...head([
    'case', 'technique', 'goals met', 'objective', 'segments or intervals', 'MU', 'checker', 'γ 3 %/2 mm (model alone)', 's', 's CPU', 'MB',
  ]), // biome-ignore format: a list
  ...outcomes.map(({ name, technique, goals: judged, objective, delivery, seconds, cpu, peakMB }) =>
    row([
      name,
      NAMES[technique],
      `${judged.filter(({ status }) => status === 'met').length} of ${judged.length}`,
      objective.toPrecision(3),
      ...(delivery === undefined
        ? ['–', '–', '–', '–']
        : [
            `${delivery.shapes}`,
            delivery.mu.toFixed(0),
            delivery.violations.length === 0 ? 'deliverable' : `**${delivery.violations.length} violations**`,
            `${delivery.gamma.toFixed(1)} % (${delivery.modelGamma.toFixed(1)} %)`,
          ]),
      seconds.toFixed(0),
      cpu.toFixed(0),
      peakMB.toFixed(0),
    ]),
  ),
];

function goals(outcomes: readonly Outcome[]): string[] {
  const shown = TECHNIQUES.filter((technique) => outcomes.some((outcome) => outcome.technique === technique));
  const lines = new Map<string, { readonly cells: string[]; readonly reached: Map<Technique, string> }>();
  for (const { name, technique, goals: judged } of outcomes)
    for (const { structure, text, status, reached } of judged) {
      const key = `${name}/${structure}/${text}`;
      const line = lines.get(key) ?? { cells: [name, `${structure} ${text}`], reached: new Map() };
      line.reached.set(technique, status === 'met' ? reached : `**${reached}**`);
      lines.set(key, line);
    }
  return [
    ...head(['case', 'goal', ...shown.map((technique) => NAMES[technique])]),
    ...[...lines.values()].map(({ cells, reached }) =>
      row([...cells, ...shown.map((technique) => reached.get(technique) ?? '–')]),
    ),
  ];
}

const [BEGIN, END] = ['<!-- suite -->', '<!-- /suite -->'];

/** Puts a table between the markers of a document. */
export function writeInto(file: URL, table: string): void {
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${file.pathname} lacks ${BEGIN} … ${END}`);
  writeFileSync(file, `${text.slice(0, from + BEGIN.length)}\n${table}${text.slice(to)}`);
}

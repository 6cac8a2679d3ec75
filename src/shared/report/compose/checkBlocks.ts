import { compositeWords } from '../../dosimetry/muCheck/compositeWords.ts';
import { personName } from '../../dicom/personName.ts';
import { type CheckOutcome, type CheckStatus, overrideOf } from '../../evaluation/checks/outcome.ts';
import type { Block, Cell, Tone } from '../model.ts';
import type { ReportInput } from './input.ts';
import { gray } from './words.ts';

const WORDS: Readonly<Record<CheckStatus, { readonly text: string; readonly tone: Tone }>> = {
  fail: { text: 'FAIL', tone: 'bad' },
  warning: { text: 'warning', tone: 'warning' },
  notJudged: { text: 'not judged', tone: 'quiet' },
  pass: { text: 'ok', tone: 'good' },
};
const ORDER: readonly CheckStatus[] = ['fail', 'warning', 'notJudged', 'pass'];

/** The rules' outcomes, worst first, with the reasons for which warnings stand. */
export function checkBlocks({ checks, overrides }: ReportInput): Block[] {
  const heading: Block = { kind: 'heading', text: 'Plan checks' };
  if (checks.length === 0) return [heading, { kind: 'text', text: 'The plan was not checked.', tone: 'warning' }];
  const count = (status: CheckStatus): number => checks.filter((one) => one.status === status).length;
  const open = ORDER.filter((status) => status !== 'pass').flatMap((status) =>
    checks.filter((one) => one.status === status),
  );
  const row = (check: CheckOutcome): Cell[] => {
    const override = overrideOf(check, overrides);
    const reason =
      override === undefined
        ? ''
        : ` Let stand: ${override.reason} (${personName(override.by)}, ${override.at.replace('T', ' ')})`;
    return [WORDS[check.status], `${check.text}.${reason}`, { text: check.rule, tone: 'quiet' }];
  };
  return [
    heading,
    {
      kind: 'text',
      text: `${count('fail')} failed, ${count('warning')} warnings, ${count('notJudged')} not judged, ${count('pass')} passed.`,
      tone: 'strong',
    },
    {
      kind: 'table',
      columns: ['Outcome', 'Finding', 'Rule'].map((title) => ({ title })),
      rows: [...open.map(row), ...passed(checks)],
    },
  ];
}

/** What is right, one row a rule. */
function passed(checks: readonly CheckOutcome[]): Cell[][] {
  const byRule = new Map<string, string[]>();
  for (const { rule, status, text } of checks)
    if (status === 'pass') byRule.set(rule, [...(byRule.get(rule) ?? []), text]);
  return [...byRule].map(([rule, texts]) => [WORDS.pass, `${texts.join('. ')}.`, { text: rule, tone: 'quiet' }]);
}

/** Monitor units against the independent calculation. */
export function muCheckBlocks({ muCheck, plan }: ReportInput): Block[] {
  const heading: Block = { kind: 'heading', text: 'Monitor units, independent calculation' };
  if (muCheck === undefined || muCheck.length === 0)
    return [heading, { kind: 'text', text: 'There is no independent calculation for this dose.', tone: 'warning' }];
  const nameOf = (number: number): string => plan.beams.find((beam) => beam.number === number)?.name ?? String(number);
  const tones: Readonly<Record<string, Tone>> = { within: 'good', review: 'warning', stop: 'bad' };
  return [
    heading,
    {
      kind: 'table',
      columns: [
        { title: 'Beam' },
        { title: 'Plan MU', numeric: true },
        { title: 'Check MU', numeric: true },
        { title: 'Engine Gy', numeric: true },
        { title: 'Check Gy', numeric: true },
        { title: 'Difference %', numeric: true },
        { title: 'Level %', numeric: true },
        { title: 'Remarks' },
      ],
      rows: muCheck.map((check): Cell[] => {
        const units = plan.beams.find(({ number }) => number === check.beamNumber)?.meterset?.toFixed(1) ?? '–';
        if ('unchecked' in check)
          return [
            nameOf(check.beamNumber),
            units,
            '–',
            '–',
            '–',
            '–',
            '–',
            { text: `not checked: ${check.unchecked}`, tone: 'warning' },
          ];
        const { difference, verdict, level, checkMu, engineDose, checkDose, remarks, tables, composite } = check;
        return [
          nameOf(check.beamNumber),
          units,
          checkMu.toFixed(1),
          gray(engineDose),
          gray(checkDose),
          { text: `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(1)}`, tone: tones[verdict] },
          String(level),
          [`tables ${tables}`, ...(composite === undefined ? [] : [compositeWords(composite)]), ...remarks].join('; '),
        ];
      }),
    },
    {
      kind: 'text',
      text: 'Dose of one fraction at the reference point of each beam, of modulated ones at one place in the target; action levels after AAPM TG-114.',
      tone: 'quiet',
    },
  ];
}

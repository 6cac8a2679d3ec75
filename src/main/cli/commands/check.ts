import { IsocenterError } from '#shared/contract/errors.ts';
import { checkPlan } from '#shared/evaluation/checks/checkPlan.ts';
import type { CheckOutcome, CheckStatus } from '#shared/evaluation/checks/outcome.ts';
import { assertLimits, limitsOnlyNames } from '#shared/optimization/deliverability/limitsOnly.ts';
import type { Command } from '../command.ts';
import { table } from '../io.ts';
import { PLAN_CASE_OPTIONS, readPlanCase } from '../plans/planCase.ts';

const WORDS: Readonly<Record<CheckStatus, string>> = {
  pass: 'ok',
  warning: 'WARNING',
  fail: 'FAIL',
  notJudged: 'not judged',
};

export const command: Command = {
  usage: '--plan F [--rtstruct F] [--ct DIR] [--dose F] [--machine NAME|F.json] [--limits NAME]',
  help: [
    'Holds a plan against the rules of docs/EVALUATION.md. What is not given leaves the rules that need it unjudged.',
    'Ends with status 1 when a rule fails; warnings and what was not judged are told and end with 0.',
    '--machine NAME|F.json  instead of the machines that the plan names',
    `--limits NAME          deliverability by published limits of a linac: ${limitsOnlyNames().join(', ')}`,
  ].join('\n'),
  options: { ...PLAN_CASE_OPTIONS, limits: { type: 'string' } },
  async run(args, io) {
    const { input: given } = await readPlanCase(args, io);
    const limits = args.text('limits');
    if (limits !== undefined) assertLimits(limits);
    const input = limits === undefined ? given : { ...given, limits };
    const judged = checkPlan(input, { signal: io.signal, onProgress: (fraction) => io.progress('checks', fraction) });
    // Here a dose that is not there is one that was not given.
    const outcomes = input.dose === undefined ? judged.map(withoutDose) : judged;
    const count = (status: CheckStatus): number => outcomes.filter((one) => one.status === status).length;
    const counts = {
      pass: count('pass'),
      warning: count('warning'),
      fail: count('fail'),
      notJudged: count('notJudged'),
    };
    const verdict =
      counts.fail > 0 ? 'fail' : counts.warning > 0 ? 'warning' : counts.notJudged > 0 ? 'notJudged' : 'pass';
    io.result({ verdict, counts, outcomes }, textOf(outcomes));
    if (counts.fail > 0) {
      const rules = [...new Set(outcomes.filter(({ status }) => status === 'fail').map(({ rule }) => rule))];
      throw new IsocenterError('CONFLICT', `the plan fails ${rules.join(', ')}`, { object: input.plan.label });
    }
  },
};

const withoutDose = (outcome: CheckOutcome): CheckOutcome =>
  outcome.rule === 'dose.there'
    ? { ...outcome, status: 'notJudged', text: 'Whether there is a dose for the plan: not judged, no --dose given' }
    : outcome;

const textOf = (outcomes: readonly CheckOutcome[]): string =>
  table(
    ['', 'rule', 'finding'],
    outcomes.map(({ status, rule, text }) => [WORDS[status], rule, text]),
  );

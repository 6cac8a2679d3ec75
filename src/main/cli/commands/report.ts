import { IsocenterError } from '#shared/contract/errors.ts';
import { checkPlan } from '#shared/evaluation/checks/checkPlan.ts';
import { composeReport } from '#shared/report/compose/composeReport.ts';
import { writePdf } from '#main/report/writePdf.ts';
import type { Command } from '../command.ts';
import { writeOutput } from '../files.ts';
import { sheetFrom } from '../plans/goals.ts';
import { PLAN_CASE_OPTIONS, readPlanCase } from '../plans/planCase.ts';
import { objectContext } from '../writing.ts';

export const command: Command = {
  usage: '--plan F --rtstruct F --ct DIR [--dose F] --out F.pdf [--paper a4|letter] [--goals F.json|SITE]',
  help: [
    'The report of a plan as PDF: prescription, beams, beam’s-eye views, isodoses, histograms, goals, checks, room to sign.',
    'A report without a fit dose, or with failed checks, says on every page that it is not final.',
    '--goals F.json|SITE    instead of the goals that the plan keeps',
    '--machine NAME|F.json  instead of the machines that the plan names',
  ].join('\n'),
  options: {
    ...PLAN_CASE_OPTIONS,
    out: { type: 'string' },
    paper: { type: 'string', default: 'a4' },
    goals: { type: 'string' },
  },
  async run(args, io) {
    const out = args.needText('out');
    args.needText('rtstruct');
    args.needText('ct');
    const paper = paperNamed(args.needText('paper'));
    const goals = args.text('goals');
    const sheet = goals === undefined ? undefined : await sheetFrom(goals);
    const { input, patient, study } = await readPlanCase(args, io);
    const { structures, ct, plan } = input;
    if (structures === undefined || ct === undefined) throw new IsocenterError('INTERNAL', 'no structures or CT');
    const checks = checkPlan(input, { signal: io.signal, onProgress: (fraction) => io.progress('checks', fraction) });
    const { operator, now, softwareVersion } = objectContext({ patient, study }, '', 0);
    const report = composeReport(
      {
        ...input,
        structures,
        ct,
        paper,
        patient,
        checks,
        made: { by: operator, at: now, version: softwareVersion },
        ...(sheet === undefined ? {} : { goals: sheet }),
      },
      { signal: io.signal, onProgress: (fraction) => io.progress('report', fraction) },
    );
    const { bytes, pages, missing } = await writePdf(report, new Date());
    await writeOutput(out, bytes);
    const { watermark } = report;
    const warnings = missing.length === 0 ? [] : [`characters that cannot be written: ${missing.join(', ')}`];
    io.result(
      { file: out, pages, final: watermark === undefined, reason: watermark ?? null, warnings },
      [
        `${out}: ${pages} pages of ${plan.label}${watermark === undefined ? '' : `, ${watermark}`}`,
        ...warnings.map((text) => `warning: ${text}`),
      ].join('\n'),
    );
  },
};

function paperNamed(name: string): 'A4' | 'Letter' {
  const paper = ({ a4: 'A4', letter: 'Letter' } as const)[name.toLowerCase()];
  if (paper === undefined)
    throw new IsocenterError('USAGE', `'${name}' is neither a4 nor letter`, { attribute: '--paper' });
  return paper;
}

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { IsocenterError } from '#shared/contract/errors.ts';
import { fitMachine, type MachineFit } from '#shared/dosimetry/commissioning/fit.ts';
import { fittedMachine, fittedName } from '#shared/dosimetry/commissioning/machineFile.ts';
import type { MeasuredScan } from '#shared/dosimetry/commissioning/measured/scan.ts';
import { commissioningHtml } from '#shared/dosimetry/commissioning/report/html.ts';
import { svgChart } from '#shared/dosimetry/commissioning/report/svgChart.ts';
import { scansFor } from '#shared/dosimetry/commissioning/selection.ts';
import { type ComparedScan, compareScans } from '#shared/dosimetry/commissioning/summary.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineText } from '#shared/dosimetry/machine/machineJson.ts';
import { isShippedMachine } from '#shared/dosimetry/machine/machines.ts';
import { BeamWorkers } from '#main/jobs/beamWorkers.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { writeOutput } from '../files.ts';
import { table } from '../io.ts';
import { machineNamed } from '../options/machineOption.ts';
import { readMeasuredFolder } from '../measuredFolder.ts';

export const command: Command = {
  usage: '--measured DIR --machine NAME|F.json --out F.json [options]',
  help: [
    'Fits a machine to measured depth doses, profiles and output factors (PTW .mcc, IBA RFA-300 ASCII, Varian W2CAD, CSV).',
    '--measured DIR         folder or file of the measurements; those of other energies are left out, which is said',
    '--machine NAME|F.json  where the fit begins',
    '--out F.json           the fitted machine',
    '--name NAME            its name, at most 16 characters    --report DIR     an HTML page with plots, and the plots as SVG',
    '--grid 2.5             dose grid of the fit, mm           --threads N      default: all cores',
    '--no-fit               only compares                      --no-average     computed profiles not averaged over the detector',
  ].join('\n'),
  options: {
    measured: { type: 'string' },
    machine: { type: 'string' },
    out: { type: 'string' },
    name: { type: 'string' },
    report: { type: 'string' },
    grid: { type: 'string', default: '2.5' },
    threads: { type: 'string' },
    'no-fit': { type: 'boolean' },
    'no-average': { type: 'boolean' },
  },
  async run(args, io) {
    const [measured, machineName] = [args.needText('measured'), args.needText('machine')];
    const compareOnly = args.flag('no-fit');
    const out = compareOnly ? args.text('out') : args.needText('out');
    const spacing = args.number('grid', { min: 1, max: 10 }) ?? 2.5;
    const threads = args.number('threads', { min: 1, max: 256, integer: true }) ?? availableParallelism();
    const start = await machineNamed(machineName);
    const name = checkName(args, start);
    const found = await readMeasuredFolder(measured);
    const { used, leftOut, warnings } = scansFor(start, found.scans);
    if (used.length === 0)
      throw new IsocenterError('DOSE', `no scan fits the machine: ${leftOut[0] ?? ''}`, {
        object: start.name,
        attribute: '--measured',
      });
    for (const text of [...found.leftOut, ...leftOut]) io.say(`left out: ${text}`);
    const began = performance.now();
    await using workers = new BeamWorkers(threads);
    const fit = await fitMachine(start, used, workers, {
      spacing,
      detectorAverage: !args.flag('no-average'),
      compareOnly,
      signal: io.signal,
      onProgress: (fraction, words) => io.progress(words, fraction),
    });
    const [before, after] = [compareScans(used, fit.before), compareScans(used, fit.after)];
    const date = new Date().toISOString().slice(0, 10);
    const machine = compareOnly ? start : fittedMachine(fit, after, { name, date });
    if (out !== undefined) await writeOutput(out, machineText(machine));
    const made = `${workers.name} ${workers.version}, grid ${spacing} mm, ${date}`;
    const all = [...warnings, ...fit.warnings];
    const report = args.text('report');
    if (report !== undefined)
      await writeReport(
        report,
        commissioningHtml({ machine, parameters: fit.parameters, before, after, warnings: all, made }),
        after,
      );
    io.result(
      {
        machine: machine.name,
        seconds: (performance.now() - began) / 1000,
        parameters: fit.parameters,
        residuals: after.map(({ summary }, n) => ({
          ...summary,
          before: { worst: before[n].summary.worst, mean: before[n].summary.mean },
        })),
        leftOut: [...found.leftOut, ...leftOut],
        warnings: all,
      },
      words(fit, used, before, after, all),
    );
  },
};

/** The name of the fitted machine: one that plans can hold, and none that means another machine. */
function checkName(args: Arguments, start: Machine): string {
  const name = args.text('name') ?? fittedName(start.name);
  if (!/^[\w.-]{1,16}$/.test(name))
    throw new IsocenterError('USAGE', 'must have 1 to 16 letters, digits, "_", "-" or "."', { attribute: '--name' });
  if (isShippedMachine(name))
    throw new IsocenterError('USAGE', `${name} is a machine that comes with the program`, { attribute: '--name' });
  return name;
}

async function writeReport(dir: string, html: string, compared: readonly ComparedScan[]): Promise<void> {
  await writeOutput(join(dir, 'index.html'), html);
  for (const [n, scan] of compared.entries())
    if (scan.scan.kind !== 'outputFactor')
      await writeOutput(join(dir, `scan-${String(n + 1).padStart(3, '0')}.svg`), svgFile(scan));
}

/** A plot on its own brings its style along. */
function svgFile(scan: ComparedScan): string {
  const style =
    '<style>text{font:10px sans-serif}.grid{stroke:#ddd;fill:none}.computed{stroke:#0b62a4;fill:none}.measured{fill:#d1401f}.difference{stroke:#555}</style>';
  return svgChart(scan).replace(
    'role="img">',
    `xmlns="http://www.w3.org/2000/svg"><rect width="100%" height="100%" fill="#fff"/>${style}`,
  );
}

function words(
  fit: MachineFit,
  used: readonly MeasuredScan[],
  before: readonly ComparedScan[],
  after: readonly ComparedScan[],
  warnings: readonly string[],
): string {
  const fitted = fit.parameters.filter(({ reason }) => reason === undefined);
  const show = (value: number): string => String(Number(value.toPrecision(4)));
  return [
    table(
      ['scan', 'worst before', 'worst %', 'mean %', 'steep mm', '1 %/1 mm', '2 %/2 mm'],
      after.map(({ summary }, n) => [
        summary.title,
        before[n].summary.worst.toFixed(2),
        summary.worst.toFixed(2),
        summary.mean.toFixed(2),
        summary.steep?.toFixed(1) ?? '–',
        ...summary.within.slice(0, 2).map(({ share }) => (100 * share).toFixed(1)),
      ]),
    ),
    ...(fitted.length === 0
      ? []
      : [
          table(
            ['parameter', 'before', 'after', '±', 'unit'],
            fitted.map((p) => [p.name, show(p.before), show(p.after), show(p.uncertainty ?? 0), p.unit]),
          ),
        ]),
    `${used.length} scans`,
    ...warnings.map((text) => `warning: ${text}`),
  ].join('\n');
}

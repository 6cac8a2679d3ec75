import { availableParallelism } from 'node:os';
import { IsocenterError } from '#shared/contract/errors.ts';
import { roisNamed } from '#shared/optimization/problem/targets.ts';
import type { Command } from '../command.ts';
import { fluencePlan, writeFluence } from '../fluencePlan.ts';
import { OPTIMIZE_CASE_OPTIONS, readOptimizeCase } from '../optimizeCase.ts';
import { dvhRow, dvhTable } from './dvh.ts';

const TECHNIQUES = ['fluence', 'imrt', 'vmat', '3dcrt'];

export const command: Command = {
  usage: '--ct DIR --rtstruct F --goals F.json --beams F.json --machine NAME --technique fluence [--out DIR] [options]',
  help: [
    'From structures and goals to bixel weights; plans that a machine can deliver are not there yet.',
    '--rtstruct F           structures: one of type EXTERNAL, and those that the goals name',
    '--goals F.json         prescription and objectives (docs/CLI.md)',
    '--beams F.json         directions, and the isocenter unless it is the target’s centre of mass',
    '--machine NAME|F.json  machine and energy',
    '--technique fluence    weights of bixels, which no machine delivers as they are',
    '--grid 3               dose grid spacing, mm',
    '--bixel 5              width of a bixel at the isocenter plane, mm',
    '--tolerance 0.0003     ends when an iteration lowers the objective by less than this share',
    '--calibration F.csv    header HU,density; else chosen by the scanner that the images name',
    '--threads N            default: all cores; never changes the result',
    '--out DIR              RTDOSE.dcm and fluence.json',
  ].join('\n'),
  options: {
    ...OPTIMIZE_CASE_OPTIONS,
    technique: { type: 'string' },
    grid: { type: 'string', default: '3' },
    bixel: { type: 'string', default: '5' },
    tolerance: { type: 'string', default: '0.0003' },
    threads: { type: 'string' },
    out: { type: 'string' },
  },
  async run(args, io) {
    const technique = args.needText('technique');
    if (!TECHNIQUES.includes(technique))
      throw new IsocenterError('USAGE', `'${technique}' is none of ${TECHNIQUES.join(', ')}`, {
        attribute: '--technique',
      });
    if (technique !== 'fluence')
      throw new IsocenterError('NOT_IMPLEMENTED', 'this technique is not there yet', {
        object: technique,
        attribute: '--technique',
      });
    const settings = {
      grid: args.number('grid', { min: 0.5, max: 20 })!,
      bixel: args.number('bixel', { min: 1, max: 20 })!,
      tolerance: args.number('tolerance', { min: 0, max: 1 })!,
      threads: args.number('threads', { min: 1, max: 256, integer: true }) ?? availableParallelism(),
    };
    const given = await readOptimizeCase(args, io);
    const plan = await fluencePlan(given, settings, io);
    const out = args.text('out');
    if (out !== undefined) await writeFluence(plan, given, out);
    const names = new Set([given.goals.prescription.roi, ...given.goals.objectives.map(({ roi }) => roi)]);
    const dvh = roisNamed([...names], given.structures).map((roi) => dvhRow(roi, plan.dose));
    const { objective, influence, solver, warnings } = plan;
    io.result(
      { objective, influence, solver, sequencing: null, dvh, mu: null, warnings },
      [
        dvhTable(dvh),
        `objective ${objective.toPrecision(5)} after ${solver.iterations} iterations`,
        `influence ${influence.cpuSeconds.toFixed(1)} s, solver ${solver.cpuSeconds.toFixed(1)} s CPU, ${influence.peakMB.toFixed(0)} MB`,
        ...warnings.map((text) => `warning: ${text}`),
      ].join('\n'),
    );
  },
};

import { availableParallelism } from 'node:os';
import { IsocenterError } from '#shared/contract/errors.ts';
import { checkDirections } from '#shared/dosimetry/collapsedCone/directions.ts';
import { COARSE_GRID } from '#shared/dosimetry/standing/provenance.ts';
import { doseRemarks } from '#shared/dosimetry/standing/doseStanding.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import { roisNamed } from '#shared/optimization/problem/targets.ts';
import { type ArcSettings, arcCollimator } from '#shared/optimization/arcs/arcSettings.ts';
import { violationWords } from '#shared/optimization/deliverability/violationWords.ts';
import type { Violation } from '#shared/optimization/deliverability/violation.ts';
import { ARC_SPACING, FLUENCE_ALONE_FALL, sequencingMethod } from '#shared/optimization/plan/defaults.ts';
import type { Technique } from '#shared/optimization/plan/optimizePlan.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deliveredPlan, type DeliverySettings, writeDelivered } from '../plans/deliveredPlan.ts';
import { fluencePlan, writeFluence } from '../plans/fluencePlan.ts';
import { type Io, table } from '../io.ts';
import { OPTIMIZE_CASE_OPTIONS, type OptimizeCase, readOptimizeCase } from '../plans/optimizeCase.ts';
import { dvhRow, dvhTable } from './dvh.ts';

const TECHNIQUES = ['fluence', 'imrt', 'vmat', '3dcrt'];
const SEQUENCING = ['step-and-shoot', 'sliding-window'] as const;

export const command: Command = {
  usage: '--ct DIR --rtstruct F --goals F.json --beams F.json --machine NAME --technique imrt [--out DIR] [options]',
  help: [
    'From structures and goals to a plan that the machine can deliver, with its collapsed-cone dose.',
    '--rtstruct F           structures: one of type EXTERNAL, and those that the goals name',
    '--goals F.json         prescription and objectives (docs/CLI.md)',
    '--beams F.json         directions, and the isocenter unless it is the target’s centre of mass',
    '--machine NAME|F.json  machine and energy',
    '--technique T          imrt: static fields; vmat: arcs; 3dcrt: fields that conform to the target; fluence: weights of bixels, which no machine delivers as they are',
    '--sequencing METHOD    step-and-shoot or sliding-window, for imrt',
    '--margin 7             mm around the target, for 3dcrt',
    '--segments 10          most segments of a field (control points of a sliding window)',
    '--corrections 2        most rounds in which the final dose corrects the optimiser’s',
    '--directions N         of the collapsed cone, and --arc-sector DEG as for dose',
    `--grid 3               dose grid spacing, mm; above ${COARSE_GRID} mm the dose is APPROXIMATE, which plan checks fail`,
    '--bixel 5              width of a bixel at the isocenter plane, mm',
    '--tolerance 0.0003     of a fluence: ends when an iteration lowers the objective by less than this share',
    '--calibration F.csv    header HU,density; else chosen by the scanner that the images name',
    '--threads N            default: all cores; never changes the result',
    '--out DIR              RTPLAN.dcm and RTDOSE.dcm; of a fluence RTDOSE.dcm and fluence.json',
    'Ends with status 1 when the machine cannot deliver the plan, naming the limits; files and report are there then, too.',
  ].join('\n'),
  options: {
    ...OPTIMIZE_CASE_OPTIONS,
    technique: { type: 'string' },
    grid: { type: 'string', default: '3' },
    bixel: { type: 'string', default: '5' },
    tolerance: { type: 'string', default: String(FLUENCE_ALONE_FALL) },
    sequencing: { type: 'string', default: 'step-and-shoot' },
    margin: { type: 'string', default: '7' },
    segments: { type: 'string' },
    corrections: { type: 'string', default: '2' },
    directions: { type: 'string' },
    'arc-sector': { type: 'string' },
    threads: { type: 'string' },
    out: { type: 'string' },
  },
  async run(args, io) {
    const technique = args.needText('technique');
    if (!TECHNIQUES.includes(technique))
      throw new IsocenterError('USAGE', `'${technique}' is none of ${TECHNIQUES.join(', ')}`, {
        attribute: '--technique',
      });
    const settings = {
      grid: args.number('grid', { min: 0.5, max: 20 })!,
      bixel: args.number('bixel', { min: 1, max: 20 })!,
      tolerance: args.number('tolerance', { min: 0, max: 1 })!,
      threads: args.number('threads', { min: 1, max: 256, integer: true }) ?? availableParallelism(),
    };
    const directions = args.number('directions', { min: 1, integer: true });
    // The final dose comes after minutes of work.
    if (directions !== undefined) checkDirections(directions);
    const given = await readOptimizeCase(args, io);
    const out = args.text('out');
    if (technique !== 'fluence') return await deliver(given, techniqueOf(technique, given, args), settings, args, io);
    if (given.plan.beams.length === 0)
      throw new IsocenterError('USAGE', 'has no beams', { object: args.needText('beams'), attribute: 'beams' });
    const plan = await fluencePlan(given, settings, io);
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

async function deliver(
  given: OptimizeCase,
  technique: Technique,
  settings: Pick<DeliverySettings, 'grid' | 'bixel' | 'threads'>,
  args: Arguments,
  io: Io,
): Promise<void> {
  const directions = args.number('directions', { min: 1, integer: true });
  const arcSector = args.number('arc-sector', { min: 0, max: 30 });
  const plan = await deliveredPlan(
    given,
    technique,
    {
      ...settings,
      corrections: args.number('corrections', { min: 0, max: 10, integer: true })!,
      ...(directions !== undefined && { directions }),
      ...(arcSector !== undefined && { arcSector }),
    },
    io,
  );
  const { delivered, influence, solver, finalDose } = plan;
  const { final, value: objective, values, sequencing, violations } = delivered;
  const warnings = [
    ...approximateWarning(final.planDose),
    ...(technique.kind === 'vmat' && given.arcs === undefined
      ? ['the beams file has no arcs: two full ones were taken, collimator 30° and 330°']
      : []),
    ...plan.warnings,
  ];
  const out = args.text('out');
  if (out !== undefined) await writeDelivered(delivered, given, out);
  const names = new Set([given.goals.prescription.roi, ...given.goals.objectives.map(({ roi }) => roi)]);
  const dvh = roisNamed([...names], given.structures).map((roi) => dvhRow(roi, final.planDose));
  const mu = final.plan.beams.map(({ number, meterset = 0 }) => ({ number, mu: meterset }));
  io.result(
    {
      objective,
      influence,
      solver,
      sequencing: { ...sequencing, rounds: values, violations },
      dvh,
      mu,
      finalDose,
      warnings,
    },
    [
      dvhTable(dvh),
      table(
        ['beam', 'MU'],
        mu.map((beam) => [String(beam.number), beam.mu.toFixed(1)]),
      ),
      `objective on the final dose ${objective.toPrecision(5)} (${values.map((value) => value.toPrecision(4)).join(' → ')})`,
      `influence ${influence.cpuSeconds.toFixed(1)} s, solver ${solver.cpuSeconds.toFixed(1)} s, final doses ${finalDose.cpuSeconds.toFixed(1)} s CPU, ${influence.peakMB.toFixed(0)} MB`,
      violations.length === 0 ? `${given.machine.name} can deliver it` : undelivered(violations),
      ...warnings.map((text) => `warning: ${text}`),
    ].join('\n'),
  );
  if (violations.length > 0) throw undeliverable(violations, given.machine.name);
}

/** What plan checks would say of the final dose later. */
const approximateWarning = (dose: DoseVolume): string[] =>
  doseRemarks(dose)
    .filter(({ kind }) => kind === 'approximate')
    .map(({ title, reason }) => `${title}: ${reason}; plan checks fail with it: compute it anew (dose --grid 3)`);

const undelivered = (violations: readonly Violation[]): string =>
  [...Map.groupBy(violations, ({ beam }) => beam)]
    .flatMap(([beam, own]) => violationWords(own).map((words) => `not deliverable: Beam ${beam}: ${words}`))
    .join('\n');

/** Ends the command with status 1, after files and report: what was found can be looked at, and is not taken for a plan. */
function undeliverable(violations: readonly Violation[], machine: string): IsocenterError {
  const limits = [...new Set(violations.map(({ limit }) => limit))].join(', ');
  const [{ beam, message }] = violations;
  const more = violations.length === 1 ? '' : `, and ${violations.length - 1} more`;
  return new IsocenterError(
    'MACHINE',
    `cannot deliver the plan, which breaks ${limits}: Beam ${beam}: ${message}${more}`,
    {
      object: machine,
    },
  );
}

function techniqueOf(technique: string, { arcs, isocenter, plan }: OptimizeCase, args: Arguments): Technique {
  if (technique === 'vmat') return { kind: 'vmat', arcs: arcsOf(arcs, plan), isocenter };
  if (plan.beams.length === 0)
    throw new IsocenterError('USAGE', 'has no beams', { object: args.needText('beams'), attribute: 'beams' });
  if (technique === '3dcrt') return { kind: '3dcrt', margin: args.number('margin', { min: 0, max: 50 })! };
  const named = args.needText('sequencing');
  const method = SEQUENCING.find((one) => one === named);
  const segments = args.number('segments', { min: 1, max: 500, integer: true });
  if (method === undefined)
    throw new IsocenterError('USAGE', `'${named}' is none of ${SEQUENCING.join(', ')}`, { attribute: '--sequencing' });
  return { kind: 'imrt', method: sequencingMethod(method, segments) };
}

/** The arcs as given; else two full ones, which the warnings say. */
function arcsOf(given: OptimizeCase['arcs'], { beams }: OptimizeCase['plan']): ArcSettings[] {
  if (given !== undefined && given.length > 0)
    return given.map(({ name, collimator, avoid, ...arc }, n) => ({
      ...arc,
      name: name ?? `Arc ${n + 1}`,
      collimator: collimator ?? arcCollimator(n),
      ...(avoid && { avoid }),
    }));
  const couch = beams[0]?.controlPoints[0].couch ?? 0;
  const common = { couch, spacing: ARC_SPACING };
  return [
    { name: 'Arc 1', start: 181, stop: 179, direction: 'CW', collimator: arcCollimator(0), ...common },
    { name: 'Arc 2', start: 179, stop: 181, direction: 'CC', collimator: arcCollimator(1), ...common },
  ];
}

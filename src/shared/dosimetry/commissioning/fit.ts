import { IsocenterError } from '../../contract/errors.ts';
import { calibrationFluence } from '../machine/calibration.ts';
import { DEFAULT_DIRECTIONS } from '../collapsedCone/directions.ts';
import type { ComputeOptions, DoseEngine } from '../engine.ts';
import type { Machine } from '../machine/machine.ts';
import { type ComputedScan, CurveComputer, type CurveOptions } from './curves.ts';
import { type Evaluate, jacobianAt, leastSquares, uncertaintiesOf } from './leastSquares.ts';
import type { MeasuredScan } from './measured/scan.ts';
import type { FitParameter } from './parameters.ts';
import { scansOf, type Stage, stageResiduals, STAGES } from './stages.ts';

export interface FitOptions extends CurveOptions {
  /** Only compare: nothing is fitted. */
  readonly compareOnly?: boolean;
  readonly signal?: ComputeOptions['signal'];
  readonly yieldNow?: ComputeOptions['yieldNow'];
  /** Of the grid for the absolute dose, mm; as for the machines in resources unless given. */
  readonly calibrationSpacing?: number;
  /** 0…1 and what is being fitted. */
  readonly onProgress?: (fraction: number, words: string) => void;
}

/** A parameter before and after; what the data could not determine keeps its value, and `reason` says why. */
export interface FittedParameter {
  readonly name: string;
  readonly unit: string;
  readonly before: number;
  readonly after: number;
  /** One standard deviation, for residuals scattering by half a per cent. */
  readonly uncertainty?: number;
  readonly reason?: string;
}

export interface MachineFit {
  /** As the machine given, with the fitted beam and a new `calibration.fluencePerMu`. */
  readonly machine: Machine;
  readonly parameters: readonly FittedParameter[];
  readonly before: readonly ComputedScan[];
  readonly after: readonly ComputedScan[];
  readonly warnings: readonly string[];
}

/** What a residual (per cent) scatters by at least, of measurement and of model: decides what data determine. */
const SCATTER = 0.5;
/** Stages depend on each other a little; the second round settles that. */
const ROUNDS = 2;
/** A deviation this many times that with all others known comes from their combination. */
const ENTANGLED = 3;
const NO_DATA = 'no measured points depend on it';

/**
 * Fits the beam of a machine to measured scans, stage by stage, with the dose engine itself: what is fitted is what it computes.
 * @throws IsocenterError DOSE without scans; as the engine; CANCELLED by the signal.
 */
export async function fitMachine(
  start: Machine,
  scans: readonly MeasuredScan[],
  engine: DoseEngine,
  options: FitOptions,
): Promise<MachineFit> {
  if (scans.length === 0)
    throw new IsocenterError('DOSE', 'there are no measured scans to fit to', { object: start.name });
  const run = { signal: options.signal, yieldNow: options.yieldNow };
  const total = ROUNDS * STAGES.length + 1;
  const report = (done: number, words: string): void => options.onProgress?.(Math.min(1, done / total), words);
  report(0, 'the machine as it is');
  const all = new CurveComputer(scans, engine, options);
  const before = await all.compute(start, run);
  if (options.compareOnly === true) return { machine: start, parameters: [], before, after: before, warnings: [] };
  const stages = STAGES.map((stage) => {
    const places = scansOf(stage, scans);
    const used = places.map((n) => scans[n]);
    const spacing = stage.fine === true ? options.spacing : coarserThan(options.spacing);
    return { stage, places, used, computer: new CurveComputer(used, engine, { ...options, spacing }) };
  });
  let machine: Machine = { ...start, reference: false };
  const found: Outcomes = new Map();
  for (let round = 0; round < ROUNDS; round++) {
    const fine = round === 0 ? before : await all.compute(machine, run);
    for (const [n, { stage, places, used, computer }] of stages.entries()) {
      const done = round * STAGES.length + n;
      report(done, stage.name);
      const own = places.map((place) => fine[place]);
      const coarse = await computer.compute(machine, run);
      let evaluations = 0;
      const residualsWith = async (candidate: Machine): Promise<readonly number[]> => {
        const computed = corrected(await computer.compute(candidate, run), coarse, own);
        report(done + 1 - 1 / (1 + ++evaluations / 8), stage.name);
        return stageResiduals(stage, used, computed, candidate);
      };
      machine = await fitStage(stage, machine, used.length > 0 ? residualsWith : undefined, found, round > 0);
    }
  }
  report(total - 1, 'absolute dose');
  const fluencePerMu = await calibrationFluence(
    machine,
    engine,
    options.calibrationSpacing ?? 2.5,
    DEFAULT_DIRECTIONS,
    run,
  );
  machine = {
    ...machine,
    calibration: { ...machine.calibration, fluencePerMu: Number(fluencePerMu.toPrecision(6)) },
  };
  const after = await all.compute(machine, run);
  report(total, 'done');
  const parameters = STAGES.flatMap((stage) => stage.parameters(start)).map((parameter): FittedParameter => {
    const { name, unit } = parameter;
    return { name, unit, ...found.get(name), before: parameter.get(start), after: parameter.get(machine) };
  });
  return { machine, parameters, before, after, warnings: [...keptWords(parameters), ...boundWords(start, parameters)] };
}

/**
 * What a coarse grid gives for other parameters, times what the fine grid gave over the coarse one for those at the round's beginning:
 * the grid's own error, which hardly depends on the parameters, drops out.
 */
function corrected(
  computed: readonly ComputedScan[],
  coarse: readonly ComputedScan[],
  fine: readonly ComputedScan[],
): ComputedScan[] {
  return computed.map(({ values }, n) => ({
    values: values.map((value, p) => (value * fine[n].values[p]) / coarse[n].values[p]),
    curve: fine[n].curve,
  }));
}

/** What a fit drove to the end of its range: the model or the data are not what they seem. */
function boundWords(start: Machine, parameters: readonly FittedParameter[]): string[] {
  const ranges = new Map(STAGES.flatMap((stage) => stage.parameters(start)).map((range) => [range.name, range]));
  return parameters.flatMap(({ name, after, reason }) => {
    const range = ranges.get(name);
    if (range === undefined || reason !== undefined || (after > range.low && after < range.high)) return [];
    return [`${name} ended at the limit of its range, ${after}: look at the measurements that determine it`];
  });
}

/** What keeps its value, by reason. */
function keptWords(parameters: readonly FittedParameter[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { name, after, reason } of parameters) {
    if (reason === undefined) continue;
    byReason.set(reason, [...(byReason.get(reason) ?? []), `${name} ${Number(after.toPrecision(4))}`]);
  }
  return [...byReason].map(([reason, names]) => `kept as it was, ${reason}: ${names.join(', ')}`);
}

type Outcomes = Map<string, Omit<FittedParameter, 'before' | 'after'>>;

/** The fit's dose grid (mm) for a result on another. */
const coarserThan = (spacing: number): number => Math.max(spacing, Math.min(2 * spacing, 5));

/** One stage: leaves out what its data cannot determine, fits the rest. Values are rounded as a file shows them. */
async function fitStage(
  stage: Stage,
  machine: Machine,
  residualsWith: ((candidate: Machine) => Promise<readonly number[]>) | undefined,
  found: Outcomes,
  /** What an earlier round could not determine stays out. */
  chosen: boolean,
): Promise<Machine> {
  let parameters = stage.parameters(machine).filter(({ name }) => !chosen || found.get(name)?.reason === undefined);
  const keep = (parameter: FitParameter, reason: string): void => {
    const { name, unit } = parameter;
    found.set(name, { name, unit, reason });
    parameters = parameters.filter((other) => other !== parameter);
  };
  if (residualsWith === undefined) {
    for (const parameter of parameters) keep(parameter, `no measurement for ${stage.name}`);
    return machine;
  }
  const begin = stage.begin?.(machine) ?? machine;
  const using =
    (fitted: readonly FitParameter[]): Evaluate =>
    (values) =>
      residualsWith(fitted.reduce((result, parameter, p) => parameter.set(result, values[p]), begin));
  const values = (): number[] => parameters.map((parameter) => parameter.get(begin));
  if (parameters.length === 0) return machine;
  const [, jacobian] = await jacobianAt(using(parameters), values(), parameters);
  const rows = new Map(parameters.map((parameter, p) => [parameter, jacobian[p]]));
  while (!chosen) {
    const current = parameters.map((parameter) => rows.get(parameter) ?? []);
    const idle = parameters.filter((_, p) => current[p].every((value) => Math.abs(value) < 1e-6));
    for (const parameter of idle) keep(parameter, NO_DATA);
    if (idle.length > 0) continue;
    const deviations = uncertaintiesOf(current, parameters.length).map((value) => value * SCATTER);
    if (parameters.every((parameter, p) => deviations[p] <= parameter.useful)) break;
    const own = parameters.map((_, p) => SCATTER * alone(current[p]));
    const weak = parameters.filter((parameter, p) => own[p] > parameter.useful / 2);
    // Where only a combination is determined, the one named last of those in it gives way.
    const entangled = parameters.filter(
      (parameter, p) => deviations[p] > Math.min(parameter.useful, ENTANGLED * own[p]),
    );
    const loser = weak.at(-1) ?? entangled.at(-1);
    if (loser === undefined) break;
    keep(loser, 'the measurements do not determine it');
  }
  // What a nudge started must be determined itself, else the machine stays without it.
  const [leading] = stage.parameters(machine);
  if (begin !== machine && !parameters.some(({ name }) => name === leading.name))
    for (const parameter of parameters) keep(parameter, `${leading.name} is not determined`);
  if (parameters.length === 0) return machine;
  const result = await leastSquares(using(parameters), values(), parameters);
  parameters.forEach((parameter, p) => {
    const { name, unit } = parameter;
    found.set(name, { name, unit, uncertainty: result.uncertainties[p] * SCATTER });
  });
  return parameters.reduce(
    (fitted, parameter, p) => parameter.set(fitted, rounded(result.values[p], parameter)),
    begin,
  );
}

/** Standard deviation of a parameter as if all others were known. */
const alone = (row: readonly number[]): number => 1 / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));

/** To a hundredth of the parameter's step: what lies below is noise. */
function rounded(value: number, { step }: FitParameter): number {
  const unit = step / 100;
  return Number((Math.round(value / unit) * unit).toPrecision(6));
}

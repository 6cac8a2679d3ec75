import { type AbortSignalLike, IsocenterError } from '../../contract/errors.ts';
import type { Beam } from '../../model/plan.ts';
import type { Apertures } from '../aperture/apertures.ts';
import { type ApertureOptions, type OptimizedApertures, optimizeApertures } from '../aperture/optimizeApertures.ts';
import { type DoseOperator, operatorAmong } from '../influence/doseOperator.ts';
import { optimizeFluence } from '../influence/fluenceMap.ts';
import type { DoseObjective } from '../objectives/doseObjective.ts';
import { type ArcFrame, arcBeams } from './arcBeams.ts';
import { arcScheme, type ArcScheme } from './arcScheme.ts';
import type { ArcSettings } from './arcSettings.ts';
import { type ArcSector, arcSectors, sweptSectors } from './arcStart.ts';
import { fewPoints } from './fewPoints.ts';

/** Where an optimisation of arcs is. */
type ArcStage = 'fluence' | 'apertures';

interface ArcIteration {
  readonly stage: ArcStage;
  readonly iteration: number;
  readonly value: number;
  readonly doses: Float64Array;
  /** Once there are apertures: where to start from again, or what to end with. */
  readonly found?: () => Apertures;
}

export interface ArcOptions {
  /** Apertures of the same arcs to go on from. */
  readonly start?: Apertures;
  /** Gy per fraction in every row besides the model's: what the final dose has and the model lacks. */
  readonly doseOffset?: Float64Array;
  readonly signal?: AbortSignalLike;
  /** After every iteration; a promise makes the search wait. */
  readonly onIteration?: (state: ArcIteration) => void | Promise<void>;
  readonly fluenceIterations?: number;
  /** Of fluence maps, as optimizeFluence has it. */
  readonly smoothing?: number;
  readonly apertureIterations?: number;
  /** Of MU alone at the end, as optimizeApertures has it. */
  readonly weightIterations?: number;
}

export interface OptimizedArcs {
  readonly beams: readonly Beam[];
  /** Of the model, with the offset, Gy per fraction. */
  readonly doses: Float64Array;
  readonly value: number;
  readonly apertures: Apertures;
  readonly report: ArcReport;
}

export interface ArcReport {
  /** Objective of the fluence maps, one a sector, that the arcs were made of; absent after a warm start. */
  readonly fluenceValue?: number;
  readonly iterations: number;
  readonly evaluations: number;
  /** By beam, at the machine's speeds. */
  readonly seconds: readonly number[];
}

/** One fluence map stands for so many degrees. */
const SECTOR = 30;
/** Iterations that lower the objective by less than this share end the search for fluence maps, that for apertures. */
const FLUENCE_FALL = 1e-3;
const APERTURE_FALL = 5e-5;
const APERTURE_ITERATIONS = 200;

/**
 * Arcs that a machine can deliver: a fluence map every 30°, each swept over its sector by a sliding window, then leaf positions and MU of
 * all control points optimised together, of few points first where they stand closely. The same input gives the same plan, bit by bit.
 * @param operator of the directions of `arcDirections`. @param target whose mean dose the fluence starts from.
 * @throws IsocenterError as arcScheme and boundedMinimum; CANCELLED by the signal.
 */
export async function optimizeArcs(
  operator: DoseOperator,
  arcs: readonly ArcSettings[],
  frame: ArcFrame,
  objective: DoseObjective,
  target: { readonly roi: string; readonly dosePerFraction: number },
  options: ArcOptions = {},
): Promise<OptimizedArcs> {
  const { machine } = frame;
  if (machine.mlc === undefined) throw new IsocenterError('MACHINE', 'has no MLC', { object: machine.name });
  const scheme = arcScheme(arcs, machine, operator);
  const started =
    options.start === undefined ? await startOf(scheme, operator, objective, target, frame, options) : undefined;
  const search = {
    valueTolerance: APERTURE_FALL,
    maxIterations: options.apertureIterations ?? APERTURE_ITERATIONS,
    ...(options.weightIterations !== undefined && { weightIterations: options.weightIterations }),
    ...(options.doseOffset && { doseOffset: options.doseOffset }),
    ...(options.signal && { signal: options.signal }),
  };
  const problem = { operator, objective, machine, models: scheme.models };
  const onIteration: ApertureOptions['onIteration'] = (state) =>
    options.onIteration?.({ stage: 'apertures', ...state });
  const few = started && (await fewPoints(scheme, problem, started.apertures, { ...search, onIteration }));
  const { leastWeights, mostWeights } = scheme;
  const found = await optimizeApertures(
    { ...problem, scheme, leastWeights, mostWeights },
    options.start ?? few!.apertures,
    { ...search, onIteration },
  );
  const beams = arcBeams(scheme, found, frame);
  return {
    beams,
    doses: found.doses,
    value: found.value,
    apertures: { shapes: found.shapes, weights: found.weights },
    report: {
      ...(started && { fluenceValue: started.value }),
      iterations: (few?.iterations ?? 0) + found.iterations,
      evaluations: (few?.evaluations ?? 0) + found.evaluations,
      seconds: scheme.arcs.map((_, n) => secondsOf(scheme, n, found, frame)),
    },
  };
}

async function startOf(
  scheme: ArcScheme,
  operator: DoseOperator,
  objective: DoseObjective,
  target: { readonly roi: string; readonly dosePerFraction: number },
  { machine }: ArcFrame,
  { signal, onIteration, fluenceIterations = 25, smoothing = 0 }: ArcOptions,
): Promise<{ readonly apertures: Apertures; readonly value: number }> {
  const sectors = arcSectors(scheme, SECTOR);
  const some = directionsOf(operator, sectors);
  let doses: Float64Array = new Float64Array(operator.rows);
  const watched: DoseObjective = {
    ...objective,
    evaluate: (at, gradient, terms) => objective.evaluate((doses = at), gradient, terms),
  };
  const { x, value } = await optimizeFluence(some, watched, target, {
    maxIterations: fluenceIterations,
    smoothing,
    valueTolerance: FLUENCE_FALL,
    ...(signal && { signal }),
    onIteration: (state) => onIteration?.({ stage: 'fluence', iteration: state.iteration, value: state.value, doses }),
  });
  const fluence = new Float64Array(operator.columns);
  some.spread(x, fluence);
  return { apertures: sweptSectors(scheme, sectors, machine, operator, fluence), value };
}

/** The operator of what targets see from the sectors' directions alone. `spread`: from their bixel weights to those of all directions. */
function directionsOf(
  operator: DoseOperator,
  sectors: readonly ArcSector[],
): DoseOperator & { readonly spread: (x: Float64Array, all: Float64Array) => void } {
  let columns = 0;
  const directions = sectors.map(({ direction }) => {
    const { from, lattice, aimed = lattice.middles.length } = operator.directions[direction];
    const seen = { ...lattice, middles: lattice.middles.slice(0, aimed) };
    const own = { ...operator.directions[direction], lattice: seen, from: columns, to: columns + aimed };
    columns = own.to;
    return { own, from, to: from + aimed };
  });
  const few = operatorAmong(
    operator,
    sectors.map(({ direction }) => direction),
  );
  const all = new Float64Array(operator.columns);
  const spread = (x: Float64Array, into: Float64Array): void => {
    into.fill(0);
    for (const { own, from } of directions) into.set(x.subarray(own.from, own.to), from);
  };
  return {
    directions: directions.map(({ own }) => own),
    columns,
    rows: operator.rows,
    spread,
    times: (x, doses) => {
      spread(x, all);
      return few.times(all, doses);
    },
    transposeTimes: async (y, gradient) => {
      await few.transposeTimes(y, all);
      for (const { own, from, to } of directions) gradient.set(all.subarray(from, to), own.from);
    },
  };
}

/** How long an arc takes with its gantry, its leaves and its beam at their fastest, whichever is slowest from control point to control point. */
function secondsOf(
  { arcs, exposures }: ArcScheme,
  n: number,
  { shapes, weights }: OptimizedApertures,
  { machine: { limits, mlc } }: ArcFrame,
): number {
  const { runs, course } = arcs[n];
  let seconds = 0;
  for (const { first, count } of runs)
    for (let k = first; k < first + count; k++) {
      const { from, to } = exposures[k];
      const travel = shapes[to].reduce((most, at, leaf) => Math.max(most, Math.abs(at - shapes[from][leaf])), 0);
      seconds += Math.max(
        course.step / (limits.gantrySpeed ?? Infinity),
        travel / (mlc?.leafSpeed ?? Infinity),
        (60 * weights[k]) / limits.doseRate,
      );
    }
  return seconds;
}

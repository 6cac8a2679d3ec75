import { IsocenterError, throwIfCancelled } from '../../contract/errors.ts';
import { DEFAULT_DIRECTIONS } from '../../dosimetry/collapsedCone/directions.ts';
import type { ComputeOptions, DoseProblem } from '../../dosimetry/engine.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { BixelLattice } from '../../dosimetry/pencilBeam/fluence/bixelGeometry.ts';
import type { CtCalibration } from '../../dosimetry/patient/ctCalibration.ts';
import { planDensity } from '../../dosimetry/patient/planDensity.ts';
import { targetOutline } from '../../dosimetry/plan/aperture/aperture.ts';
import { gridsOf, patientFrame } from '../../dosimetry/plan/planGrid.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { Grid, Volume } from '../../geometry/volume.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { Beam, Plan } from '../../model/plan.ts';
import type { StructureSet } from '../../model/structures.ts';
import type { Ring } from '../../structures/contours/rings.ts';
import type { DirectionSetup, DoseOperator, OperatorMaker } from '../influence/doseOperator.ts';
import { influenceOf } from '../influence/influence.ts';
import { type DoseObjective, doseObjective } from '../objectives/doseObjective.ts';
import type { Goals } from '../objectives/goals.ts';
import { filledLattices, targetBixels } from './bixelLattice.ts';
import { problemRows, type RoiRows } from './problemRows.ts';
import { splitLattice, WholeBixels } from './splitBixels.ts';
import { roisNamed, targetDistance, targetNames } from './targets.ts';

export interface ProblemInput {
  readonly ct: ImageVolume;
  /** Needs an ROI of type EXTERNAL and those that the goals name. */
  readonly structures: StructureSet;
  readonly calibration: CtCalibration;
  /** For the patient's position, frames of reference and boli; its beams are not looked at. */
  readonly plan: Plan;
  /** Static beams: where the source stands, one after the other. */
  readonly directions: readonly Beam[];
  /**
   * By direction: those of the same number are given through the same jaws, and have bixels in all of the rectangle about their targets. Fields
   * have the targets' bixels only.
   */
  readonly jaws?: readonly number[];
  readonly machine: Machine;
  readonly goals: Goals;
  /** mm, of a grid made around the body; or the grid, which is made larger where the body sticks out of it. */
  readonly grid: number | Vec3 | Grid;
  /** mm at the isocenter plane. */
  readonly bixel: number;
  /** The operator has every bixel in so many squares by so many: where leaves end within a bixel counts. 1 unless given; not with `jaws`. */
  readonly parts?: number;
  /** mm that bixels reach beyond the targets' projection; DEFAULT_MARGIN if not given. */
  readonly margin?: number;
  /** Further ROIs that goals may name later; left out, with a warning, where no voxel or several ROIs are meant. */
  readonly rois?: readonly string[];
  /** ROIs of more voxels than this, targets excepted, are represented by some of them (problemRows); all of them if not given. */
  readonly thin?: number;
}

/** Voxels that goals are about, a row each. */
export interface GoalRows {
  /** Voxel of the grid of each row. */
  readonly voxels: Uint32Array;
  /** Rows of each ROI; they may overlap. */
  readonly rowsOf: ReadonlyMap<string, Uint32Array>;
  /** Other goals over the same rows. @throws IsocenterError REFERENCE for ROIs that are not among these. */
  readonly objective: (goals: Goals) => DoseObjective;
}

/** What plans of one patient and set of directions are optimised on. Arrays must not be changed. */
export interface OptimizationProblem extends GoalRows {
  readonly grid: Grid;
  /** g/cm³ on the grid, without boli. */
  readonly density: Volume<Float32Array>;
  /** With a row for every voxel, where rows are a sample of large ROIs: what final doses are judged on. */
  readonly every: GoalRows;
  readonly operator: DoseOperator;
  /** The same of whole bixels, where the operator has parts of them: what fluence maps are sought on. */
  readonly maps?: DoseOperator;
  /** mm from the nearest target's surface by row, 0 inside. */
  readonly targetDistance: Float32Array;
  readonly targets: readonly string[];
  readonly warnings: readonly string[];
}

/** A problem with what its operator was made of. */
export interface LaidProblem extends OptimizationProblem {
  readonly setups: readonly DirectionSetup[];
  readonly machine: Machine;
}

export interface ProblemOptions extends ComputeOptions {
  /** Who makes the operator: this thread unless given; parallel/crew.ts does it in workers. */
  readonly makeOperator?: OperatorMaker;
}

/** Half a 6 MV penumbra: what is open beyond a target makes up for what its edge loses. */
const DEFAULT_MARGIN = 5;

/**
 * Lays out grid, density, voxels and bixels and makes the operator between them.
 * @throws IsocenterError naming beam, structure or machine at fault; CANCELLED by the signal.
 */
export async function optimizationProblem(
  input: ProblemInput,
  { makeOperator = influenceOf, ...options }: ProblemOptions = {},
): Promise<LaidProblem> {
  const { ct, structures, calibration, plan, directions, machine, goals, bixel, margin = DEFAULT_MARGIN } = input;
  const iecFromLps = patientFrame(ct, structures, plan);
  const needed = new Set([...targetNames(goals), ...goals.objectives.map(({ roi }) => roi)]);
  const further = (input.rois ?? []).filter((name) => !needed.has(name));
  const others = structures.rois.filter(({ name }) => further.includes(name) && isOnce(name, structures));
  const targets = targetNames(goals);
  const targetRois = roisNamed(targets, structures);
  const { grid } = gridsOf(input, directions);
  const laid = planDensity(ct, grid, calibration, structures, plan, directions);
  throwIfCancelled(options.signal);
  await options.yieldNow?.();
  const { every, voxels, rowsOf } = problemRows(
    [...roisNamed([...needed], structures), ...others],
    grid,
    laid.shared.data,
    ({ name }) => (targets.includes(name) ? Infinity : (input.thin ?? Infinity)),
    ({ name }) => needed.has(name),
  );
  const distance = targetDistance(targetRois, grid);
  const unseen = further.filter((name) => !rowsOf.has(name));
  const warnings = [
    ...laid.warnings,
    ...unseen.map((name) => `no goal can be set for ${name}: no voxel stands for it`),
  ];
  const beyondReach: { readonly beam: Beam; readonly beyond: number }[] = [];
  const lattices = directions.map((beam) => {
    const [{ gantry, collimator, couch, isocenter }] = beam.controlPoints;
    const outlines = targetRois.map(({ contours }) =>
      ringsOf(
        targetOutline(
          contours,
          { gantry, collimator, couch },
          isocenter,
          machine.sourceAxisDistance,
          iecFromLps,
          margin,
        ),
      ),
    );
    const { lattice, beyond } = targetBixels(outlines, bixel, machine);
    const object = `Beam ${beam.number} (${beam.name})`;
    if (lattice.middles.length === 0)
      throw new IsocenterError('GEOMETRY', 'no target lies in any field that the machine can open', { object });
    if (beyond > 0) beyondReach.push({ beam, beyond });
    return lattice;
  });
  const { parts = 1 } = input;
  if (parts > 1 && input.jaws !== undefined)
    throw new IsocenterError('INTERNAL', 'bixels in parts have none between the jaws of arcs');
  const wholes = throughJaws(lattices, input.jaws, machine);
  const settings = { directions: DEFAULT_DIRECTIONS, perFluence: false };
  const setups = directions.map((beam, n): DirectionSetup => {
    const problem: DoseProblem = { density: laid.ofBeam[n], iecFromLps, settings };
    if (parts > 1) return { beam, lattice: splitLattice(lattices[n], parts), problem };
    return { beam, lattice: wholes[n], aimed: lattices[n].middles.length, problem };
  });
  warnings.push(...reachWarnings(beyondReach, machine));
  throwIfCancelled(options.signal);
  await options.yieldNow?.();
  const operator = await makeOperator(setups, machine, voxels, options);
  const goalRows = (of: RoiRows): GoalRows & { readonly targetDistance: Float32Array } => {
    const distanceByRow = Float32Array.from(of.voxels, (voxel) => distance[voxel]);
    const structures = { rowsOf: of.rowsOf, rows: of.voxels.length, targetDistance: distanceByRow };
    return { ...of, targetDistance: distanceByRow, objective: (other) => doseObjective(other, structures) };
  };
  return {
    ...goalRows({ voxels, rowsOf }),
    every: goalRows(every),
    grid,
    density: laid.shared,
    operator,
    ...(parts > 1 && { maps: new WholeBixels(operator, lattices, parts) }),
    targets,
    warnings,
    setups,
    machine,
  };
}

/** What of the targets a machine does not reach; in one sentence for directions of one name, which an arc's are. */
function reachWarnings(
  some: readonly { readonly beam: Beam; readonly beyond: number }[],
  { name: machine }: Machine,
): string[] {
  return [...Map.groupBy(some, ({ beam }) => beam.name)].map(([name, own]) => {
    const most = Math.max(...own.map(({ beyond }) => beyond));
    return own.length === 1
      ? `Beam ${own[0].beam.number} (${name}): ${most} bixels of the targets lie beyond what the leaves of ${machine} reach`
      : `${name}: up to ${most} bixels of the targets lie beyond what the leaves of ${machine} reach, from ${own.length} directions`;
  });
}

/** Lattices with what lies between the same jaws. */
function throughJaws(
  lattices: readonly BixelLattice[],
  jaws: readonly number[] | undefined,
  machine: Machine,
): readonly BixelLattice[] {
  if (jaws === undefined) return lattices;
  const out = [...lattices];
  for (const one of new Set(jaws)) {
    const members = [...lattices.keys()].filter((n) => jaws[n] === one);
    const filled = filledLattices(
      members.map((n) => lattices[n]),
      machine,
    );
    for (const [k, n] of members.entries()) out[n] = filled[k];
  }
  return out;
}

const isOnce = (name: string, { rois }: StructureSet): boolean => rois.filter((roi) => roi.name === name).length === 1;

const ringsOf = (paths: ReturnType<typeof targetOutline>): readonly Ring[] =>
  paths.map((path) => Float64Array.from(path.flatMap(({ x, y }) => [x, y])));

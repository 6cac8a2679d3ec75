import { IsocenterError } from '../../../contract/errors.ts';
import type { Beam } from '../../../model/plan.ts';
import type { DoseProblem } from '../../engine.ts';
import type { Machine } from '../../machine/machine.ts';
import { NARROW, SIGMAS } from '../gaussianLadder.ts';
import { seenVoxels } from '../seenVoxels.ts';
import { type BixelLattice, bixelGeometry } from './bixelGeometry.ts';
import type { FluenceProblem, Plane } from './contract.ts';
import { type Lattice, spreadPlane } from './spread.ts';

/** Nodes of the narrow plane lie at most so far apart, mm; those of the wide one. */
const NARROW_PITCH = 0.65;
const WIDE_PITCH = 5;
/** Gaussians end after so many standard deviations: 3e-7 of them lies beyond. */
const REACH = 5;

/** What a beam's part of a dose-influence operator is made of: plain data, which may be posted to another thread. */
export interface LaidFluence {
  readonly problem: FluenceProblem;
  /** Place in the problem's lattice of each bixel. */
  readonly places: Uint32Array;
  /** What a bixel's weight is multiplied with to be fluence. */
  readonly strengths: Float64Array;
}

/**
 * Every pencil kernel is a sum of eight Gaussians of fixed width whose weights belong to the voxel (depth, density, distance). So the dose of
 * a fluence is a sum over eight blurred fluence maps, each read at the voxel's place: 48 bytes a voxel take the place of a
 * dose-influence matrix's column entries, and nothing is cut off.
 * @param rowOf row of each voxel of the grid in the doses; 0xffffffff for voxels that do not matter.
 * @returns undefined where the beam meets none.
 * @throws IsocenterError as bixelInfluence; USAGE for bixels that lie on no regular lattice.
 */
export function laidFluence(
  problem: DoseProblem,
  beam: Beam,
  machine: Machine,
  bixels: BixelLattice,
  rowOf: Uint32Array,
  rows: number,
): LaidFluence | undefined {
  const { grid, frame, tables, blur, strength, depths } = bixelGeometry(problem, beam, machine, bixels);
  const { lattice, places } = latticeOf(bixels, `Beam ${beam.number} (${beam.name})`);
  const laid = depths();
  if (laid === undefined) return undefined;
  const { rays, from, pitch } = laid;
  const window = {
    low: [from[0], from[1]],
    high: [from[0] + (rays[0] - 1) * pitch, from[1] + (rays[1] - 1) * pitch],
  } as const;
  const voxels = seenVoxels(
    grid,
    frame,
    laid,
    window,
    bixels.width,
    tables.boneRatio,
    (at) => rowOf[at] !== 0xffffffff,
  );
  const row = Uint32Array.from(voxels.voxel, (at) => rowOf[at]);
  const planeOf = (
    most: number,
    first: number,
    corners: readonly [readonly [number, number], readonly [number, number]],
  ): Plane =>
    spreadPlane(lattice, Math.ceil(bixels.width / most), corners, SIGMAS.slice(first, first + 4), blur, REACH);
  const far = REACH * Math.hypot(SIGMAS[NARROW - 1], ...blur) + bixels.width;
  const last = [
    lattice.first[0] + (lattice.columns - 1) * bixels.width,
    lattice.first[1] + (lattice.rows - 1) * bixels.width,
  ];
  const around = [
    [lattice.first[0] - far, lattice.first[1] - far],
    [last[0] + far, last[1] + far],
  ] as const;
  const { x, y, weights } = voxels;
  const fluence: FluenceProblem = {
    x,
    y,
    row,
    weights,
    rows,
    lattice: [lattice.columns, lattice.rows],
    narrow: planeOf(NARROW_PITCH, 0, around),
    wide: planeOf(WIDE_PITCH, NARROW, [window.low, window.high]),
  };
  return { problem: fluence, places, strengths: Float64Array.from(bixels.middles, strength) };
}

/** The regular lattice that bixels lie on, and each one's place in it. */
function latticeOf({ width, middles }: BixelLattice, object: string): { lattice: Lattice; places: Uint32Array } {
  const [xs, ys] = [0, 1].map((axis) => middles.map((middle) => middle[axis]));
  const first = [Math.min(...xs), Math.min(...ys)] as const;
  const size = [xs, ys].map((all, axis) => 1 + Math.round((Math.max(...all) - first[axis]) / width));
  const places = Uint32Array.from(middles, (middle) => {
    const [column, row] = [0, 1].map((axis) => (middle[axis] - first[axis]) / width);
    const off = Math.max(Math.abs(column - Math.round(column)), Math.abs(row - Math.round(row)));
    if (off > 1e-3)
      throw new IsocenterError('USAGE', `a bixel at ${middle.join(', ')} mm lies off the lattice`, { object });
    return Math.round(column) + size[0] * Math.round(row);
  });
  return { lattice: { width, first, columns: size[0], rows: size[1] }, places };
}

import { collapsedCone } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import { beamDose } from '#shared/dosimetry/engine.ts';
import { withWedge } from '#shared/dosimetry/plan/arrange/fitAccessories.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam, openAperture } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { type BeamAngles, iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL, type Grid, sampleAtPoint, type Volume, voxelCount } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';

/** Density (g/cm³) at a point in LPS mm. */
export type Phantom = (x: number, y: number, z: number) => number;

export interface SetUp {
  readonly phantom: Phantom;
  readonly grid: Grid;
  readonly machine?: string;
  readonly angles?: Partial<BeamAngles>;
  readonly isocenter?: Vec3;
  /** Jaws at the isocenter plane, mm; 10 × 10 unless given. */
  readonly x?: readonly [number, number];
  readonly y?: readonly [number, number];
  /** Which leaf pairs stand where: from the pair's middle (mm) to the opening, or nothing where closed. */
  readonly leaves?: (middle: number) => readonly [number, number] | undefined;
  /** A wedge given to the machine and put into the beam, thin edge to Y+ of the collimator. */
  readonly wedge?: Machine['wedges'][number];
}

/** A cube of voxels `spacing` mm wide around a point. */
export function cube(middle: Vec3, side: number, spacing: number, depth = side): Grid {
  const [n, m] = [Math.round(side / spacing), Math.round(depth / spacing)];
  const first = (at: number, count: number): number => at - ((count - 1) / 2) * spacing;
  return {
    dims: [n, m, n],
    spacing: [spacing, spacing, spacing],
    origin: [first(middle[0], n), first(middle[1], m), first(middle[2], n)],
    direction: AXIAL,
  };
}

/** Gy per MU (REF machines included) of a set-up; density averaged over 3×3×3 points a voxel. */
export async function doseOf(setUp: SetUp): Promise<Volume> {
  const { wedge } = setUp;
  const plain = machineByName(setUp.machine ?? 'REF_6MV_POINT');
  const machine = wedge === undefined ? plain : { ...plain, wedges: [wedge] };
  const iecFromLps = iecFromPatient('HFS')!;
  const angles = { gantry: 0, collimator: 0, couch: 0, ...setUp.angles };
  const isocenter = setUp.isocenter ?? [0, 0, 0];
  const { beam } = createBeam({ number: 1, name: 'set-up', machine, angles, isocenter, iecFromLps });
  const { x = [-50, 50], y = [-50, 50] } = setUp;
  const side = (range: readonly [number, number]): number => 2 * Math.max(Math.abs(range[0]), Math.abs(range[1]));
  const open = openAperture(machine, side(x), side(y)).positions;
  const positions = { ...open, ASYMX: [...x], ASYMY: [...y], ...leafPositions(setUp, machine) };
  const controlPoints = beam.controlPoints.map((point) => ({ ...point, positions }));
  const density = { ...setUp.grid, data: sampled(setUp) };
  const settings = { directions: DEFAULT_DIRECTIONS, perFluence: false };
  const problem = { density, iecFromLps, settings };
  const shaped = { ...beam, controlPoints };
  const placed = wedge === undefined ? shaped : withWedge(shaped, machine, { id: wedge.id, orientation: 0 });
  const { dose } = await beamDose(collapsedCone, problem, placed, machine);
  return { ...setUp.grid, data: dose };
}

function leafPositions({ leaves }: SetUp, machine: Machine): { MLCX?: number[] } {
  if (leaves === undefined || machine.mlc === undefined) return {};
  const edges = machine.mlc.leafBoundaries;
  const openings = edges.slice(1).map((high, n) => leaves((high + edges[n]) / 2) ?? ([0, 0] as const));
  return { MLCX: [...openings.map(([from]) => from), ...openings.map(([, to]) => to)] };
}

function sampled({ phantom, grid }: SetUp): Float32Array {
  const { dims, spacing, origin } = grid;
  const shares = [-1 / 3, 0, 1 / 3];
  return Float32Array.from({ length: voxelCount(grid) }, (_, v) => {
    const x = origin[0] + (v % dims[0]) * spacing[0];
    const y = origin[1] + (Math.floor(v / dims[0]) % dims[1]) * spacing[1];
    const z = origin[2] + Math.floor(v / dims[0] / dims[1]) * spacing[2];
    let sum = 0;
    for (const a of shares)
      for (const b of shares)
        for (const c of shares) sum += phantom(x + a * spacing[0], y + b * spacing[1], z + c * spacing[2]);
    return sum / 27;
  });
}

/** Dose at a point, LPS mm, between voxel centres. */
export const doseAt = (dose: Volume, point: Vec3): number => sampleAtPoint(dose, point, 0);

/** A phantom turned about the LPS z axis through the origin, as a gantry at `degrees` turns. */
export function turned(phantom: Phantom, degrees: number): Phantom {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  return (x, y, z) => phantom(x * cos + y * sin, y * cos - x * sin, z);
}

/** A point turned likewise. */
export function turnedPoint([x, y, z]: Vec3, degrees: number): Vec3 {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  return [x * cos - y * sin, x * sin + y * cos, z];
}

/** Water below a flat surface at depth 0 along +y. */
export const flatWater =
  (surface: number): Phantom =>
  (_x, y) =>
    y > surface ? 1 : 0;

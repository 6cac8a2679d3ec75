import { IsocenterError } from '../../contract/errors.ts';
import { iecFromPatient } from '../../geometry/iec.ts';
import { AXIAL, type Grid, voxelCount } from '../../geometry/volume.ts';
import type { Beam } from '../../model/plan.ts';
import { DEFAULT_DIRECTIONS } from '../collapsedCone/directions.ts';
import type { DoseProblem } from '../engine.ts';
import type { Machine } from '../machine/machine.ts';
import { createBeam } from '../plan/arrange/planFactory.ts';
import type { MeasuredScan } from './measured/scan.ts';

/** Source–axis distance (mm) to which field sizes of measurements refer; scansFor refuses machines with another. */
export const SOURCE_AXIS = 1000;

/** A field on a water tank, and the scans that one computation of it answers. */
export interface SetUp {
  readonly key: string;
  readonly field: readonly [number, number];
  readonly sourceSurfaceDistance: number;
  /** Places in the list of scans; for output factors also where this is the reference field. */
  readonly scans: readonly number[];
  /** Deepest point asked for, and how far from the axis scans reach along BLD x and y, mm. */
  readonly depth: number;
  readonly reach: readonly [number, number];
}

/** Water below the deepest point: what scatters back from further down is less than 1e-3. */
const BELOW = 60;
/** Water beside the field's edge that still releases energy worth counting. */
const BESIDE = 30;

/** The computations that `scans` need, one a field and SSD. */
export function setUpsOf(scans: readonly MeasuredScan[]): SetUp[] {
  const setUps = new Map<string, { -readonly [K in keyof SetUp]: SetUp[K] } & { scans: number[] }>();
  const add = (n: number, field: readonly [number, number]): void => {
    const scan = scans[n];
    const key = `${field.join('x')}@${scan.sourceSurfaceDistance}`;
    const setUp = setUps.get(key) ?? {
      key,
      field,
      sourceSurfaceDistance: scan.sourceSurfaceDistance,
      scans: [],
      depth: 0,
      reach: [0, 0],
    };
    setUps.set(key, setUp);
    setUp.scans.push(n);
    const last = Math.max(...scan.positions.map(Math.abs));
    setUp.depth = Math.max(setUp.depth, scan.depth ?? last);
    const [x, y] = acrossOf(scan);
    setUp.reach = [Math.max(setUp.reach[0], Math.abs(last * x)), Math.max(setUp.reach[1], Math.abs(last * y))];
  };
  for (const [n, scan] of scans.entries()) {
    add(n, scan.field);
    if (scan.kind === 'outputFactor' && scan.reference !== undefined) add(n, scan.reference);
  }
  return [...setUps.values()];
}

/** Unit vector in the BLD x–y plane along which positions of a scan grow; (0, 0) for what stays on the axis. */
export function acrossOf(scan: MeasuredScan): readonly [number, number] {
  if (scan.kind === 'crossline') return [1, 0];
  if (scan.kind === 'inline') return [0, 1];
  if (scan.kind !== 'diagonal') return [0, 0];
  const angle = ((scan.angle ?? 45) * Math.PI) / 180;
  return [Math.cos(angle), Math.sin(angle)];
}

/** Water filling the grid of a set-up: surface at LPS y = 0, gantry 0, BLD x along LPS x and BLD y along LPS z. */
export function waterFor(setUp: SetUp, spacing: number): Grid {
  const { field, sourceSurfaceDistance, depth, reach } = setUp;
  const spread = (sourceSurfaceDistance + depth) / SOURCE_AXIS;
  const across = [0, 1].map((axis) => {
    const half = Math.max((field[axis] / 2) * spread + BESIDE, reach[axis] + 2 * spacing);
    return 2 * Math.ceil(half / spacing);
  });
  const dims = [across[0], Math.ceil((depth + BELOW) / spacing), across[1]] as const;
  const first = (n: number): number => -((n - 1) / 2) * spacing;
  return {
    dims: [dims[0], dims[1], dims[2]],
    spacing: [spacing, spacing, spacing],
    origin: [first(dims[0]), spacing / 2, first(dims[2])],
    direction: AXIAL,
  };
}

/** What the engine is asked for a set-up. */
export function problemFor(setUp: SetUp, spacing: number): DoseProblem {
  const grid = waterFor(setUp, spacing);
  return {
    density: { ...grid, data: new Float32Array(voxelCount(grid)).fill(1) },
    iecFromLps: headFirst(),
    settings: { directions: DEFAULT_DIRECTIONS, perFluence: false },
  };
}

/** The open field of a set-up by the jaws alone, the leaves out of the way, as such fields are measured. @throws IsocenterError MACHINE for a field it cannot open. */
export function beamFor(setUp: SetUp, machine: Machine): Beam {
  const [x, y] = setUp.field;
  const { jawX, jawY } = machine.limits;
  if (x / 2 > Math.min(-jawX[0], jawX[1]) + 0.5 || y / 2 > Math.min(-jawY[0], jawY[1]) + 0.5)
    throw new IsocenterError('MACHINE', `cannot open a field of ${x} × ${y} mm`, {
      object: machine.name,
      attribute: 'limits',
    });
  const { beam } = createBeam({
    number: 1,
    name: `${x} x ${y}`,
    machine,
    angles: { gantry: 0, collimator: 0, couch: 0 },
    isocenter: [0, machine.sourceAxisDistance - setUp.sourceSurfaceDistance, 0],
    iecFromLps: headFirst(),
  });
  const positions = { ASYMX: [-x / 2, x / 2], ASYMY: [-y / 2, y / 2] };
  return { ...beam, controlPoints: beam.controlPoints.map((point) => ({ ...point, positions })) };
}

function headFirst(): DoseProblem['iecFromLps'] {
  const iecFromLps = iecFromPatient('HFS');
  if (iecFromLps === undefined) throw new RangeError('HFS is always known');
  return iecFromLps;
}

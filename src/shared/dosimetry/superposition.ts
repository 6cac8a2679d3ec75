import { throwIfCancelled } from '../contract/errors.ts';
import { add, dot, scale, type Vec3 } from '../geometry/vec.ts';
import type { BeamFrame } from './beam/beamFrame.ts';
import { ANGLE_STEPS, type ConeTable, DEPTH_NODES } from './coneTable.ts';
import { RATE_COUNT } from './depositionKernel.ts';
import { ringDirections } from './directions.ts';
import type { ComputeOptions } from './engine.ts';
import type { SuperpositionKernel, SweepProblem } from './kernels/contract.ts';
import type { PrimaryField } from './primaryField.ts';
import type { LocalGrid } from './rayTrace.ts';

/** Grid axes in the order a sweep takes them; the last is the one it advances along. */
const ORDERS: readonly (readonly [number, number, number])[] = [
  [1, 2, 0],
  [0, 2, 1],
  [0, 1, 2],
];

/**
 * Spreads the energy released (field.terma) along the cones of all rings, which are aligned with the beam's axis.
 * Returns the dose in terma's unit. Progress goes 0…1 over the directions; cancel is seen between them.
 */
export async function superpose(
  grid: LocalGrid,
  frame: BeamFrame,
  field: PrimaryField,
  tables: readonly ConeTable[],
  kernel: SuperpositionKernel,
  options: ComputeOptions,
): Promise<Float32Array> {
  const dose = new Float32Array(grid.density.length);
  const cones = tables.flatMap((table) =>
    ringDirections(table.ring).map((d) => ({
      direction: add(add(scale(frame.x, d[0]), scale(frame.y, d[1])), scale(frame.travel, d[2])),
      coefficients: table.coefficients,
    })),
  );
  let done = 0;
  for (const order of ORDERS) {
    const mine = cones.filter((cone) => ORDERS[sweepAxis(cone.direction, grid.spacing)] === order);
    if (mine.length === 0) continue;
    const pick = (v: Vec3): Vec3 => [v[order[0]], v[order[1]], v[order[2]]];
    const problem: SweepProblem = {
      dims: pick(grid.dims),
      spacing: pick(grid.spacing),
      density: permute(grid.density, grid.dims, order),
      terma: permute(field.terma, grid.dims, order),
      hardening: permute(field.hardening, grid.dims, order),
      source: pick(frame.source),
    };
    const run = kernel.begin(problem);
    for (const cone of mine) {
      throwIfCancelled(options.signal);
      run.sweep({ ...cone, direction: pick(cone.direction) });
      options.onProgress?.(++done / cones.length);
      await options.yieldNow?.();
    }
    addPermuted(dose, run.finish(), grid.dims, order);
  }
  throwIfCancelled(options.signal);
  return dose;
}

/**
 * Share of the kernel's energy that the cones of a set together hold for a photon at an angle to the beam axis, against no tilt:
 * tabulated by the cosine of that angle, mean over azimuth. The TERMA is divided by it, so that energy is conserved off axis.
 */
export function heldEnergy(tables: readonly ConeTable[]): (cosine: number) => number {
  const steps = 16;
  /** tan of 20°: beyond any field's corner. */
  const last = Math.sin((20 * Math.PI) / 180);
  const held = Array.from({ length: steps + 1 }, (_, n) => {
    const tilt = Math.asin((n / steps) * last);
    let total = 0;
    const turns = 8;
    for (let turn = 0; turn < turns; turn++) {
      const azimuth = (turn / turns) * (Math.PI / 2);
      const photon: Vec3 = [Math.sin(tilt) * Math.cos(azimuth), Math.sin(tilt) * Math.sin(azimuth), Math.cos(tilt)];
      for (const { ring, coefficients } of tables)
        for (const direction of ringDirections(ring)) total += coneEnergy(coefficients, dot(photon, direction)) / turns;
    }
    return total;
  });
  return (cosine) => {
    const at = Math.min(steps - 1e-9, (Math.sqrt(Math.max(0, 1 - cosine * cosine)) / last) * steps);
    const n = Math.floor(at);
    return (held[n] + (at - n) * (held[n + 1] - held[n])) / held[0];
  };
}

/** Energy a cone takes at an angle, spectrum at 10 g/cm². */
function coneEnergy(coefficients: Float32Array, cosine: number): number {
  const angle = Math.round(Math.sqrt(Math.max(0, (1 - cosine) / 2)) * ANGLE_STEPS);
  const node = DEPTH_NODES.indexOf(10);
  let sum = 0;
  for (let i = 0; i < RATE_COUNT; i++) sum += coefficients[(node * (ANGLE_STEPS + 1) + angle) * RATE_COUNT + i];
  return sum;
}

/** The axis along which a direction crosses most voxels per length; in a tie the last one, whatever the rounding says. */
function sweepAxis(direction: Vec3, spacing: Vec3): 0 | 1 | 2 {
  const hair = 1 - 1e-9;
  const [a, b, c] = [0, 1, 2].map((axis) => Math.abs(direction[axis]) / spacing[axis]);
  if (c >= a * hair && c >= b * hair) return 2;
  return b >= a * hair ? 1 : 0;
}

function permute(values: Float32Array, dims: Vec3, order: readonly [number, number, number]): Float32Array {
  if (order[2] === 2) return values;
  const out = new Float32Array(values.length);
  visit(dims, order, (from, to) => {
    out[to] = values[from];
  });
  return out;
}

function addPermuted(
  target: Float32Array,
  values: Float32Array,
  dims: Vec3,
  order: readonly [number, number, number],
): void {
  visit(dims, order, (from, to) => {
    target[from] += values[to];
  });
}

/** Visits every voxel as (index in the grid, index in the permuted layout). */
function visit(dims: Vec3, order: readonly [number, number, number], each: (from: number, to: number) => void): void {
  const strides = [1, dims[0], dims[0] * dims[1]];
  let to = 0;
  for (let c = 0; c < dims[order[2]]; c++)
    for (let b = 0; b < dims[order[1]]; b++)
      for (let a = 0; a < dims[order[0]]; a++)
        each(a * strides[order[0]] + b * strides[order[1]] + c * strides[order[2]], to++);
}

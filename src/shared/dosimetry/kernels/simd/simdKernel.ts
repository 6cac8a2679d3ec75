import type { SuperpositionKernel, SweepCone, SweepProblem, SweepRun } from '../contract.ts';
import { lateralShift } from '../stepping.ts';
import { type Layout, layoutOf, putGrid, putTable, takeGrid } from './layout.ts';
import { bytesOf, platform } from './platform.ts';
import { WASM_BASE64 } from './superposition.generated.ts';

/** The export of src/kernels/superposition.ts. */
type Plane = (...values: number[]) => void;

const PAGE = 65536;
let compiled: object | undefined;

/** Whether this machine's WebAssembly has 128-bit SIMD. */
export const hasSimd = (): boolean => platform.WebAssembly.validate(bytesOf(WASM_BASE64));

/** The contract in WebAssembly SIMD, single precision: the same numbers on every machine. */
export const simdKernel: SuperpositionKernel = { name: 'wasm simd', begin };

function begin(problem: SweepProblem): SweepRun {
  compiled ??= new platform.WebAssembly.Module(bytesOf(WASM_BASE64));
  const layout = layoutOf(problem.dims);
  // A memory a run: it goes with the run, and two runs never meet.
  const memory = new platform.WebAssembly.Memory({ initial: Math.ceil(layout.size / PAGE) });
  const { exports } = new platform.WebAssembly.Instance(compiled, { env: { memory } });
  const floats = new Float32Array(memory.buffer);
  putGrid(floats, layout, layout.density, problem.density);
  putGrid(floats, layout, layout.terma, problem.terma);
  putGrid(floats, layout, layout.hardening, problem.hardening);
  return {
    sweep: (cone) => sweep(problem, cone, layout, floats, exports['plane'] as Plane),
    finish: () => takeGrid(floats, layout, layout.dose),
  };
}

function sweep(problem: SweepProblem, cone: SweepCone, layout: Layout, floats: Float32Array, plane: Plane): void {
  const [n0, n1, n2] = problem.dims;
  const [h0, h1, h2] = problem.spacing;
  const [s0, s1, s2] = problem.source;
  const [d0, d1, d2] = cone.direction;
  putTable(floats, layout, cone.coefficients);
  let [from, to] = layout.carried;
  floats.fill(0, from / 4, layout.table / 4);
  const planeBytes = 4 * layout.rowLength * n1;
  const { density, terma, hardening, dose, rowLength, carryRow, ratePlane, table } = layout;
  for (let step = 0; step < n2; step++) {
    const k = d2 > 0 ? step : n2 - 1 - step;
    const at = k * planeBytes;
    const [moveX, moveY] = ([0, 1] as const).map(
      (axis) => lateralShift(problem, cone, axis, step) - lateralShift(problem, cone, axis, step - 1),
    );
    const voxels = [density + at, terma + at, hardening + at, dose + at];
    const view = [h2 / Math.abs(d2), -s0, h0, -s1, h1, k * h2 - s2, d0, d1, d2];
    plane(n0, n1, rowLength, carryRow, ratePlane, ...voxels, from, to, moveX, moveY, table, ...view);
    [from, to] = [to, from];
  }
}

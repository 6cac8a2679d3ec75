import type { GpuBuffer, GpuDevice, GpuPipeline } from '../../../gpu/platform.ts';
import type { Shape } from './layout.ts';
import { FOLD, type KERNELS, LANES, TILE } from './shader.ts';

export type Kernels = Readonly<Record<keyof typeof KERNELS, GpuPipeline>>;

/** A kernel, what it works on, and how many groups of its threads. */
export interface Step {
  readonly pipeline: GpuPipeline;
  readonly group: object;
  readonly groups: readonly [number, number];
}

/** What a direction has on the device; `narrow` and `wide` are the headers of its planes. */
export interface Held
  extends Readonly<Record<'narrow' | 'wide' | 'voxels' | 'profiles' | 'narrowCells' | 'wideCells', GpuBuffer>> {
  readonly shape: Shape;
}

/** What all directions share. */
export type Scratch = Readonly<Record<'fluence' | 'doses' | 'between' | 'narrowNodes' | 'wideNodes', GpuBuffer>>;

const PLANES = ['narrow', 'wide'] as const;

/** Steps add their direction's dose of the fluence to the doses. */
export function forward(device: GpuDevice, kernels: Kernels, held: Held, scratch: Scratch): Step[] {
  const { shape } = held;
  const spread = PLANES.flatMap((plane) => {
    const { width, height } = shape[plane];
    const nodes = scratch[`${plane}Nodes`];
    const { between, fluence } = scratch;
    const common = { 0: held[plane], 2: held.profiles, 3: between };
    return [
      step(device, kernels.spreadAlong, { ...common, 1: fluence }, tiles(width, shape.lattice[1])),
      step(device, kernels.spreadAcross, { ...common, 4: nodes }, tiles(width, height)),
    ];
  });
  const { narrowNodes, wideNodes, doses } = scratch;
  const read = { 0: held.narrow, 1: held.wide, 2: held.voxels, 3: narrowNodes, 4: wideNodes, 5: doses };
  return [...spread, step(device, kernels.gather, read, lines(shape.voxels))];
}

/** Steps add the gradient on their direction's fluence to what is there. */
export function backward(device: GpuDevice, kernels: Kernels, held: Held, scratch: Scratch): Step[] {
  const { shape } = held;
  return PLANES.flatMap((plane) => {
    const { width, height } = shape[plane];
    const nodes = scratch[`${plane}Nodes`];
    const { between, fluence, doses } = scratch;
    const voxels = { 0: held[plane], 1: held.voxels, 2: held[`${plane}Cells`], 3: doses, 4: nodes };
    const common = { 0: held[plane], 2: held.profiles, 3: between };
    const [columns, rows] = shape.lattice;
    return [
      plane === 'narrow'
        ? step(device, kernels.scatterNarrow, voxels, tiles(width, height))
        : step(device, kernels.scatterWide, voxels, [width, height]),
      step(device, kernels.collectAcross, { ...common, 4: nodes }, tiles(width, rows)),
      step(device, kernels.collectAlong, { ...common, 1: fluence }, tiles(columns, rows)),
    ];
  });
}

/** `bound`: buffers by the number of their binding. */
function step(
  device: GpuDevice,
  pipeline: GpuPipeline,
  bound: Readonly<Record<number, GpuBuffer>>,
  groups: Step['groups'],
): Step {
  const entries = Object.entries(bound).map(([binding, buffer]) => ({
    binding: Number(binding),
    resource: { buffer },
  }));
  return { pipeline, groups, group: device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }) };
}

const tiles = (width: number, height: number): Step['groups'] => [Math.ceil(width / TILE), Math.ceil(height / TILE)];

/** A voxel a thread, folded: no more than 65535 groups may be asked for along an axis. */
export function lines(voxels: number): Step['groups'] {
  const groups = Math.ceil(voxels / LANES);
  return [Math.min(groups, FOLD), Math.ceil(groups / FOLD)];
}

import { IsocenterError } from '../../contract/errors.ts';
import type { Volume } from '../../geometry/volume.ts';
import type { ElastixModule, LoadElastix } from './module.ts';

/** An elastix parameter map: name → values, as its parameter files have them (elastix manual 5.0, chapter 3). */
export type ParameterMap = Readonly<Record<string, readonly string[]>>;

export interface ElastixTask {
  readonly fixed: Volume<Float32Array>;
  readonly moving: Volume<Float32Array>;
  /** One map per stage, run one after the other, each starting where the one before ended. */
  readonly maps: readonly ParameterMap[];
  /** A transform to start from, fixed → moving, as elastix returned it. */
  readonly initial?: readonly ParameterMap[];
}

/**
 * Runs elastix and gives its transform parameter maps, one a stage. Its transforms lead from fixed LPS mm to moving LPS mm, the
 * inverse of a registration's matrix. It says nothing while it works and cannot be interrupted: call it in a worker, and split long
 * work into stages where progress is wanted.
 * @throws IsocenterError INTERNAL when elastix gives up: unknown parameters, images that hardly overlap or that hold one value only.
 * This build of it carries no messages
 */
export async function runElastix(load: LoadElastix, task: ElastixTask): Promise<ParameterMap[]> {
  const module = await load();
  const inputs = new Inputs(module);
  // Positions 0, 1, 2: result image, transform list, transform parameters.
  const args = ['0', '0', '1', '2', '--memory-io'];
  inputs.add((index) => putJson(module, index, task.maps));
  args.push(
    '--fixed',
    inputs.add((index) => putImage(module, index, task.fixed)),
  );
  args.push(
    '--moving',
    inputs.add((index) => putImage(module, index, task.moving)),
  );
  const { initial } = task;
  if (initial !== undefined)
    args.push(
      '--initial-transform-parameter-object',
      inputs.add((index) => putJson(module, index, initial)),
    );
  let status: number;
  try {
    status = module.callMain(args);
  } catch (error) {
    throw failure('elastix gave up: the images hardly overlap, hold one value only, or a parameter is wrong', error);
  }
  if (status !== 0) throw failure(`elastix ended with status ${status}`);
  return readMaps(module, 2);
}

const failure = (message: string, cause?: unknown): IsocenterError =>
  new IsocenterError('INTERNAL', message, { object: 'registration', cause });

/** Numbers the inputs in the order in which they are added: ITK-Wasm finds them by that number. */
class Inputs {
  readonly #module: ElastixModule;
  #count = 0;

  constructor(module: ElastixModule) {
    this.#module = module;
  }

  add(put: (index: number) => string): string {
    const description = put(this.#count);
    const size = this.#module.lengthBytesUTF8(description) + 1;
    const pointer = call(this.#module, 'itk_wasm_input_json_alloc', [0, this.#count, size]);
    this.#module.stringToUTF8(description, pointer, size);
    return String(this.#count++);
  }
}

/** Pointers are unsigned; ccall gives them signed. */
const call = (module: ElastixModule, name: string, args: readonly number[]): number =>
  module.ccall(
    name,
    'number',
    args.map(() => 'number' as const),
    args,
  ) >>> 0;

const address = (pointer: number): string => `data:application/vnd.itk.address,0:${pointer}`;

function putBytes(module: ElastixModule, index: number, part: number, bytes: Uint8Array): string {
  const pointer = call(module, 'itk_wasm_input_array_alloc', [0, index, part, bytes.byteLength]);
  module.HEAPU8.set(bytes, pointer);
  return address(pointer);
}

function putJson(module: ElastixModule, index: number, value: unknown): string {
  const text = JSON.stringify(value);
  const size = module.lengthBytesUTF8(text);
  const pointer = call(module, 'itk_wasm_input_array_alloc', [0, index, 0, size + 1]);
  module.stringToUTF8(text, pointer, size + 1);
  return JSON.stringify({ size, data: address(pointer) });
}

function putImage(module: ElastixModule, index: number, volume: Volume<Float32Array>): string {
  const { data, direction: d } = volume;
  // ITK's direction matrix is row-major with the axes as columns.
  const direction = new Float64Array([d[0], d[3], d[6], d[1], d[4], d[7], d[2], d[5], d[8]]);
  const voxels = putBytes(module, index, 0, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return JSON.stringify({
    imageType: { dimension: 3, componentType: 'float32', pixelType: 'Scalar', components: 1 },
    name: 'image',
    origin: volume.origin,
    spacing: volume.spacing,
    size: volume.dims,
    direction: putBytes(module, index, 1, new Uint8Array(direction.buffer)),
    data: voxels,
    metadata: [],
  });
}

function readMaps(module: ElastixModule, output: number): ParameterMap[] {
  const pointer = call(module, 'itk_wasm_output_array_address', [0, output, 0]);
  const size = call(module, 'itk_wasm_output_array_size', [0, output, 0]);
  const pieces: string[] = [];
  // Names and numbers only: one byte a character. In pieces, for a B-spline's are many.
  for (let at = 0; at < size; at += 8192)
    pieces.push(String.fromCharCode(...module.HEAPU8.subarray(pointer + at, pointer + Math.min(size, at + 8192))));
  return JSON.parse(pieces.join('')) as ParameterMap[];
}

import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { IsocenterError } from '../../contract/errors.ts';
import type { ModelManifest } from './manifest.ts';

/** The part of onnxruntime-web that is used; page and Node load it differently. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: { executionProviders: string[] }): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor;
}

/** A window of the image, x fastest, to the model's channels: as many values for each channel, one after the other. */
export type RunWindow = (window: Float32Array) => Promise<Float32Array>;

/**
 * Opens an ONNX model for windows of the manifest's size.
 * @throws IsocenterError DECODE_FAILED when the runtime cannot read it, REFERENCE when it lacks the named input or output
 */
export async function openModel(
  runtime: OnnxRuntime,
  model: Uint8Array,
  manifest: ModelManifest,
): Promise<{ run: RunWindow; close: () => Promise<void> }> {
  const object = manifest.model;
  let session: InferenceSession;
  try {
    session = await runtime.InferenceSession.create(model, { executionProviders: ['wasm'] });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new IsocenterError('DECODE_FAILED', `cannot be run: ${why.slice(0, 200)}`, { object, cause: error });
  }
  const choose = (wanted: string | undefined, names: readonly string[], what: string): string => {
    const name = wanted ?? names[0];
    if (name !== undefined && names.includes(name)) return name;
    throw new IsocenterError('REFERENCE', `the model has no ${what} '${name}': it has ${names.join(', ')}`, { object });
  };
  const input = choose(manifest.input.name, session.inputNames, 'input');
  const output = choose(manifest.output.name, session.outputNames, 'output');
  const [x, y, z] = manifest.input.size;
  const count = x * y * z;
  const run: RunWindow = async (window) => {
    const results = await session.run({ [input]: new runtime.Tensor('float32', window, [1, 1, z, y, x]) });
    const { data } = results[output];
    if (!(data instanceof Float32Array) || data.length === 0 || data.length % count !== 0)
      throw new IsocenterError('DECODE_FAILED', `gives ${data.length} values for a window of ${count} voxels`, {
        object,
      });
    return data;
  };
  return { run, close: () => session.release() };
}

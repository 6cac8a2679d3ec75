/** Protocol-buffer bytes by hand, as much of it as an ONNX model needs (github.com/onnx/onnx, onnx.proto). */
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
const bytesField = (field: number, bytes: Iterable<number>): number[] => {
  const list = [...bytes];
  return [...varint(field * 8 + 2), ...varint(list.length), ...list];
};
const text = (field: number, value: string): number[] => bytesField(field, new TextEncoder().encode(value));
const integer = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];

const floats = (values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

/** TensorProto of float32 values. */
const tensor = (name: string, dims: readonly number[], values: readonly number[]): number[] => [
  ...dims.flatMap((dim) => integer(1, dim)),
  ...integer(2, 1),
  ...text(8, name),
  ...bytesField(9, floats(values)),
];

/** ValueInfoProto of a float32 tensor. */
const value = (name: string, dims: readonly number[]): number[] => {
  const shape = dims.flatMap((dim) => bytesField(1, integer(1, dim)));
  return [...text(1, name), ...bytesField(2, bytesField(1, [...integer(1, 1), ...bytesField(2, shape)]))];
};

const node = (
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly number[][] = [],
): number[] => [
  ...inputs.flatMap((name) => text(1, name)),
  ...text(2, output),
  ...text(4, type),
  ...attributes.flatMap((attribute) => bytesField(5, attribute)),
];

/** AttributeProto of integers. */
const integers = (name: string, list: readonly number[]): number[] => [
  ...text(1, name),
  ...list.flatMap((item) => integer(8, item)),
  ...integer(20, 7),
];

/**
 * A model that is a threshold: the mean of each voxel's 3 × 3 × 3 neighbours (beyond the window 0), less `threshold`, times
 * `steepness`; as two channels (its negative first: background) when `channels` is 2. Input and output are called image and scores.
 */
export function thresholdModel(
  [x, y, z]: readonly [number, number, number],
  threshold: number,
  steepness: number,
  channels: 1 | 2 = 1,
): Uint8Array {
  const box = Array.from({ length: 27 }, () => steepness / 27);
  const weights = channels === 1 ? box : [...box.map((weight) => -weight), ...box];
  const bias = channels === 1 ? [-threshold * steepness] : [threshold * steepness, -threshold * steepness];
  const graph = [
    ...bytesField(
      1,
      node('Conv', ['image', 'w', 'b'], 'scores', [
        integers('kernel_shape', [3, 3, 3]),
        integers('pads', [1, 1, 1, 1, 1, 1]),
      ]),
    ),
    ...text(2, 'threshold'),
    ...bytesField(5, tensor('w', [channels, 1, 3, 3, 3], weights)),
    ...bytesField(5, tensor('b', [channels], bias)),
    ...bytesField(11, value('image', [1, 1, z, y, x])),
    ...bytesField(12, value('scores', [1, channels, z, y, x])),
  ];
  return Uint8Array.from([
    ...integer(1, 8),
    ...bytesField(7, graph),
    ...bytesField(8, [...text(1, ''), ...integer(2, 13)]),
  ]);
}

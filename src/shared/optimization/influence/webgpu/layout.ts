import type { FluenceProblem } from '../../../dosimetry/pencilBeam/fluence/contract.ts';

/** Bytes of a plane's header, the shader's `Plane`. */
export const HEADER_BYTES = 80;
/** Bytes of a voxel: x, y, row, nothing, eight weights. */
const VOXEL_BYTES = 48;

/** What is kept of a direction beside its voxels. */
export interface Shape extends Pick<FluenceProblem, 'narrow' | 'wide' | 'lattice'> {
  readonly voxels: number;
}

export const shapeOf = ({ narrow, wide, lattice, x }: FluenceProblem): Shape => ({
  narrow,
  wide,
  lattice,
  voxels: x.length,
});

/** Plane by plane, along x, then along y. */
const profilesOf = ({ narrow, wide }: Shape): readonly Float32Array[] =>
  [narrow, wide].flatMap(({ x, y }) => [x.profile, y.profile]);

/** The four profiles of a direction one after the other. */
export function profileTable(shape: Shape): Float32Array<ArrayBuffer> {
  const all = profilesOf(shape);
  const table = new Float32Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const profile of all) {
    table.set(profile, at);
    at += profile.length;
  }
  return table;
}

/** The header of a plane; `first`: where the direction's fluence begins among that of all directions. */
export function planeHeader(shape: Shape, plane: 'narrow' | 'wide', first: number): ArrayBuffer {
  const { from, pitch, width, height, x, y } = shape[plane];
  const vectors = profilesOf(shape).map(({ length }) => length / 4);
  const begins = vectors.map((_, n) => vectors.slice(0, n).reduce((sum, length) => sum + length, 0));
  const header = new ArrayBuffer(HEADER_BYTES);
  new Float32Array(header).set([...from, 1 / pitch]);
  new Int32Array(header, 12).set([
    shape.voxels,
    width,
    height,
    ...shape.lattice,
    x.middle,
    y.middle,
    x.reach,
    y.reach,
    ...(plane === 'narrow' ? begins.slice(0, 2) : begins.slice(2)),
    x.nodes,
    y.nodes,
    first,
  ]);
  return header;
}

/** A direction's voxels. Rows and floats by their bits: a row that is read as a float might be flushed to 0. */
export function voxelTable({ x, y, row, weights }: FluenceProblem): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array((x.length * VOXEL_BYTES) / 4);
  const floats = new Float32Array(words.buffer);
  for (let voxel = 0; voxel < x.length; voxel++) {
    const at = 12 * voxel;
    floats[at] = x[voxel];
    floats[at + 1] = y[voxel];
    words[at + 2] = row[voxel];
    for (let term = 0; term < 8; term++) floats[at + 4 + term] = weights[8 * voxel + term];
  }
  return words;
}

/** The largest buffer, bytes, that a direction takes: its voxels, a list of them, or what directions share in turn. */
export function largestBuffer({ voxels, lattice, narrow, wide }: Shape): number {
  const onPlanes = [narrow, wide].flatMap(({ width, height }) => [
    4 * (width * height + 1 + voxels),
    16 * width * height,
    16 * width * lattice[1],
  ]);
  return Math.max(voxels * VOXEL_BYTES, ...onPlanes);
}

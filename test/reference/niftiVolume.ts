import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Volume } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';

const READERS: Record<number, (view: DataView, at: number) => number> = {
  2: (view, at) => view.getUint8(at),
  4: (view, at) => view.getInt16(at, true),
  8: (view, at) => view.getInt32(at, true),
  16: (view, at) => view.getFloat32(at, true),
  64: (view, at) => view.getFloat64(at, true),
  256: (view, at) => view.getInt8(at),
  512: (view, at) => view.getUint16(at, true),
};

/** A NIfTI-1 file with a qform (RAS), little endian, as a volume in LPS; enough for the published IBSI masks. */
export function readNifti(file: string): Volume<Float32Array> {
  const raw = readFileSync(file);
  const bytes = file.endsWith('.gz') ? gunzipSync(raw) : raw;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dims = [42, 44, 46].map((at) => view.getInt16(at, true)) as unknown as Vec3;
  const read = READERS[view.getInt16(70, true)];
  const start = view.getFloat32(108, true);
  const size = view.getInt16(72, true) / 8;
  if (view.getInt16(252, true) <= 0) throw new Error(`${file}: no qform`);
  const [qfac, dx, dy, dz] = [76, 80, 84, 88].map((at) => view.getFloat32(at, true));
  const [b, c, d, ox, oy, oz] = [256, 260, 264, 268, 272, 276].map((at) => view.getFloat32(at, true));
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  // NIfTI-1 method 2: columns of the rotation, the third times qfac; the first two patient axes change sign from RAS to LPS.
  const columns = [
    [a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)],
    [2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)],
    [2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - c * c - b * b].map((v) => (qfac < 0 ? -v : v)),
  ];
  const data = new Float32Array(dims[0] * dims[1] * dims[2]);
  for (let p = 0; p < data.length; p++) data[p] = read(view, start + p * size);
  return {
    dims,
    spacing: [dx, dy, dz],
    origin: [-ox, -oy, oz],
    direction: columns.flatMap(([x, y, z]) => [-x, -y, z]),
    data,
  };
}

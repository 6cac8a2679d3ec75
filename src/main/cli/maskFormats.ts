import { axisOf, type Grid } from '#shared/geometry/volume.ts';

type Compress = (bytes: Uint8Array) => Uint8Array;

/** NRRD 5 (teem.sourceforge.net/nrrd/format.html), gzip, in LPS as the file says. */
export function writeNrrd(mask: Uint8Array, grid: Grid, compress: Compress): Uint8Array {
  const vector = (values: readonly number[]): string => `(${values.join(',')})`;
  const axes = ([0, 1, 2] as const).map((axis) => vector(axisOf(grid, axis).map((part) => part * grid.spacing[axis])));
  const header = [
    'NRRD0005',
    'type: uint8',
    'dimension: 3',
    'space: left-posterior-superior',
    `sizes: ${grid.dims.join(' ')}`,
    `space directions: ${axes.join(' ')}`,
    'kinds: domain domain domain',
    'encoding: gzip',
    `space origin: ${vector(grid.origin)}`,
    '',
    '',
  ].join('\n');
  return Buffer.concat([Buffer.from(header), compress(mask)]);
}

/** NIfTI-1 (nifti1.h), gzip: 348-byte header, 4 bytes of extension flag, voxels; world coordinates are RAS mm (sform). */
export function writeNifti(mask: Uint8Array, grid: Grid, compress: Compress): Uint8Array {
  const header = Buffer.alloc(352);
  header.writeInt32LE(348, 0);
  [3, ...grid.dims, 1, 1, 1, 1].forEach((count, n) => header.writeInt16LE(count, 40 + 2 * n));
  header.writeInt16LE(2, 70); // DT_UINT8
  header.writeInt16LE(8, 72); // bitpix
  [1, ...grid.spacing, 0, 0, 0, 0].forEach((step, n) => header.writeFloatLE(step, 76 + 4 * n));
  header.writeFloatLE(352, 108); // vox_offset
  header.writeFloatLE(1, 112); // scl_slope
  header.writeUInt8(2, 123); // xyzt_units: mm
  header.writeInt16LE(1, 254); // sform_code: scanner
  for (const row of [0, 1, 2] as const) {
    // LPS to RAS turns x and y round.
    const sign = row === 2 ? 1 : -1;
    const values = ([0, 1, 2] as const).map((axis) => sign * axisOf(grid, axis)[row] * grid.spacing[axis]);
    [...values, sign * grid.origin[row]].forEach((value, n) => header.writeFloatLE(value, 280 + 16 * row + 4 * n));
  }
  header.write('n+1\0', 344, 'latin1');
  return compress(Buffer.concat([header, mask]));
}

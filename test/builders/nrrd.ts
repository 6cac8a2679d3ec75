import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { AXIAL, type Volume } from '#shared/geometry/volume.ts';

/** A NRRD file of 32-bit floats on axial slices in LPS: what SlicerRT's test data and plastimatch's results are. */
export function readNrrd(file: string): Volume<Float32Array> {
  const content = readFileSync(file);
  const end = content.indexOf('\n\n');
  const header = content.subarray(0, end).toString('latin1');
  const field = (key: string): string => new RegExp(`^${key}: (.*)$`, 'm').exec(header)?.[1] ?? '';
  const numbers = (key: string): number[] =>
    field(key)
      .match(/[-+.\de]+/g)
      ?.map(Number) ?? [];
  const raw = content.subarray(end + 2);
  const bytes = field('encoding') === 'gzip' ? gunzipSync(raw) : raw;
  const [ax, , , , by, , , , cz] = numbers('space directions');
  const [nx, ny, nz] = numbers('sizes');
  const [x, y, z] = numbers('space origin');
  const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return { dims: [nx, ny, nz], spacing: [ax, by, cz], origin: [x, y, z], direction: AXIAL, data };
}

/** The same, written without compression. */
export function writeNrrd(file: string, { dims, spacing, origin, data }: Volume<Float32Array>): void {
  const [dx, dy, dz] = spacing;
  const header = [
    'NRRD0004',
    'type: float',
    'dimension: 3',
    'space: left-posterior-superior',
    `sizes: ${dims.join(' ')}`,
    `space directions: (${dx},0,0) (0,${dy},0) (0,0,${dz})`,
    'kinds: domain domain domain',
    'endian: little',
    'encoding: raw',
    `space origin: (${origin.join(',')})`,
  ].join('\n');
  writeFileSync(file, Buffer.concat([Buffer.from(`${header}\n\n`), Buffer.from(data.buffer)]));
}

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import type { Grid } from '#shared/geometry/volume.ts';
import { voxelCount } from '#shared/geometry/volume.ts';
import { findProgram } from './missing.ts';

/** An image of zeros on a grid as MetaImage, for programs that want to be shown the lattice they shall work on. */
function metaImage({ dims, spacing, origin, direction }: Grid): Buffer {
  const header = [
    'ObjectType = Image',
    'NDims = 3',
    'BinaryData = True',
    'BinaryDataByteOrderMSB = False',
    'CompressedData = False',
    `TransformMatrix = ${direction.join(' ')}`,
    `Offset = ${origin.join(' ')}`,
    `ElementSpacing = ${spacing.join(' ')}`,
    `DimSize = ${dims.join(' ')}`,
    'ElementType = MET_UCHAR',
    'ElementDataFile = LOCAL',
    '',
  ].join('\n');
  return Buffer.concat([Buffer.from(header), Buffer.alloc(voxelCount({ dims, spacing, origin, direction }))]);
}

/** Voxels of a MetaImage of bytes, plain or deflated. */
function readMetaImage(file: string): Uint8Array {
  const bytes = readFileSync(file);
  const marker = 'ElementDataFile = LOCAL\n';
  const at = bytes.indexOf(marker) + marker.length;
  const header = bytes.toString('latin1', 0, at);
  if (!header.includes('ElementType = MET_UCHAR')) throw new Error(`${file}: no bytes`);
  return header.includes('CompressedData = True') ? inflateSync(bytes.subarray(at)) : bytes.subarray(at);
}

/** Plastimatch's masks of a structure set on a grid, by ROI name (in which it may replace characters). */
export function plastimatchMasks(file: string, grid: Grid, folder: string): Map<string, Uint8Array> {
  mkdirSync(folder, { recursive: true });
  const [fixed, out] = [path.join(folder, 'fixed.mha'), path.join(folder, 'masks')];
  writeFileSync(fixed, metaImage(grid));
  const options = [
    '--input',
    file,
    '--fixed',
    fixed,
    '--output-prefix',
    out,
    '--prefix-format',
    'mha',
    '--xor-contours',
  ];
  const { status, stdout, stderr } = spawnSync(findProgram('plastimatch') ?? '', ['convert', ...options], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`plastimatch convert ${file}: status ${status}\n${stdout}${stderr}`);
  return new Map(
    readdirSync(out)
      .filter((name) => name.endsWith('.mha'))
      .map((name) => [name.slice(0, -'.mha'.length), readMetaImage(path.join(out, name))]),
  );
}

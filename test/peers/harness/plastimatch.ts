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

/** Where plastimatch shall cast from: the view's geometry in its own words. */
export interface PlastimatchView {
  /** Unit vectors in LPS: from the isocenter to the source, and up the image. */
  readonly towardsSource?: readonly number[];
  readonly up?: readonly number[];
  /** Instead: so many pictures from evenly spaced gantry angles, of which the first is returned. */
  readonly around?: number;
  readonly isocenter: readonly number[];
  readonly sad: number;
  readonly sid: number;
  /** Columns and rows, though its help says otherwise; mm between pixels. */
  readonly size: readonly [number, number];
  readonly spacing: number;
}

/** Plastimatch's DRR of a volume file (exact ray tracing, HU turned into attenuation beforehand), rows from the top, and what it took. */
export function plastimatchDrr(
  volume: string,
  view: PlastimatchView,
  folder: string,
): { readonly data: Float32Array; readonly seconds: number; readonly cpuSeconds: number } {
  mkdirSync(folder, { recursive: true });
  const out = path.join(folder, 'drr-');
  const [columns, rows] = view.size;
  const usage = path.join(folder, 'usage');
  const options = {
    '-A': 'cpu',
    '-i': 'exact',
    '-P': 'preprocess',
    '-t': 'pfm',
    '-O': out,
    ...(view.towardsSource === undefined ? {} : { '-n': view.towardsSource.join(' ') }),
    ...(view.up === undefined ? {} : { '--vup': view.up.join(' ') }),
    ...(view.around === undefined ? {} : { '-a': String(view.around), '-N': String(360 / view.around) }),
    '-o': view.isocenter.join(' '),
    '--sad': String(view.sad),
    '--sid': String(view.sid),
    '-r': `${columns} ${rows}`,
    '-z': `${columns * view.spacing} ${rows * view.spacing}`,
  };
  const timed = `TIMEFORMAT='%U %S'; { time "$@" >/dev/null; } 2> '${usage}'`;
  const words = [findProgram('plastimatch') ?? '', 'drr', ...Object.entries(options).flat(), volume];
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync('/bin/bash', ['-c', timed, 'bash', ...words], { encoding: 'utf8' });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`plastimatch drr ${volume}: status ${status}\n${stdout}${stderr}`);
  const bytes = readFileSync(`${out}0000.pfm`);
  const values = bytes.subarray(bytes.length - 4 * columns * rows);
  const used = readFileSync(usage, 'utf8').trim().split(/\s+/).slice(-2).map(Number);
  return { data: new Float32Array(new Uint8Array(values).buffer), seconds, cpuSeconds: used[0] + used[1] };
}

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import { readImageFiles, slicesOf } from '#shared/dicom/image/imageSlices.ts';
import { decodePixels } from '#shared/dicom/pixels/pixels.ts';
import { indexToPatient } from '#shared/geometry/volume.ts';
import { cross, dot, length, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import { peerMissing } from '#test/peers/harness/missing.ts';
import { readNifti } from './niftiVolume.ts';

const DATA = path.resolve(process.cwd(), '../shared/data');
const STS = path.join(DATA, 'ibsi_sts_ct_mr_pet');
const TILT = path.join(DATA, 'ct_gantry_tilt');

describe.skipIf(!existsSync(STS))('images of one frame of reference, scanned in different positions', () => {
  it.each(['STS_026', 'STS_035'])(
    '%s: feet-first MR and head-first CT lie where the published NIfTI files have them',
    async (patient) => {
      const positions = new Set<string>();
      for (const modality of ['CT', 'MR_T1', 'PET']) {
        const folder = path.join(STS, patient, modality, 'image');
        const volume = await buildImageVolume(readdirSync(folder).map((file) => readFileSync(path.join(folder, file))));
        positions.add(volume.patientPosition);
        const published = readNifti(path.join(STS, 'nifti_masks', patient, `${modality}_mask.nii.gz`));
        // The same box of voxels, whichever way round each file counts them.
        const cornersOf = (grid: typeof published | typeof volume): Vec3[] =>
          [0, 1].flatMap((i) =>
            [0, 1].flatMap((j) =>
              [0, 1].map((k) =>
                indexToPatient(grid, [i * (grid.dims[0] - 1), j * (grid.dims[1] - 1), k * (grid.dims[2] - 1)]),
              ),
            ),
          );
        const theirs = cornersOf(published);
        for (const corner of cornersOf(volume))
          expect(Math.min(...theirs.map((other) => length(subtract(corner, other))))).toBeLessThan(0.1);
      }
      expect([...positions].sort()).toEqual(patient === 'STS_026' ? ['FFS', 'HFS'] : ['FFS']);
    },
  );
});

describe.skipIf(!existsSync(TILT) || peerMissing('xz'))('a tilted gantry', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'isocenter-tilted-'));
    for (const name of readdirSync(TILT).filter((file) => file.endsWith('.tar.xz')))
      execFileSync('tar', ['xf', path.join(TILT, name), '-C', folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('straightened, has each slice’s matter where its header puts it', async () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(({ parentPath }) => path.relative(folder, parentPath).startsWith('Philips'))
      .filter((file) => file.isFile() && !/DIRFILE|\.(txt|md|json)$/.test(file.name))
      .map((file) => new Uint8Array(readFileSync(path.join(file.parentPath, file.name))));
    const volume = await buildImageVolume(files);
    const normal = cross(
      [volume.direction[0], volume.direction[1], volume.direction[2]],
      [volume.direction[3], volume.direction[4], volume.direction[5]],
    );
    const [nx, ny, nz] = volume.dims;
    let checked = 0;
    for (const file of readImageFiles(files).filter((_, index) => index % 8 === 0)) {
      const [slice] = slicesOf(file);
      const words = await decodePixels(file);
      const { columns, rows } = slice.format;
      const [dy, dx] = slice.pixelSpacing;
      const o = slice.orientation;
      const [row, column]: [Vec3, Vec3] = [
        [o[0], o[1], o[2]],
        [o[3], o[4], o[5]],
      ];
      const size: readonly [number, number] = [(columns - 1) * dx, (rows - 1) * dy];
      const wanted = centroid(
        columns,
        rows,
        size,
        (x, y) => [x * dx, y * dy],
        (p) => words[p] * slice.slope + slice.intercept,
      );
      const k = Math.round(dot(subtract(slice.position, volume.origin), normal) / volume.spacing[2]);
      expect(k).toBeGreaterThanOrEqual(0);
      expect(k).toBeLessThan(nz);
      const first = subtract(indexToPatient(volume, [0, 0, k]), slice.position);
      expect(Math.abs(dot(first, normal))).toBeLessThan(0.01);
      const place = (x: number, y: number): [number, number] => [
        dot(first, row) + x * volume.spacing[0],
        dot(first, column) + y * volume.spacing[1],
      ];
      const hu = (p: number): number => volume.data[k * nx * ny + p] * volume.slope + volume.intercept;
      const found = centroid(nx, ny, size, place, hu);
      expect(Math.hypot(found[0] - wanted[0], found[1] - wanted[1])).toBeLessThan(0.1);
      checked++;
    }
    expect(checked).toBeGreaterThan(5);
  });
});

/**
 * Centre of a slice's matter, mm along the rows and columns of the slice as scanned (`at` of a pixel): by HU over −800, which leaves the
 * noise of air out, and less and less towards the border of the slice, where a shift cuts pixels in two.
 */
function centroid(
  width: number,
  height: number,
  size: readonly [number, number],
  at: (x: number, y: number) => [number, number],
  hu: (p: number) => number,
): [number, number] {
  const inside = (part: number): number => (part > 0 && part < 1 ? Math.sin(Math.PI * part) ** 2 : 0);
  let [sum, x, y] = [0, 0, 0];
  for (let p = 0; p < width * height; p++) {
    const [u, v] = at(p % width, Math.floor(p / width));
    const mass = Math.max(0, hu(p) + 800) * inside(u / size[0]) * inside(v / size[1]);
    sum += mass;
    x += mass * u;
    y += mass * v;
  }
  return [x / sum, y / sum];
}

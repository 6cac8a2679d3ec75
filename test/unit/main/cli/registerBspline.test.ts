import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { readRegistrations } from '#shared/dicom/registration/registration.ts';
import { CT_IMAGE, uidFromName } from '#shared/dicom/uid.ts';
import { indexToPatient } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { mapPoint, transformOf } from '#shared/registration/transform.ts';
import { bump } from '#test/builders/analyticField.ts';
import { objectContext } from '#test/builders/context.ts';
import { imageVolume } from '#test/builders/image.ts';
import { run } from './commandLineRun.ts';

/** Waves in a ball of water: texture everywhere, so that a deformation can be seen everywhere. */
const hu = ([x, y, z]: Vec3): number =>
  Math.hypot(x, y, z) > 75 ? -1000 : 200 * (Math.sin(x / 9) + Math.sin(y / 8 + 1) + Math.sin(z / 10 + x / 25));
const push = bump([8, -5, 4], 35);

function image(seed: number, value: (point: Vec3) => number): ImageVolume<Int16Array> {
  const dims: Vec3 = [44, 44, 44];
  const grid = {
    dims,
    spacing: [4, 4, 4] as Vec3,
    origin: [-86, -86, -86] as Vec3,
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  };
  const data = new Int16Array(44 ** 3);
  for (let p = 0; p < data.length; p++)
    data[p] = Math.round(value(indexToPatient(grid, [p % 44, Math.floor(p / 44) % 44, Math.floor(p / 1936)])));
  return imageVolume(seed, 'CT', {
    ...grid,
    data,
    patient: imageVolume(1).patient,
    slices: Array.from({ length: 44 }, (_, k) => ({
      sopClassUid: CT_IMAGE,
      sopInstanceUid: uidFromName(`waves ${seed} ${k}`),
    })),
  });
}

let folder = '';
const fixed = image(1, ([x, y, z]) => {
  const [u, v, w] = push([x, y, z]);
  return hu([x + u, y + v, z + w]);
});
const moving = image(2, hu);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isocenter-bspline-'));
  for (const [name, volume] of [
    ['fixed', fixed],
    ['moving', moving],
  ] as const) {
    await mkdir(join(folder, name));
    const { patient, study, seriesInstanceUid } = volume;
    const files = writeImageSeries(volume, objectContext('CT', 1, { patient, study, seriesInstanceUid }));
    await Promise.all(files.map((bytes, k) => writeFile(join(folder, name, `${k}.dcm`), bytes)));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const register = (...words: string[]): ReturnType<typeof run> =>
  run([
    'register',
    '--fixed',
    join(folder, 'fixed'),
    '--moving',
    join(folder, 'moving'),
    '--out',
    join(folder, 'reg.dcm'),
    ...words,
  ]);

it('registers by a B-spline, says how space is stretched, and writes it where others can read it', async () => {
  const { status, stdout, stderr } = await register('--method', 'bspline', '--grid-spacing', '24', '--json');
  expect(stderr.split('\n').filter((line) => line.startsWith('error'))).toEqual([]);
  expect(status).toBe(0);
  const result = JSON.parse(stdout) as { matrix: number[]; quality: number; jacobian: { min: number; folded: number } };
  expect(result.matrix).toHaveLength(16);
  expect(result.jacobian.folded).toBe(0);
  expect(result.jacobian.min).toBeGreaterThan(0.5);
  const [read] = readRegistrations(await readFile(join(folder, 'reg.dcm')));
  expect(read).toMatchObject({
    kind: 'deformable',
    fixedFrame: fixed.frameOfReferenceUid,
    movingFrame: moving.frameOfReferenceUid,
    method: 'automatic',
    quality: { jacobian: result.jacobian, value: result.quality },
  });
  const errors: number[] = [];
  for (const x of [-40, -15, 0, 15, 40])
    for (const y of [-40, -15, 0, 15, 40])
      for (const z of [-40, -15, 0, 15, 40]) {
        const [u, v, w] = push([x, y, z]);
        const found = mapPoint(transformOf(read, 'moving'), [x, y, z]) ?? [Infinity, 0, 0];
        errors.push(Math.hypot(found[0] - x - u, found[1] - y - v, found[2] - z - w));
      }
  expect(errors.reduce((sum, mm) => sum + mm, 0) / errors.length).toBeLessThan(1);
}, 240_000);

it.each([
  [['--method', 'demons'], "'demons' is no method"],
  [['--method', 'bspline', '--grid-spacing', '3'], 'grid-spacing'],
  [['--grid-spacing', '20'], 'is of a B-spline'],
])('refuses %j', async (words, reason) => {
  const { status, stderr } = await register(...words);
  expect(status).toBe(2);
  expect(stderr).toContain(reason);
});

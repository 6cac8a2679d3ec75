import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Grid, indexToPatient, voxelCount } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { readRegistrations, writeRegistration } from '#shared/dicom/registration/registration.ts';
import { fieldOf } from '#shared/registration/field/fieldOf.ts';
import { jacobian } from '#shared/registration/field/jacobian.ts';
import { warpImage } from '#shared/registration/field/warpImage.ts';
import { transformOf } from '#shared/registration/transform.ts';
import { bump, sampled } from '#test/builders/analyticField.ts';
import { objectContext } from '#test/builders/context.ts';
import { deformation } from '#test/builders/registration.ts';
import { peerMissing } from './harness/missing.ts';

/** MetaImage with the data in the same file (ITK's MetaIO). */
function metaImage({ dims, spacing, origin, direction }: Grid, data: Float32Array, channels: number): Buffer {
  const header = [
    'ObjectType = Image',
    'NDims = 3',
    'BinaryData = True',
    'BinaryDataByteOrderMSB = False',
    `TransformMatrix = ${direction.join(' ')}`,
    `Offset = ${origin.join(' ')}`,
    `ElementSpacing = ${spacing.join(' ')}`,
    `DimSize = ${dims.join(' ')}`,
    ...(channels > 1 ? [`ElementNumberOfChannels = ${channels}`] : []),
    'ElementType = MET_FLOAT',
    'ElementDataFile = LOCAL',
    '',
  ].join('\n');
  return Buffer.concat([Buffer.from(header), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

function dataOf(file: string, count: number): Float32Array {
  const bytes = readFileSync(file);
  expect(bytes.subarray(0, 600).toString('latin1')).toContain('MET_FLOAT');
  return new Float32Array(Uint8Array.from(bytes.subarray(bytes.length - 4 * count)).buffer);
}

const grid: Grid = {
  dims: [48, 40, 32],
  spacing: [3, 3, 4],
  origin: [-70, -60, -60],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
};
const image = Float32Array.from({ length: voxelCount(grid) }, (_, p) => {
  const [x, y, z] = indexToPatient(grid, [p % 48, Math.floor(p / 48) % 40, Math.floor(p / 1920)]);
  return 300 * Math.sin(x / 12) * Math.cos(y / 15) + 2 * z;
});
const push = bump([12, -7, 9], 25, [2, -2, 4]);

/** The field went through a DICOM object before it is used. */
const [registration] = readRegistrations(
  writeRegistration(
    deformation(1, { field: sampled(grid, push), pre: undefined, post: undefined }),
    objectContext('REG'),
  ),
);

describe.skipIf(peerMissing('plastimatch'))(
  'plastimatch, given the vectors of our Deformable Spatial Registration',
  () => {
    let folder = '';
    const at = (name: string): string => path.join(folder, name);
    beforeAll(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'isocenter-warp-'));
      const field = fieldOf(transformOf(registration, 'moving'), grid);
      writeFileSync(at('image.mha'), metaImage(grid, image, 1));
      writeFileSync(at('field.mha'), metaImage(grid, field.vectors, 3));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('warps an image as we do: same direction, same axes', () => {
      const words = ['warp', '--input', at('image.mha'), '--xf', at('field.mha'), '--output-img', at('warped.mha')];
      execFileSync('plastimatch', [...words, '--default-value', '-1000', '--output-type', 'float'], { stdio: 'pipe' });
      const theirs = dataOf(at('warped.mha'), voxelCount(grid));
      const ours = warpImage({ ...grid, data: image }, transformOf(registration, 'moving'), grid, -1000).data;
      let compared = 0;
      for (let k = 4; k < 28; k++)
        for (let j = 4; j < 36; j++)
          for (let i = 4; i < 44; i++) {
            const p = i + 48 * (j + 40 * k);
            // Both trilinear in single precision, over values of hundreds; beyond the image they differ in what its edge is.
            if (ours[p] === -1000 || theirs[p] === -1000) continue;
            expect(Math.abs(ours[p] - theirs[p])).toBeLessThan(0.05);
            compared++;
          }
      expect(compared).toBeGreaterThan(25_000);
      // Without the deformation the images differ by far more.
      const [x, y, z]: Vec3 = [24, 20, 16];
      const p = x + 48 * (y + 40 * z);
      expect(Math.abs(theirs[p] - image[p])).toBeGreaterThan(50);
    });

    it('finds the same Jacobian determinants', () => {
      execFileSync('plastimatch', ['jacobian', '--input', at('field.mha'), '--output-img', at('jacobian.mha')], {
        stdio: 'pipe',
      });
      const theirs = dataOf(at('jacobian.mha'), voxelCount(grid));
      if (registration.kind !== 'deformable') throw new Error('not deformable');
      const { map } = jacobian(registration);
      for (let k = 2; k < 30; k++)
        for (let j = 2; j < 38; j++)
          for (let i = 2; i < 46; i++) {
            const p = i + 48 * (j + 40 * k);
            expect(Math.abs(map.data[p] - theirs[p])).toBeLessThan(1e-3);
          }
    });
  },
);

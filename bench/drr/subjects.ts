import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import type { CtVoxels } from '#shared/drr/attenuation.ts';
import { trilinearSampler } from '#shared/geometry/sampler.ts';
import { indexToPatient, voxelCount } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { makePhantom } from '#shared/phantom/phantom.ts';

export interface DrrSubject {
  readonly name: string;
  readonly ct: CtVoxels;
  readonly middle: Vec3;
}

const IBSI = path.resolve(process.cwd(), '../shared/data/ibsi_sts_ct_mr_pet/STS_001/CT/image');

/** The thorax phantom as it is and on 120 slices of 512 × 512, and a real CT where the data are there. */
export async function drrSubjects(): Promise<DrrSubject[]> {
  const thorax = makePhantom('thorax').ct;
  const subjects = [
    subject('thorax phantom', thorax),
    subject('thorax phantom on 512 × 512 × 120', finer(thorax, [512, 512, 120], [0.8, 0.8, 2])),
  ];
  if (existsSync(IBSI)) {
    const files = readdirSync(IBSI).map((name) => new Uint8Array(readFileSync(path.join(IBSI, name))));
    subjects.push(subject('GE CT of the IBSI set', await buildImageVolume(files)));
  }
  return subjects;
}

const subject = (name: string, ct: CtVoxels): DrrSubject => ({
  name: `${name}${name.includes('×') ? '' : ` (${ct.dims.join(' × ')})`}`,
  ct,
  middle: indexToPatient(ct, [(ct.dims[0] - 1) / 2, (ct.dims[1] - 1) / 2, (ct.dims[2] - 1) / 2]),
});

/** The same patient on a lattice as clinical scanners make them, about the same middle. */
export function finer(ct: ImageVolume<Int16Array>, dims: Vec3, spacing: Vec3): CtVoxels & { data: Int16Array } {
  const { middle } = subject('', ct);
  const grid = { dims, spacing, direction: ct.direction, origin: [0, 0, 0] as Vec3 };
  const half = indexToPatient(grid, [(dims[0] - 1) / 2, (dims[1] - 1) / 2, (dims[2] - 1) / 2]);
  const lattice = { ...grid, origin: [middle[0] - half[0], middle[1] - half[1], middle[2] - half[2]] as Vec3 };
  const data = new Int16Array(voxelCount(lattice)).fill(-1000);
  const sample = trilinearSampler(ct);
  for (let k = 0, p = 0; k < dims[2]; k++)
    for (let j = 0; j < dims[1]; j++)
      for (let i = 0; i < dims[0]; i++, p++) {
        const value = sample(...indexToPatient(lattice, [i, j, k]));
        if (!Number.isNaN(value)) data[p] = value;
      }
  return { ...lattice, data, slope: 1, intercept: 0 };
}

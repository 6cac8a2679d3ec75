import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import { invertRigid, type Mat4, multiply, rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import { type Grid, indexToPatient, moveGrid } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { head } from '#shared/phantom/anatomy/head.ts';
import { pelvis } from '#shared/phantom/anatomy/pelvis.ts';
import { thorax } from '#shared/phantom/anatomy/thorax.ts';
import { renderMr } from '#shared/phantom/imaging.ts';
import type { Phantom } from '#shared/phantom/phantom.ts';
import { createRandom, type Random } from '#shared/phantom/random.ts';
import { gridCorners, middleOf } from '#shared/registration/prepare.ts';

/** A seeded rigid motion of at most 15° about each axis through `centre` and 40 mm along each. */
function seededMotion(random: Random, centre: Vec3 = [0, 0, 0]): Mat4 {
  const triple = (limit: number): Vec3 => [
    random.between(-limit, limit),
    random.between(-limit, limit),
    random.between(-limit, limit),
  ];
  return rigidFromParameters(triple(15), triple(40), centre);
}

/** Mean and largest distance (mm) between two transforms to `grid`'s frame, over points evenly spread from corner to corner of it. */
export function targetError(found: Mat4, truth: Mat4, grid: Grid): { mean: number; max: number } {
  const back = multiply(found, invertRigid(truth));
  const errors: number[] = [];
  const share = (n: number, axis: 0 | 1 | 2): number => (n / 4) * (grid.dims[axis] - 1);
  for (let i = 0; i < 5; i++)
    for (let j = 0; j < 5; j++)
      for (let k = 0; k < 5; k++) {
        const p = indexToPatient(grid, [share(i, 0), share(j, 1), share(k, 2)]);
        const q = transformPoint(back, p);
        errors.push(Math.hypot(q[0] - p[0], q[1] - p[1], q[2] - p[2]));
      }
  return { mean: errors.reduce((sum, error) => sum + error, 0) / errors.length, max: Math.max(...errors) };
}

const ANATOMIES = { head, thorax, pelvis };

/**
 * A phantom's MR taken again after the patient moved on the MR's couch: other voxels, other noise, parts of the patient out of the
 * field of view. `truth` leads from the MR's frame to the CT's.
 */
export function movedMr(phantom: Phantom, kind: keyof typeof ANATOMIES, n: number): { mr: ImageVolume; truth: Mat4 } {
  const random = createRandom(`moved ${kind} ${n}`);
  const anatomy = ANATOMIES[kind](createRandom(`isocenter phantom ${kind} ${phantom.seed}`));
  const truth = invertRigid(seededMotion(random));
  return { mr: { ...phantom.mr, data: renderMr(anatomy, random, truth) }, truth };
}

/** An image in a new frame of reference: the same voxels, elsewhere. `motion` leads from the old frame to the new. */
export function movedImage(image: ImageVolume, n: number): { image: ImageVolume; motion: Mat4 } {
  const motion = seededMotion(
    createRandom(`moved ${image.modality} ${image.patient.patientId} ${n}`),
    middleOf(gridCorners(image)),
  );
  return { image: { ...moveGrid(image, motion), frameOfReferenceUid: `2.25.${n + 1}` }, motion };
}

/** Four soft-tissue sarcomas of the Image Biomarker Standardisation Initiative: CT, MR and PET said to share a frame. */
const IBSI = path.resolve(process.cwd(), '../shared/data/ibsi_sts_ct_mr_pet');
export const IBSI_PATIENTS = ['STS_001', 'STS_002', 'STS_026', 'STS_035'] as const;
export const hasIbsi = existsSync(IBSI);

export function ibsiImage(patient: string, modality: 'CT' | 'MR_T1' | 'PET'): Promise<ImageVolume> {
  const folder = path.join(IBSI, patient, modality, 'image');
  const files = readdirSync(folder).filter((name) => name.endsWith('.dcm'));
  return buildImageVolume(files.map((name) => readFileSync(path.join(folder, name))));
}

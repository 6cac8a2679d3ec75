import { loadElastix } from '#main/jobs/elastix.ts';
import { invertRigid, type Mat4, multiply } from '#shared/geometry/affine.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { makePhantom } from '#shared/phantom/phantom.ts';
import { registerRigidly } from '#shared/registration/rigid.ts';
import { ibsiImage, movedImage, movedMr, targetError } from '#test/builders/displacements.ts';

/** One registration whose right answer is known. */
export interface Trial {
  readonly name: string;
  /** Target registration error over the volume, mm. */
  readonly mean: number;
  readonly max: number;
  readonly quality: number;
  readonly cpuSeconds: number;
}

type Report = (trial: Trial) => void;

async function trial(
  name: string,
  fixed: ImageVolume,
  moving: ImageVolume,
  truth: Mat4,
  report: Report,
): Promise<Trial> {
  const before = process.cpuUsage();
  const { matrix, quality } = await registerRigidly(loadElastix, fixed, moving);
  const { user, system } = process.cpuUsage(before);
  const done = { name, ...targetError(matrix, truth, fixed), quality, cpuSeconds: (user + system) / 1e6 };
  report(done);
  return done;
}

/** A phantom's CT with its MR after `count` movements of the patient, noise and bias field in each anew. */
export async function phantomTrials(
  kind: 'head' | 'thorax' | 'pelvis',
  count: number,
  report: Report,
): Promise<Trial[]> {
  const phantom = makePhantom(kind, 1);
  const trials: Trial[] = [];
  for (let n = 0; n < count; n++) {
    const { mr, truth } = movedMr(phantom, kind, n);
    trials.push(await trial(`${kind} ${n}`, phantom.ct, mr, truth, report));
  }
  return trials;
}

/** A real pair: the transform after a displacement against the displacement after the transform found without it. */
export async function ibsiTrials(
  patient: string,
  modality: 'MR_T1' | 'PET',
  count: number,
  report: Report,
): Promise<Trial[]> {
  const [ct, moving] = [await ibsiImage(patient, 'CT'), await ibsiImage(patient, modality)];
  const { matrix } = await registerRigidly(loadElastix, ct, moving);
  const trials: Trial[] = [];
  for (let n = 0; n < count; n++) {
    const { image, motion } = movedImage(moving, n);
    trials.push(await trial(`${patient} ${modality} ${n}`, ct, image, multiply(matrix, invertRigid(motion)), report));
  }
  return trials;
}

/** An MR and its own displaced copy. */
export async function copyTrials(patient: string, count: number, report: Report): Promise<Trial[]> {
  const mr = await ibsiImage(patient, 'MR_T1');
  const trials: Trial[] = [];
  for (let n = 0; n < count; n++) {
    const { image, motion } = movedImage(mr, n);
    trials.push(await trial(`${patient} MR copy ${n}`, mr, image, invertRigid(motion), report));
  }
  return trials;
}

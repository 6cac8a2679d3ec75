import { invertRigid, type Mat4, rigidFromParameters } from '#shared/geometry/affine.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { PatientIdentity, StudyIdentity } from '#shared/model/patient.ts';
import type { RigidRegistration } from '#shared/model/registration.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import type { Anatomy, AnatomyMaker } from './anatomy.ts';
import { head } from './anatomy/head.ts';
import { pelvis } from './anatomy/pelvis.ts';
import { thorax } from './anatomy/thorax.ts';
import { cShape } from './anatomy/tg119/cShape.ts';
import { mockHeadNeck } from './anatomy/tg119/headNeck.ts';
import { multiTarget } from './anatomy/tg119/multiTarget.ts';
import { mockProstate } from './anatomy/tg119/prostate.ts';
import { water } from './anatomy/water.ts';
import { renderCt, renderMr } from './imaging.ts';
import { createRandom, type Random } from './random.ts';
import { makeStructureSet } from './structureSet.ts';
import { type PhantomTruth, roiTruth } from './truth.ts';

export const PHANTOM_KINDS = [
  'thorax',
  'head',
  'pelvis',
  'water',
  'tg119-c-shape',
  'tg119-prostate',
  'tg119-head-neck',
  'tg119-multi-target',
] as const;
export type PhantomKind = (typeof PHANTOM_KINDS)[number];

export interface Phantom {
  readonly kind: PhantomKind;
  readonly seed: number;
  readonly ct: ImageVolume<Int16Array>;
  /** Another contrast, another lattice, its own frame of reference. */
  readonly mr: ImageVolume<Int16Array>;
  readonly structureSet: StructureSet;
  /** The true registration: MR frame (moving) to CT frame (fixed). */
  readonly registration: RigidRegistration;
  readonly truth: PhantomTruth;
}

const ANATOMIES: Readonly<Record<PhantomKind, AnatomyMaker>> = {
  thorax,
  head,
  pelvis,
  water,
  'tg119-c-shape': cShape,
  'tg119-prostate': mockProstate,
  'tg119-head-neck': mockHeadNeck,
  'tg119-multi-target': multiTarget,
};

/**
 * A digital patient: CT (HU), MR, true structures and the truth about them. The same kind and seed give the same voxels,
 * contours and UIDs everywhere. The patient's offset between the two scanners is about 10 mm and 4 degrees.
 * @throws IsocenterError USAGE for an unknown kind or a seed that is no whole number.
 */
export function makePhantom(kind: PhantomKind, seed = 1): Phantom {
  const maker = Object.hasOwn(ANATOMIES, kind) ? ANATOMIES[kind] : undefined;
  if (maker === undefined) throw new IsocenterError('USAGE', 'unknown phantom', { object: kind, attribute: 'kind' });
  if (!Number.isSafeInteger(seed))
    throw new IsocenterError('USAGE', `seed ${seed} is no whole number`, { object: kind, attribute: 'seed' });
  const random = createRandom(`isocenter phantom ${kind} ${seed}`);
  const anatomy = maker(random);
  const patient: PatientIdentity = {
    patientName: `Phantom^${anatomy.title}`,
    patientId: `PHANTOM-${kind.toUpperCase()}-${seed}`,
    patientBirthDate: '19600101',
    patientSex: anatomy.sex,
  };
  const movingToFixed = patientOffset(random);
  const ct: ImageVolume<Int16Array> = {
    ...anatomy.ct,
    ...imageIdentity(random, patient, 'CT', anatomy),
    data: renderCt(anatomy, random, anatomy.noise),
    unit: 'HU',
    window: { center: 40, width: 400 },
  };
  const mr: ImageVolume<Int16Array> = {
    ...anatomy.mr,
    ...imageIdentity(random, patient, 'MR', anatomy),
    data: renderMr(anatomy, random, movingToFixed),
    unit: '',
    window: { center: 450, width: 900 },
  };
  const structureSet = makeStructureSet(anatomy, ct, random);
  const registration: RigidRegistration = {
    kind: 'rigid',
    sopInstanceUid: random.uid(),
    fixedFrame: ct.frameOfReferenceUid,
    movingFrame: mr.frameOfReferenceUid,
    matrix: movingToFixed,
    label: 'True MR to CT',
  };
  return {
    kind,
    seed,
    ct,
    mr,
    structureSet,
    registration,
    truth: { kind, seed, movingToFixed, rois: roiTruth(anatomy) },
  };
}

/** MR LPS → CT LPS: the patient lay differently on the two couches. */
function patientOffset(random: Random): Mat4 {
  const sign = (): number => (random.bits() & 1 ? 1 : -1);
  const fixedToMoving = rigidFromParameters(
    [sign() * random.between(1, 2.5), sign() * random.between(1, 2.5), sign() * random.between(2, 4)],
    [sign() * random.between(4, 9), sign() * random.between(4, 9), sign() * random.between(5, 10)],
  );
  return invertRigid(fixedToMoving);
}

function imageIdentity(random: Random, patient: PatientIdentity, modality: 'CT' | 'MR', anatomy: Anatomy) {
  const sopClassUid = modality === 'CT' ? '1.2.840.10008.5.1.4.1.1.2' : '1.2.840.10008.5.1.4.1.1.4';
  const study: StudyIdentity = {
    studyInstanceUid: random.uid(),
    studyDate: '20260105',
    studyTime: modality === 'CT' ? '091500' : '104500',
    studyId: modality === 'CT' ? '1' : '2',
    accessionNumber: '',
    referringPhysicianName: '',
    studyDescription: `${anatomy.title} phantom, ${modality === 'CT' ? 'planning CT' : 'MR'}`,
  };
  const slices = Array.from({ length: (modality === 'CT' ? anatomy.ct : anatomy.mr).dims[2] }, () => ({
    sopClassUid,
    sopInstanceUid: random.uid(),
  }));
  return {
    modality,
    patient,
    study,
    slices,
    slope: 1,
    intercept: 0,
    seriesInstanceUid: random.uid(),
    seriesDescription: modality === 'CT' ? `${anatomy.title} CT` : `${anatomy.title} MR T1`,
    frameOfReferenceUid: random.uid(),
    patientPosition: 'HFS',
    warnings: [],
  };
}

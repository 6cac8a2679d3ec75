import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam, createPlan } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import type { CheckInput } from '#shared/evaluation/checks/facts.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Beam } from '#shared/model/plan.ts';
import type { Contour, Roi, RoiType } from '#shared/model/structures.ts';
import { frameUid, instanceUid } from './context.ts';
import { dose } from './dose.ts';
import { imageVolume } from './image.ts';

export const machine = machineByName('GENERIC_6MV');
const SLICE = 3;

/** An upright elliptic column of radii a, b mm round (x, y), from z0 to z1. */
export function column([x, y]: readonly [number, number], a: number, b: number, z0: number, z1: number): Contour[] {
  const contours: Contour[] = [];
  for (let z = z0; z <= z1; z += SLICE) {
    const points = new Float64Array(3 * 60);
    for (let n = 0; n < 60; n++)
      points.set([x + a * Math.cos((n * Math.PI) / 30), y + b * Math.sin((n * Math.PI) / 30), z], 3 * n);
    contours.push({ type: 'CLOSED_PLANAR', points });
  }
  return contours;
}

export const roi = (
  number: number,
  name: string,
  type: RoiType,
  contours: Contour[],
  more: Partial<Roi> = {},
): Roi => ({
  number,
  name,
  type,
  color: [200, 10 * number, 40],
  generationAlgorithm: 'MANUAL',
  frameOfReferenceUid: frameUid(1),
  contours,
  ...more,
});

/** A field fitted to the target of `checkedPlan`, 100 MU. */
export function fieldTo(target: Roi, number: number, name: string, gantry: number, isocenter: Vec3 = [60, 0, 0]): Beam {
  const { beam } = createBeam({
    number,
    name,
    machine,
    angles: { gantry, collimator: 0, couch: 0 },
    isocenter,
    iecFromLps: iecFromPatient('HFS')!,
    target: target.contours,
  });
  return { ...beam, meterset: 100 + number };
}

/** A trunk with a target on the left and two fields, against which no rule has anything but that the machine is not commissioned. */
export function checkedPlan(): CheckInput & { readonly ct: ImageVolume<Int16Array> } & Required<
    Pick<CheckInput, 'structures' | 'dose'>
  > {
  const target = roi(2, 'PTV', 'PTV', column([60, 0], 30, 25, -30, 30));
  const rois = [
    roi(1, 'BODY', 'EXTERNAL', column([0, 0], 180, 110, -90, 90)),
    target,
    roi(3, 'Lung_L', 'ORGAN', column([80, 0], 50, 60, -60, 60)),
    roi(4, 'Lung_R', 'ORGAN', column([-80, 0], 50, 60, -60, 60)),
    roi(5, 'CouchSurface', 'SUPPORT', column([0, 130], 200, 8, -90, 90), { density: 0.2 }),
  ];
  const structures = {
    sopInstanceUid: instanceUid('RTSTRUCT', 1),
    label: 'PLANNING',
    frameOfReferenceUid: frameUid(1),
    referencedStudyUid: '',
    referencedSeriesUid: '',
    referencedImages: [],
    rois,
    warnings: [],
  };
  const prescription = {
    targetRoiNumber: 2,
    targetName: 'PTV',
    dose: 60,
    fractions: 30,
    normalization: { kind: 'D95', percent: 100 },
  } as const;
  const empty = createPlan({
    sopInstanceUid: instanceUid('RTPLAN', 1),
    label: 'Lung L',
    structures,
    patientPosition: 'HFS',
    prescription,
  });
  const setup: Beam = { ...fieldTo(target, 3, 'SETUP', 0), deliveryType: 'SETUP', meterset: undefined };
  const plan = { ...empty, beams: [fieldTo(target, 1, 'G090', 90), fieldTo(target, 2, 'G000', 0), setup] };
  const lattice = {
    dims: [140, 90, 64] as const,
    spacing: [3, 3, 3] as const,
    origin: [-208.5, -130, -94.5] as const,
    direction: AXIAL,
  };
  const voxels = 140 * 90 * 64;
  const ct = imageVolume(1, 'CT', { ...lattice, data: new Int16Array(voxels) });
  const check = {
    point: [60, 0, 0] as const,
    isIsocenter: true,
    engineDose: 1,
    checkDose: 1,
    checkMu: 100,
    difference: 0.5,
    level: 3,
    verdict: 'within' as const,
    factors: { rate: 0.01 } as never,
    tables: 'TEST',
    remarks: [],
  };
  return {
    plan,
    structures,
    ct,
    dose: dose(1, { ...lattice, data: new Float32Array(voxels).fill(60) }),
    machines: [machine],
    muCheck: [
      { ...check, beamNumber: 1 },
      { ...check, beamNumber: 2 },
    ],
    patients: ['CT', 'plan'].map((object) => ({ object, patient: ct.patient })),
    registrations: [],
  };
}

import { calibrationByName, machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam, createPlan, createPrescription } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam } from '#shared/model/plan.ts';
import type { Goals } from '#shared/optimization/objectives/goals.ts';
import type { ProblemInput } from '#shared/optimization/problem/problem.ts';
import { circle, ctOf, roiOf, stackOf, structuresOf } from '../../dosimetry/phantoms.ts';

const roi = (number: number, name: string, type: 'EXTERNAL' | 'PTV' | 'ORGAN', radius: number, y: number, z: number) =>
  roiOf(
    number,
    name,
    type,
    stackOf((at) => circle(radius, at, 0, y), -z, z, 4),
  );

/** A cylinder of water (radius 80 mm) with a target before a cord: 5 mm voxels. */
const ptv = roi(2, 'PTV', 'PTV', 20, -10, 16);
const structures = structuresOf([roi(1, 'BODY', 'EXTERNAL', 80, 0, 60), ptv, roi(3, 'CORD', 'ORGAN', 8, 20, 40)]);
const machine = machineByName('GENERIC_6MV');

export const goals: Goals = {
  prescription: { roi: 'PTV', dose: 50, fractions: 25 },
  objectives: [
    { roi: 'PTV', type: 'squared-deviation', dose: 50, weight: 1000 },
    { roi: 'CORD', type: 'squared-overdose', dose: 20, weight: 300 },
    { roi: 'BODY', type: 'squared-overdose', dose: 30, weight: 100 },
  ],
};

export const beamAt = (gantry: number, number: number): Beam =>
  createBeam({
    number,
    name: `G${gantry}`,
    machine,
    angles: { gantry, collimator: 0, couch: 0 },
    isocenter: [0, -10, 0],
    iecFromLps: iecFromPatient('HFS')!,
  }).beam;

export const cylinder: ProblemInput = {
  ct: ctOf([60, 60, 30], [3, 3, 4], () => 0),
  structures,
  calibration: calibrationByName('GENERIC_120KV'),
  plan: createPlan({
    sopInstanceUid: '2.25.9',
    label: 'CYLINDER',
    structures,
    patientPosition: 'HFS',
    prescription: createPrescription(ptv, 50, 25),
  }),
  directions: [0, 120, 240].map((gantry, n) => beamAt(gantry, n + 1)),
  machine,
  goals,
  grid: 5,
  bixel: 5,
};

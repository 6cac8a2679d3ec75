import { newUid } from '#shared/dicom/uid.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import type { CtCalibration } from '#shared/dosimetry/patient/ctCalibration.ts';
import {
  createBeam,
  createPlan,
  createPrescription,
  targetCenter,
} from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { patientFrame } from '#shared/dosimetry/plan/planGrid.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { type Goals, parseGoals } from '#shared/optimization/objectives/goals.ts';
import { roisNamed } from '#shared/optimization/problem/targets.ts';
import { readStructures } from '#shared/structures/sets/structureObject.ts';
import type { Arguments } from '../arguments.ts';
import { type BeamsFile, readBeams } from './beamsFile.ts';
import { readCalibration } from '../options/calibrationOption.ts';
import { readInput } from '../files.ts';
import { readImageFolder } from '../imageFolder.ts';
import type { Io } from '../io.ts';
import { machineNamed } from '../options/machineOption.ts';
import { samePatient } from '../samePatient.ts';

/** What a plan is optimised for and from. */
export interface OptimizeCase {
  readonly ct: ImageVolume;
  readonly structures: StructureSet;
  readonly calibration: CtCalibration;
  readonly machine: Machine;
  readonly goals: Goals;
  /** The prescription and a static beam for each of the beams file; their apertures mean nothing. None where it has arcs only. */
  readonly plan: Plan;
  /** LPS mm. */
  readonly isocenter: Vec3;
  /** As the beams file has them. */
  readonly arcs: BeamsFile['arcs'];
  readonly warnings: readonly string[];
}

export const OPTIMIZE_CASE_OPTIONS = {
  ct: { type: 'string' },
  rtstruct: { type: 'string' },
  goals: { type: 'string' },
  beams: { type: 'string' },
  machine: { type: 'string' },
  calibration: { type: 'string' },
} as const;

/** Reads and checks everything before anything is computed. @throws as the readers; MACHINE for angles that the machine does not have. */
export async function readOptimizeCase(args: Arguments, io: Io): Promise<OptimizeCase> {
  const [ctDir, setFile, goalsFile] = [args.needText('ct'), args.needText('rtstruct'), args.needText('goals')];
  const beams = await readBeams(args.needText('beams'));
  const machine = await machineNamed(args.needText('machine'));
  const goals = parseGoals(new TextDecoder().decode(await readInput(goalsFile)), goalsFile);
  const setBytes = await readInput(setFile);
  const structures = readStructures(setBytes, setFile);
  const { roi, dose, fractions } = goals.prescription;
  const [target] = roisNamed([roi], structures);
  const ct = await readImageFolder(ctDir, io, 'CT');
  samePatient(setBytes, setFile, ct);
  const bare = createPlan({
    sopInstanceUid: newUid(),
    label: 'OPTIMISED',
    structures,
    patientPosition: ct.patientPosition,
    prescription: createPrescription(target, dose, fractions),
  });
  const iecFromLps = patientFrame(ct, structures, bare);
  const isocenter = beams.isocenter ?? targetCenter(target);
  const plan: Plan = {
    ...bare,
    beams: beams.beams.map(
      (angles, n) =>
        createBeam({ number: n + 1, name: `G${angles.gantry}`, machine, angles, isocenter, iecFromLps }).beam,
    ),
  };
  const calibration = await readCalibration(args.text('calibration'), ct);
  return {
    ct,
    structures,
    calibration,
    machine,
    goals,
    plan,
    isocenter,
    arcs: beams.arcs,
    warnings: [...ct.warnings, ...structures.warnings],
  };
}

import { availableParallelism } from 'node:os';
import { withSurfaceDistances } from '#shared/beamsEye/statedDistances.ts';
import { IsocenterError, throwIfCancelled } from '#shared/contract/errors.ts';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import { readRegistrations } from '#shared/dicom/registration/registration.ts';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { readStructureSet, writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { calibrationOfScanner, DEFAULT_MACHINE, machineByName } from '#shared/dosimetry/machine/machines.ts';
import { computePlanDose, type PlanDoseResult } from '#shared/dosimetry/plan/planDose.ts';
import { withNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import {
  createBeam,
  createPlan,
  createPrescription,
  DEFAULT_MARGIN,
  targetCenter,
} from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { moveGrid } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';
import { makePhantom, type Phantom } from '#shared/phantom/phantom.ts';
import { findBody } from '#shared/structures/body.ts';
import { expandContours } from '#shared/structures/margins/margin.ts';
import type { Archive } from '#main/archive/types.ts';
import { BeamWorkers } from '#main/jobs/beamWorkers.ts';
import { phantomSeries } from './phantomFiles.ts';
import { agreement } from './roiAgreement.ts';
import { type StepTimer, stepTimer } from './stepTimer.ts';
import { objectContext } from './writing.ts';

const PTV_MARGIN = 8;
const PRESCRIBED = { dose: 60, fractions: 30 };
const DOSE_GRID = 3;
/** Fields from the right, sparing the left lung; IEC gantry degrees. */
const GANTRY_ANGLES = [195, 245, 295, 345];

/** What the demo made and where it can be looked at. */
export interface DemoCase {
  readonly phantom: Phantom;
  readonly ct: ImageVolume;
  /** In the frame of the CT. */
  readonly mr: ImageVolume;
  readonly structures: StructureSet;
  readonly result: PlanDoseResult;
  /** The RT objects as files, in order of reference; the dose in 32 and in 16 bits. */
  readonly objects: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly timer: StepTimer;
}

export interface DemoOptions {
  /** One line per finding. */
  readonly say: (text: string) => void;
  readonly onProgress?: (step: string, fraction: number) => void;
  readonly signal?: AbortSignal;
  readonly threads?: number;
}

/**
 * The main job on the thorax phantom, through the same doors a real patient takes: objects into the archive, volumes and
 * registration out of it, body, margin, plan, dose, and the RT objects back into the archive.
 */
export async function runDemo(archive: Archive, options: DemoOptions): Promise<DemoCase> {
  const timer = stepTimer(options.say);
  const checkpoint = (): void => throwIfCancelled(options.signal);

  const phantom = await timer.step('phantom', () => makePhantom('thorax'));
  const series = await timer.step('write DICOM', () => phantomSeries(phantom));
  await timer.step('import', async () => {
    const files = series.flatMap((one) => one.files);
    for (const [n, { name, bytes }] of files.entries()) {
      checkpoint();
      await archive.store(bytes, { source: 'demo', name });
      options.onProgress?.('import', n / files.length);
    }
  });
  const [ct, unregistered] = await timer.step('volumes', async () => [
    await volumeOf(archive, phantom.ct.seriesInstanceUid, options.signal),
    await volumeOf(archive, phantom.mr.seriesInstanceUid, options.signal),
  ]);
  const mr = await timer.step('register', async () => {
    const [registration] = readRegistrations(await archive.read(phantom.registration.sopInstanceUid));
    if (registration?.kind !== 'rigid') throw new IsocenterError('INTERNAL', 'the phantom has a rigid registration');
    return { ...moveGrid(unregistered, registration.matrix), frameOfReferenceUid: registration.fixedFrame };
  });
  const truth = readStructureSet(await archive.read(phantom.structureSet.sopInstanceUid));
  const body = await timer.step('body', () => {
    const found: Roi = { ...roiNamed(truth, 'BODY'), contours: findBody(ct) };
    options.say(`  BODY found: ${agreement(found, roiNamed(truth, 'BODY'), ct)}`);
    return found;
  });
  checkpoint();
  const ptv = await timer.step('margin', () => {
    const grown: Roi = {
      ...roiNamed(truth, 'PTV'),
      contours: expandContours(roiNamed(truth, 'GTV').contours, PTV_MARGIN, ct),
    };
    options.say(`  PTV = GTV + ${PTV_MARGIN} mm: ${agreement(grown, roiNamed(truth, 'PTV'), ct)}`);
    return grown;
  });
  checkpoint();
  const structures: StructureSet = {
    ...truth,
    sopInstanceUid: newUid(),
    label: 'PLANNING',
    name: 'Thorax phantom, planning structures',
    rois: truth.rois.map((roi) => (roi.name === 'BODY' ? body : roi.name === 'PTV' ? ptv : roi)),
  };
  const plan = await timer.step('plan', () => planFor(structures, ptv, ct, options.say));
  const result = await timer.step('dose', async () => {
    await using workers = new BeamWorkers(options.threads ?? availableParallelism());
    return await computePlanDose(
      {
        ct,
        structures,
        plan,
        calibration: calibrationOfScanner(ct.scanner),
        grid: DOSE_GRID,
        newUid,
        engine: workers,
      },
      {
        signal: options.signal,
        onProgress: (fraction) => options.onProgress?.('dose', fraction),
      },
    );
  });
  for (const beam of result.plan.beams) options.say(`  ${beam.name}: ${beam.meterset?.toFixed(1)} MU`);
  const objects = await timer.step('RT objects', () => rtObjects(ct, phantom, structures, result));
  await timer.step('store', async () => {
    for (const { name, bytes } of objects.slice(0, 3)) await archive.store(bytes, { source: 'demo', name });
  });
  return { phantom, ct, mr, structures, result, objects, timer };
}

/** Loads the demo patient: CT, MR, registration, structure sets, plan and dose. `npm start` uses it on an empty archive. */
export async function loadDemo(archive: Archive, say: (text: string) => void): Promise<void> {
  const { timer } = await runDemo(archive, { say });
  say(`Demo patient ready after ${timer.steps.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(1)} s`);
}

async function volumeOf(
  archive: Archive,
  seriesInstanceUid: string,
  signal: AbortSignal | undefined,
): Promise<ImageVolume> {
  const objects = await archive.locate({ seriesInstanceUid });
  const files: Uint8Array[] = [];
  for (const { sopInstanceUid } of objects) files.push(await archive.read(sopInstanceUid));
  return buildImageVolume(files, { signal });
}

function planFor(structures: StructureSet, target: Roi, ct: ImageVolume, say: (text: string) => void): Plan {
  const machine = machineByName(DEFAULT_MACHINE);
  const iecFromLps = iecFromPatient(ct.patientPosition);
  if (iecFromLps === undefined)
    throw new IsocenterError('GEOMETRY', `patient position "${ct.patientPosition}" is not supported`);
  const isocenter = targetCenter(target);
  const empty = createPlan({
    sopInstanceUid: newUid(),
    label: 'DEMO 60 GY',
    structures,
    patientPosition: ct.patientPosition,
    prescription: createPrescription(target, PRESCRIBED.dose, PRESCRIBED.fractions),
  });
  const beams = GANTRY_ANGLES.map((gantry, n) => {
    const { beam, warnings } = createBeam({
      number: n + 1,
      name: `G${String(gantry).padStart(3, '0')}`,
      machine,
      angles: { gantry, collimator: 0, couch: 0 },
      isocenter,
      iecFromLps,
      target: target.contours,
    });
    for (const warning of warnings) say(`  warning: ${warning}`);
    return withNote(beam, { weight: 1, margin: DEFAULT_MARGIN });
  });
  return withSurfaceDistances({ ...empty, beams }, structures, { has: () => false, onThisSet: true });
}

function rtObjects(
  ct: ImageVolume,
  phantom: Phantom,
  structures: StructureSet,
  { plan, planDose }: PlanDoseResult,
): DemoCase['objects'] {
  const context = (sopInstanceUid: string, number: number, description: string) =>
    objectContext(ct, description, number, { sopInstanceUid });
  const dose16 = { ...planDose, sopInstanceUid: newUid() };
  return [
    {
      name: 'RTSTRUCT.dcm',
      bytes: writeStructureSet(structures, context(structures.sopInstanceUid, 4, 'Planning structures'), {
        predecessorUid: phantom.structureSet.sopInstanceUid,
      }),
    },
    { name: 'RTPLAN.dcm', bytes: writePlan(plan, context(plan.sopInstanceUid, 5, 'Demo plan')) },
    {
      name: 'RTDOSE.dcm',
      bytes: writeDose(planDose, context(planDose.sopInstanceUid, 6, 'Demo plan dose'), { bits: 32 }),
    },
    {
      name: 'RTDOSE16.dcm',
      bytes: writeDose(dose16, context(dose16.sopInstanceUid, 7, 'Demo plan dose, 16 bits'), { bits: 16 }),
    },
  ];
}

function roiNamed(set: StructureSet, name: string): Roi {
  const roi = set.rois.find((candidate) => candidate.name === name);
  if (roi === undefined) throw new IsocenterError('NOT_FOUND', `has no ROI named '${name}'`, { object: set.label });
  return roi;
}

import { availableParallelism } from 'node:os';
import { compositeWords } from '#shared/dosimetry/muCheck/compositeWords.ts';
import { withSurfaceDistances } from '#shared/beamsEye/statedDistances.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { readStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { readPlan, writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { doseRemarks, withUnitsRemark } from '#shared/dosimetry/standing/doseStanding.ts';
import { computePlanDose, type PlanDoseResult } from '#shared/dosimetry/plan/planDose.ts';
import { ENGINES, type EngineName } from '#shared/dosimetry/engines.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { findBody } from '#shared/structures/body.ts';
import { BeamWorkers } from '#main/jobs/beamWorkers.ts';
import { readCalibration } from '../options/calibrationOption.ts';
import type { Command } from '../command.ts';
import { readInput, writeOutput } from '../files.ts';
import { readImageFolder } from '../imageFolder.ts';
import { table } from '../io.ts';
import { machineNamed } from '../options/machineOption.ts';
import { samePatient } from '../samePatient.ts';
import { objectContext } from '../writing.ts';

export const command: Command = {
  usage: '--ct DIR --plan F [--rtstruct F] [--out F] [options]',
  help: [
    'Computes the dose of an RT Plan on a CT, beams beside each other on several threads.',
    '--rtstruct F           body (type EXTERNAL) and target; without a body it is found in the CT',
    '--machine NAME|F.json  instead of the machines that the plan names',
    '--grid 3               dose grid spacing, mm; or x,y,z along the CT’s axes: 2.5,2.5,3',
    '--around ROI           reports dose within --margin 20 mm of the box around it only',
    '--directions N         collapsed-cone directions',
    '--arc-sector DEG       gantry angles of an arc that are superposed together; 0: each by itself',
    '--calibration F.csv    header HU,density; else chosen by the scanner that the images name',
    '--threads N            default: all cores',
    '--engine ccc           collapsed cone, or pb: pencil beam (approximate); mc is not there yet',
    '--bits 32              or 16: stored bits of the RT Dose',
    '--per-fluence          Gy·cm² × 1e12 per unit axial surface fluence (machines REF_*)',
    '--plan-out F           the plan with its monitor units, and source–surface distances where it states none',
  ].join('\n'),
  options: {
    ct: { type: 'string' },
    plan: { type: 'string' },
    rtstruct: { type: 'string' },
    machine: { type: 'string' },
    grid: { type: 'string', default: '3' },
    around: { type: 'string' },
    margin: { type: 'string' },
    engine: { type: 'string', default: 'ccc' },
    directions: { type: 'string' },
    'arc-sector': { type: 'string' },
    threads: { type: 'string' },
    calibration: { type: 'string' },
    bits: { type: 'string', default: '32' },
    'per-fluence': { type: 'boolean' },
    out: { type: 'string' },
    'plan-out': { type: 'string' },
  },
  async run(args, io) {
    const engine = engineOf(args.needText('engine'));
    const bits = args.number('bits');
    if (bits !== 16 && bits !== 32) throw new IsocenterError('USAGE', 'must be 16 or 32', { attribute: '--bits' });
    const grid = spacingOf(args.text('grid') ?? '3');
    const margin = args.number('margin', { min: 0, max: 1000 }) ?? 20;
    const threads = args.number('threads', { min: 1, max: 256, integer: true }) ?? availableParallelism();
    const directions = args.number('directions', { min: 1, integer: true });
    const arcSector = args.number('arc-sector', { min: 0, max: 30 });
    const wanted = args.text('machine');
    const machine = wanted === undefined ? undefined : await machineNamed(wanted);
    const [ctDir, planFile] = [args.needText('ct'), args.needText('plan')];

    const planBytes = await readInput(planFile);
    const plan = readPlan(planBytes, planFile);
    const ct = await readImageFolder(ctDir, io, 'CT');
    samePatient(planBytes, planFile, ct);
    const calibration = await readCalibration(args.text('calibration'), ct);
    const setFile = args.text('rtstruct');
    const warnings = [...ct.warnings, ...plan.warnings];
    const setBytes = setFile === undefined ? undefined : await readInput(setFile);
    if (setBytes !== undefined) samePatient(setBytes, setFile, ct);
    const structures = withBody(
      setBytes === undefined ? undefined : readStructureSet(setBytes, setFile),
      ct,
      plan,
      warnings,
    );
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    await using workers = new BeamWorkers(threads, engine);
    const result = await computePlanDose(
      {
        ct,
        structures,
        plan,
        calibration,
        grid,
        ...aroundOf(args.text('around'), structures, margin),
        newUid,
        engine: workers,
        settings: {
          perFluence: args.flag('per-fluence'),
          ...(directions === undefined ? {} : { directions }),
          ...(arcSector === undefined ? {} : { arcSector }),
        },
        ...(machine === undefined ? {} : { machines: () => machine }),
      },
      { signal: io.signal, onProgress: (fraction) => io.progress('dose', fraction) },
    );
    const seconds = (performance.now() - start) / 1000;
    const used = process.cpuUsage(cpu);
    warnings.push(...result.warnings);
    await writeResults(result, ct, structures, bits, args.text('out'), args.text('plan-out'), planBytes);
    const maximum = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, value), 0);
    const mu = new Map(result.plan.beams.map((beam) => [beam.number, beam.meterset]));
    const beams = result.beamDoses.map(({ beamNumber = 0, data }) => ({
      number: beamNumber,
      mu: mu.get(beamNumber) ?? null,
      max: maximum(data),
    }));
    const { provenance } = result.planDose;
    const report = {
      seconds,
      cpuSeconds: (used.user + used.system) / 1e6,
      peakMB: process.resourceUsage().maxRSS / 1024,
      max: maximum(result.planDose.data),
      beams,
      muCheck: result.muCheck,
      approximate: provenance?.approximate ?? true,
      provenance,
      warnings,
    };
    const rows = beams.map((beam) => [String(beam.number), beam.mu?.toFixed(3) ?? '', beam.max.toFixed(3)]);
    io.result(
      report,
      [
        table(['beam', 'MU', 'max Gy'], rows),
        ...result.muCheck.map(muCheckLine),
        `maximum ${report.max.toFixed(3)} Gy, ${seconds.toFixed(1)} s`,
        ...doseRemarks(result.planDose).map(({ title, reason }) => `${title}: ${reason}`),
        ...warnings.map((text) => `warning: ${text}`),
      ].join('\n'),
    );
  },
};

function muCheckLine(check: PlanDoseResult['muCheck'][number]): string {
  if (!('verdict' in check)) return `MU check of beam ${check.beamNumber}: none, ${check.unchecked}`;
  const { beamNumber, engineDose, checkDose, difference, level, verdict, remarks, composite } = check;
  const sign = difference < 0 ? '' : '+';
  return [
    `MU check of beam ${beamNumber}: ${engineDose.toFixed(3)} Gy, by factors ${checkDose.toFixed(3)} Gy a fraction`,
    `${sign}${difference.toFixed(1)} % (level ${level} %): ${verdict}`,
    ...(composite === undefined ? [] : [compositeWords(composite)]),
    ...remarks,
  ].join('; ');
}

/** One spacing in mm, or one an axis. @throws USAGE */
function spacingOf(text: string): number | Vec3 {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!values.every((mm) => mm >= 0.5 && mm <= 20) || (values.length !== 1 && values.length !== 3))
    throw new IsocenterError('USAGE', `'${text}' is neither a spacing from 0.5 to 20 mm nor three, as x,y,z`, {
      attribute: '--grid',
    });
  return values.length === 1 ? values[0] : [values[0], values[1], values[2]];
}

function aroundOf(name: string | undefined, { rois, label }: StructureSet, margin: number) {
  if (name === undefined) return {};
  const roi = rois.find((one) => one.name === name && one.contours.length > 0);
  if (roi === undefined)
    throw new IsocenterError('NOT_FOUND', `has no contoured ROI named '${name}'`, {
      object: label,
      attribute: '--around',
    });
  return { around: { roi, margin } };
}

function engineOf(name: string): EngineName {
  if (Object.hasOwn(ENGINES, name)) return name as EngineName;
  if (name === 'mc')
    throw new IsocenterError('NOT_IMPLEMENTED', 'this engine is not there yet', {
      object: name,
      attribute: '--engine',
    });
  throw new IsocenterError('USAGE', `'${name}' is none of ${Object.keys(ENGINES).join(', ')}, mc`, {
    attribute: '--engine',
  });
}

/** The structure set as given when it has a body, else with one found in the CT, which the warnings say. */
function withBody(given: StructureSet | undefined, ct: ImageVolume, plan: Plan, warnings: string[]): StructureSet {
  if (given?.rois.some((roi) => roi.type === 'EXTERNAL' && roi.contours.length > 0)) return given;
  warnings.push(
    `${given === undefined ? 'no structure set given' : `${given.label} has no ROI of type EXTERNAL`}: the body was found in the CT`,
  );
  const body = {
    number: Math.max(0, ...(given?.rois ?? []).map((roi) => roi.number)) + 1,
    name: 'BODY',
    type: 'EXTERNAL',
    color: [120, 200, 120],
    generationAlgorithm: 'AUTOMATIC',
    frameOfReferenceUid: ct.frameOfReferenceUid,
    contours: findBody(ct),
  } as const;
  if (given !== undefined) return { ...given, rois: [...given.rois, body] };
  return {
    sopInstanceUid: plan.structureSetUid,
    label: 'BODY',
    frameOfReferenceUid: ct.frameOfReferenceUid,
    referencedStudyUid: ct.study.studyInstanceUid,
    referencedSeriesUid: ct.seriesInstanceUid,
    referencedImages: ct.slices,
    rois: [body],
    warnings: [],
  };
}

/** The plan gets a new instance UID when it is written: the dose then belongs to that one. */
async function writeResults(
  { plan, planDose }: Awaited<ReturnType<typeof computePlanDose>>,
  ct: ImageVolume,
  structures: StructureSet,
  bits: 16 | 32,
  doseFile: string | undefined,
  planFile: string | undefined,
  predecessor: Uint8Array,
): Promise<void> {
  const planUid = planFile === undefined ? plan.sopInstanceUid : newUid();
  const measured = withSurfaceDistances(plan, structures, {
    has: ({ controlPoints }) => controlPoints.some(({ sourceToSurface }) => sourceToSurface !== undefined),
    onThisSet: true,
  });
  const written = { ...withUnitsRemark(measured, planDose), sopInstanceUid: planUid };
  if (planFile !== undefined)
    await writeOutput(
      planFile,
      writePlan(written, objectContext(ct, plan.label, 1, { sopInstanceUid: planUid }), {
        predecessor,
      }),
    );
  if (doseFile !== undefined)
    await writeOutput(
      doseFile,
      writeDose(
        { ...planDose, planUid },
        objectContext(ct, `Dose of ${plan.label}`, 1, { sopInstanceUid: planDose.sopInstanceUid }),
        { bits },
      ),
    );
}

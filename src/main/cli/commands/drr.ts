import { availableParallelism } from 'node:os';
import { PNG } from 'pngjs';
import { IsocenterError } from '#shared/contract/errors.ts';
import { readPlan } from '#shared/dicom/plan/rtPlan.ts';
import { writeRtImage } from '#shared/dicom/rtImageWriter.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { beamDrrView, machineAxes } from '#shared/drr/beamDrrView.ts';
import type { Drr, DrrSettings } from '#shared/drr/computeDrr.ts';
import { type DrrSubject, rtImageOf } from '#shared/drr/rtImageOf.ts';
import { greyPixels, toneOf } from '#shared/drr/tone.ts';
import type { DrrView } from '#shared/drr/view.ts';
import { indexToPatient } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Plan } from '#shared/model/plan.ts';
import { castOne } from '#main/jobs/drrThreads.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { readInput, writeOutput } from '../files.ts';
import { readImageFolder } from '../imageFolder.ts';
import { samePatient } from '../samePatient.ts';
import { objectContext } from '../writing.ts';

export const command: Command = {
  usage: '--ct DIR (--plan F [--beam N] | --gantry DEG …) --out F.dcm|F.png [options]',
  help: [
    'A digitally reconstructed radiograph: what a CT attenuates along each ray from the source, in mm of water.',
    '--plan F --beam N      from a beam of a plan (not needed where it has one only), at --control N (0: its first control point)',
    '--gantry --collimator --couch --isocenter x,y,z   instead: IEC 61217 degrees (0), LPS mm (the middle of the CT)',
    '--size 512             pixels; or columns,rows',
    '--spacing 1            mm between pixels in the image plane; or x,y',
    '--sad 1000 --sid MM    source to isocenter (else the beam’s) and to the image plane (at the isocenter if not given)',
    '--upright collimator   the image turns with the collimator; gantry: it does not, as imagers do not',
    '--soft 1 --bone 1      how much soft tissue and bone count',
    '--near MM --far MM     only what lies between these planes, mm behind the isocenter along the axis',
    '--voxel 0              voxels are pooled up to this size, mm, for speed',
    '--threads N            default: all cores',
    '--out F.dcm            an RT Image; F.png: a picture in a tone of its own',
  ].join('\n'),
  options: {
    ct: { type: 'string' },
    plan: { type: 'string' },
    beam: { type: 'string' },
    control: { type: 'string' },
    gantry: { type: 'string' },
    collimator: { type: 'string' },
    couch: { type: 'string' },
    isocenter: { type: 'string' },
    size: { type: 'string', default: '512' },
    spacing: { type: 'string', default: '1' },
    sad: { type: 'string' },
    sid: { type: 'string' },
    upright: { type: 'string', default: 'collimator' },
    soft: { type: 'string' },
    bone: { type: 'string' },
    near: { type: 'string' },
    far: { type: 'string' },
    voxel: { type: 'string' },
    threads: { type: 'string' },
    out: { type: 'string' },
  },
  async run(args, io) {
    const out = args.needText('out');
    const kind = /\.(dcm|png)$/i.exec(out)?.[1].toLowerCase();
    if (kind === undefined)
      throw new IsocenterError('USAGE', `'${out}' ends neither in .dcm nor in .png`, { attribute: '--out' });
    const settings = settingsOf(args);
    const format = formatOf(args);
    const threads = args.number('threads', { min: 1, max: 256, integer: true }) ?? availableParallelism();
    const planFile = args.text('plan');
    const planBytes = planFile === undefined ? undefined : await readInput(planFile);
    const plan = planBytes === undefined ? undefined : readPlan(planBytes, planFile);
    const ct = await readImageFolder(args.needText('ct'), io, 'CT');
    if (planBytes !== undefined) samePatient(planBytes, planFile, ct);
    const { view, ...subject } =
      plan === undefined ? ofAngles(args, format, ct) : ofBeam(args, format, plan, ct, planFile);

    const [start, cpu] = [performance.now(), process.cpuUsage()];
    const drr: Drr = { view, data: await castOne(ct, view, settings, { threads, signal: io.signal }) };
    const seconds = (performance.now() - start) / 1000;
    const used = process.cpuUsage(cpu);
    await writeOutput(out, kind === 'png' ? pngOf(drr) : dicomOf(drr, { ...subject, settings }, ct));
    const warnings = [...ct.warnings, ...(plan?.warnings ?? [])];
    const report = {
      seconds,
      cpuSeconds: (used.user + used.system) / 1e6,
      columns: view.size[0],
      rows: view.size[1],
      spacing: view.spacing,
      max: drr.data.reduce((most, value) => Math.max(most, value), 0),
      warnings,
    };
    io.result(
      report,
      [
        `${report.columns} × ${report.rows} pixels, up to ${report.max.toFixed(0)} mm of water, ${seconds.toFixed(2)} s`,
        ...warnings.map((text) => `warning: ${text}`),
      ].join('\n'),
    );
  },
};

type Format = Pick<DrrView, 'size' | 'spacing'> & {
  readonly sad?: number;
  readonly sid?: number;
  readonly upright: 'collimator' | 'gantry';
};

type Subject = Omit<DrrSubject, 'settings'> & { readonly view: DrrView };

function ofBeam(args: Arguments, format: Format, plan: Plan, ct: ImageVolume, file: string | undefined): Subject {
  for (const name of ['gantry', 'collimator', 'couch', 'isocenter'])
    if (args.text(name) !== undefined)
      throw new IsocenterError('USAGE', 'is the plan’s already', { attribute: `--${name}` });
  const number = args.number('beam', { integer: true });
  if (number === undefined && plan.beams.length > 1)
    throw new IsocenterError('USAGE', `is required: one of ${plan.beams.map((one) => one.number).join(', ')}`, {
      attribute: '--beam',
    });
  const beam = plan.beams.find((one) => one.number === number) ?? (number === undefined ? plan.beams[0] : undefined);
  const object = file ?? plan.label;
  if (beam === undefined)
    throw new IsocenterError(
      'NOT_FOUND',
      `has no beam ${number ?? ''}; it has ${plan.beams.map((one) => one.number).join(', ')}`,
      {
        object,
        attribute: '--beam',
      },
    );
  if (plan.frameOfReferenceUid !== '' && plan.frameOfReferenceUid !== ct.frameOfReferenceUid)
    throw new IsocenterError('FRAME_OF_REFERENCE', 'is in another frame of reference than the CT', {
      object,
      attribute: 'FrameOfReferenceUID',
    });
  const control = args.number('control', { min: 0, max: beam.controlPoints.length - 1, integer: true }) ?? 0;
  const { sad, ...rest } = format;
  const seen = sad === undefined ? beam : { ...beam, sourceAxisDistance: sad };
  return {
    view: beamDrrView(plan, seen, control, rest),
    patientPosition: plan.patientPosition,
    frameOfReferenceUid: ct.frameOfReferenceUid,
    field: { plan, beam, control },
  };
}

function ofAngles(args: Arguments, { sad = 1000, sid, upright, ...format }: Format, ct: ImageVolume): Subject {
  for (const name of ['beam', 'control'])
    if (args.text(name) !== undefined) throw new IsocenterError('USAGE', 'needs --plan', { attribute: `--${name}` });
  const degrees = (name: string): number => args.number(name, { min: -360, max: 360 }) ?? 0;
  const collimator = degrees('collimator');
  const view: DrrView = {
    angles: {
      gantry: degrees('gantry'),
      collimator: upright === 'gantry' ? 0 : collimator,
      couch: degrees('couch'),
    },
    isocenter:
      pointOf(args.text('isocenter')) ??
      indexToPatient(ct, [(ct.dims[0] - 1) / 2, (ct.dims[1] - 1) / 2, (ct.dims[2] - 1) / 2]),
    iecFromLps: machineAxes(ct.patientPosition, 'CT'),
    sad,
    sid: sid ?? sad,
    ...format,
    centre: [0, 0],
  };
  return { view, patientPosition: ct.patientPosition, frameOfReferenceUid: ct.frameOfReferenceUid };
}

function settingsOf(args: Arguments): DrrSettings {
  const weight = (name: string): number => args.number(name, { min: 0, max: 10 }) ?? 1;
  const depth = {
    near: args.number('near') ?? Number.NEGATIVE_INFINITY,
    far: args.number('far') ?? Number.POSITIVE_INFINITY,
  };
  if (depth.near >= depth.far)
    throw new IsocenterError('USAGE', 'the near plane is not before the far one', { attribute: '--near' });
  return {
    weights: { soft: weight('soft'), bone: weight('bone') },
    depth,
    voxel: args.number('voxel', { min: 0, max: 20 }) ?? 0,
  };
}

function formatOf(args: Arguments): Format {
  const upright = args.needText('upright');
  if (upright !== 'collimator' && upright !== 'gantry')
    throw new IsocenterError('USAGE', `'${upright}' is neither collimator nor gantry`, { attribute: '--upright' });
  const distance = (name: string): number | undefined => args.number(name, { min: 100, max: 20_000 });
  const [sad, sid] = [distance('sad'), distance('sid')];
  return {
    size: pairOf(args.needText('size'), '--size', (px) => Number.isInteger(px) && px >= 1 && px <= 8192),
    spacing: pairOf(args.needText('spacing'), '--spacing', (mm) => mm >= 0.01 && mm <= 100),
    upright,
    ...(sad === undefined ? {} : { sad }),
    ...(sid === undefined ? {} : { sid }),
  };
}

/** One number for both, or two with a comma. @throws USAGE */
function pairOf(text: string, attribute: string, isRight: (value: number) => boolean): readonly [number, number] {
  const values = numbersOf(text);
  if (!values.every(isRight) || values.length < 1 || values.length > 2)
    throw new IsocenterError('USAGE', `'${text}' is neither a number in range nor two, as x,y`, { attribute });
  return [values[0], values[values.length - 1]];
}

function pointOf(text: string | undefined): Vec3 | undefined {
  if (text === undefined) return undefined;
  const values = numbersOf(text);
  if (!values.every(Number.isFinite) || values.length !== 3)
    throw new IsocenterError('USAGE', `'${text}' is no x,y,z`, { attribute: '--isocenter' });
  return [values[0], values[1], values[2]];
}

const numbersOf = (text: string): number[] =>
  text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));

function pngOf({ view, data }: Drr): Uint8Array {
  const png = new PNG({ width: view.size[0], height: view.size[1] });
  png.data.set(greyPixels(data, toneOf(data)));
  return PNG.sync.write(png);
}

function dicomOf(drr: Drr, subject: DrrSubject, ct: ImageVolume): Uint8Array {
  const uid = newUid();
  const image = rtImageOf(drr, subject, uid);
  const series = subject.field === undefined ? 'DRR' : `DRR of ${subject.field.plan.label}`;
  return writeRtImage(image, objectContext(ct, series, 1, { sopInstanceUid: uid }));
}

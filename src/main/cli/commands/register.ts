import { registerInThread } from '#main/jobs/registration.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { writeRegistration } from '#shared/dicom/registration.ts';
import { newUid } from '#shared/dicom/uid.ts';
import type { Mat4 } from '#shared/geometry/affine.ts';
import { gridCorners, middleOf } from '#shared/registration/prepare.ts';
import { DOUBTFUL } from '#shared/registration/quality.ts';
import type { RigidResult } from '#shared/registration/rigid.ts';
import { rigidParameters } from '#shared/registration/rigidParameters.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Command } from '../command.ts';
import { writeOutput } from '../files.ts';
import { readImageFolder } from '../imageFolder.ts';
import { objectContext } from '../writing.ts';

/** Series number of registrations we write, beside the images' own low numbers. */
const SERIES_NUMBER = 302;

export const command: Command = {
  usage: '--fixed DIR --moving DIR --out REG.dcm [--method rigid] [--seed N]',
  help: [
    'Lays the moving image on the fixed one by mutual information and writes the Spatial Registration.',
    'matrix: moving LPS mm to fixed LPS mm; metric: normalized mutual information;',
    `quality: 0 (failed) to 1, doubtful below ${DOUBTFUL}.`,
    'Images in one frame of reference are compared all the same, but nothing is written: a registration leads from frame to frame.',
  ].join('\n'),
  options: {
    fixed: { type: 'string' },
    moving: { type: 'string' },
    out: { type: 'string' },
    method: { type: 'string', default: 'rigid' },
    seed: { type: 'string' },
  },
  async run(args, io) {
    const [fixedDir, movingDir, out] = [args.needText('fixed'), args.needText('moving'), args.needText('out')];
    const method = args.text('method');
    if (method !== 'rigid')
      throw new IsocenterError('USAGE', `'${method}' is no method (rigid)`, { attribute: '--method' });
    const seed = args.number('seed', { integer: true, min: 0 });
    const fixed = await readImageFolder(fixedDir, io);
    const moving = await readImageFolder(movingDir, io);
    if (fixed.patient.patientId !== moving.patient.patientId)
      throw new IsocenterError('CONFLICT', `is of another patient than ${fixedDir}`, {
        object: movingDir,
        attribute: 'PatientID',
      });
    const found = await registerInThread(fixed, moving, {
      seed,
      signal: io.signal,
      onProgress: (fraction) => io.progress('registration', fraction),
    });
    const isOneFrame = fixed.frameOfReferenceUid === moving.frameOfReferenceUid;
    const warnings = [
      ...found.warnings,
      ...(isOneFrame ? ['both images are in one frame of reference: no registration was written'] : []),
    ];
    if (!isOneFrame) await writeOutput(out, written(fixed, moving, found));
    const { matrix, metric, quality, seconds } = found;
    io.result({ matrix, metric, quality, warnings, seconds }, words(fixed, found, warnings));
  },
};

function written(fixed: ImageVolume, moving: ImageVolume, found: RigidResult): Uint8Array {
  const context = objectContext(fixed, `Registration ${moving.modality} to ${fixed.modality}`, SERIES_NUMBER, {
    sopInstanceUid: newUid(),
  });
  const series = (image: ImageVolume) => ({
    studyInstanceUid: image.study.studyInstanceUid,
    seriesInstanceUid: image.seriesInstanceUid,
    images: image.slices,
  });
  const registration = {
    kind: 'rigid',
    sopInstanceUid: context.sopInstanceUid,
    fixedFrame: fixed.frameOfReferenceUid,
    movingFrame: moving.frameOfReferenceUid,
    matrix: found.matrix,
    label: `${moving.modality} to ${fixed.modality}, rigid`,
    method: 'automatic',
    quality: { value: found.quality, metric: 'normalized mutual information', metricValue: found.metric },
    warnings: found.warnings,
  } as const;
  return writeRegistration(registration, context, { fixed: series(fixed), moving: series(moving) });
}

function words(
  fixed: ImageVolume,
  { matrix, metric, quality, seconds }: RigidResult,
  warnings: readonly string[],
): string {
  const { degrees, shift } = rigidParameters(matrix, middleOf(gridCorners(fixed)));
  const three = (values: readonly number[]): string => values.map((value) => value.toFixed(2)).join('  ');
  const row = (m: Mat4, at: number): string =>
    m
      .slice(4 * at, 4 * at + 4)
      .map((x) => x.toFixed(6).padStart(12))
      .join('');
  return [
    `turn about the fixed image's centre, degrees about x, y, z: ${three(degrees)}`,
    `and shift, mm: ${three(shift)}`,
    ...[0, 1, 2].map((at) => row(matrix, at)),
    `normalized mutual information ${metric.toFixed(4)}, quality ${quality.toFixed(2)}, ${seconds.toFixed(1)} s`,
    ...warnings.map((warning) => `warning: ${warning}`),
  ].join('\n');
}

import { deformInThread, registerInThread } from '#main/jobs/registration.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { writeRegistration } from '#shared/dicom/registration/registration.ts';
import { newUid } from '#shared/dicom/uid.ts';
import type { Mat4 } from '#shared/geometry/affine.ts';
import { gridCorners, middleOf } from '#shared/registration/prepare.ts';
import { DOUBTFUL } from '#shared/registration/quality.ts';
import type {
  DeformableRegistration,
  Registration,
  RegistrationQuality,
  RigidRegistration,
} from '#shared/model/registration.ts';
import { type DeformableResult, GRID_SPACING } from '#shared/registration/deformable.ts';
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
  usage: '--fixed DIR --moving DIR --out REG.dcm [--method rigid|bspline] [--grid-spacing MM] [--seed N]',
  help: [
    'Lays the moving image on the fixed one by mutual information and writes the Spatial Registration; with --method bspline a',
    `B-spline follows (control points every ${GRID_SPACING} mm) and a Deformable Spatial Registration is written.`,
    'matrix: moving LPS mm to fixed LPS mm (of a B-spline: its rigid start); metric: normalized mutual information;',
    'jacobian of a B-spline: least and greatest, and the fraction of nodes where space folds;',
    `quality: 0 (failed) to 1, doubtful below ${DOUBTFUL}.`,
    'Images in one frame of reference are compared all the same, but nothing is written: a registration leads from frame to frame.',
  ].join('\n'),
  options: {
    fixed: { type: 'string' },
    moving: { type: 'string' },
    out: { type: 'string' },
    method: { type: 'string', default: 'rigid' },
    'grid-spacing': { type: 'string' },
    seed: { type: 'string' },
  },
  async run(args, io) {
    const [fixedDir, movingDir, out] = [args.needText('fixed'), args.needText('moving'), args.needText('out')];
    const method = args.text('method');
    if (method !== 'rigid' && method !== 'bspline')
      throw new IsocenterError('USAGE', `'${method}' is no method (rigid, bspline)`, { attribute: '--method' });
    const gridSpacing = args.number('grid-spacing', { min: 8, max: 100 });
    if (gridSpacing !== undefined && method === 'rigid')
      throw new IsocenterError('USAGE', 'is of a B-spline', { attribute: '--grid-spacing' });
    const seed = args.number('seed', { integer: true, min: 0 });
    const fixed = await readImageFolder(fixedDir, io);
    const moving = await readImageFolder(movingDir, io);
    if (fixed.patient.patientId !== moving.patient.patientId)
      throw new IsocenterError('CONFLICT', `is of another patient than ${fixedDir}`, {
        object: movingDir,
        attribute: 'PatientID',
      });
    const common = {
      seed,
      signal: io.signal,
      onProgress: (fraction: number) => io.progress('registration', fraction),
    };
    const found =
      method === 'rigid'
        ? rigidOutcome(await registerInThread(fixed, moving, common))
        : deformableOutcome(await deformInThread(fixed, moving, { ...common, gridSpacing }));
    const isOneFrame = fixed.frameOfReferenceUid === moving.frameOfReferenceUid;
    const warnings = [
      ...found.warnings,
      ...(isOneFrame ? ['both images are in one frame of reference: no registration was written'] : []),
    ];
    if (!isOneFrame) await writeOutput(out, written(fixed, moving, found));
    const { matrix, quality, seconds } = found;
    const json = { matrix, metric: quality.metricValue, quality: quality.value, jacobian: quality.jacobian };
    io.result({ ...json, warnings, seconds }, words(fixed, found, warnings));
  },
};

/** What was found, whichever way. */
interface Outcome {
  /** Moving LPS mm to fixed LPS mm; of a deformation the rigid start. */
  readonly matrix: Mat4;
  readonly mapping:
    | Pick<RigidRegistration, 'kind' | 'matrix'>
    | Pick<DeformableRegistration, 'kind' | 'field' | 'post'>;
  readonly quality: RegistrationQuality;
  readonly warnings: readonly string[];
  readonly seconds: number;
}

const rigidOutcome = ({ matrix, metric, quality, warnings, seconds }: RigidResult): Outcome => ({
  matrix,
  mapping: { kind: 'rigid', matrix },
  quality: { value: quality, metric: 'normalized mutual information', metricValue: metric },
  warnings,
  seconds,
});

const deformableOutcome = ({ matrix, field, post, quality, warnings, seconds }: DeformableResult): Outcome => ({
  matrix,
  mapping: { kind: 'deformable', field, post },
  quality,
  warnings,
  seconds,
});

function written(fixed: ImageVolume, moving: ImageVolume, { mapping, quality, warnings }: Outcome): Uint8Array {
  const context = objectContext(fixed, `Registration ${moving.modality} to ${fixed.modality}`, SERIES_NUMBER, {
    sopInstanceUid: newUid(),
  });
  const series = (image: ImageVolume) => ({
    studyInstanceUid: image.study.studyInstanceUid,
    seriesInstanceUid: image.seriesInstanceUid,
    images: image.slices,
  });
  const how = mapping.kind === 'rigid' ? 'rigid' : 'B-spline';
  const registration: Registration = {
    ...mapping,
    sopInstanceUid: context.sopInstanceUid,
    fixedFrame: fixed.frameOfReferenceUid,
    movingFrame: moving.frameOfReferenceUid,
    label: `${moving.modality} to ${fixed.modality}, ${how}`,
    method: 'automatic',
    quality,
    warnings,
  };
  return writeRegistration(registration, context, { fixed: series(fixed), moving: series(moving) });
}

function words(fixed: ImageVolume, { matrix, quality, seconds }: Outcome, warnings: readonly string[]): string {
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
    ...(quality.jacobian === undefined
      ? []
      : [
          `then a B-spline, Jacobian ${quality.jacobian.min.toFixed(2)} to ${quality.jacobian.max.toFixed(2)}, ` +
            `folds at ${(100 * quality.jacobian.folded).toFixed(2)} % of its nodes`,
        ]),
    `normalized mutual information ${(quality.metricValue ?? Number.NaN).toFixed(4)}, quality ${quality.value.toFixed(2)}, ${seconds.toFixed(1)} s`,
    ...warnings.map((warning) => `warning: ${warning}`),
  ].join('\n');
}

import { dicomDate, personName } from '../../dicom/personName.ts';
import { type AbortSignalLike, throwIfCancelled } from '../../contract/errors.ts';
import { computeDvh, dvhOf } from '../../evaluation/dvh.ts';
import { isClosed } from '../../structures/contours/stack.ts';
import type { Report } from '../model.ts';
import { beamBlocks } from './beamBlocks.ts';
import { beamsEyeBlocks } from './beamsEyeBlocks.ts';
import { checkBlocks, muCheckBlocks } from './checkBlocks.ts';
import { dvhBlocks, type RoiDvh } from './dvhBlocks.ts';
import { goalBlocks } from './goalBlocks.ts';
import { notFinal, type ReportInput } from './input.ts';
import { isodosePages } from './isodosePages.ts';
import { planBlocks } from './planBlocks.ts';

const ROLES = ['Planned by', 'Checked by (medical physics)', 'Approved by (physician)'];

interface ComposeOptions {
  readonly signal?: AbortSignalLike;
  readonly onProgress?: (fraction: number) => void;
}

/**
 * The report of a plan: what was prescribed, every number set at the machine, what beams see, dose in pictures and numbers, goals,
 * checks, and room to sign. One that is not final says so on every page, and why.
 * @throws IsocenterError CANCELLED; GEOMETRY as contours that are no planes make histograms and pictures throw
 */
export function composeReport(
  input: ReportInput,
  { signal, onProgress = () => undefined }: ComposeOptions = {},
): Report {
  const { paper, patient, plan, made } = input;
  const dvhs = histograms(input, signal, (fraction) => onProgress(0.4 * fraction));
  throwIfCancelled(signal);
  const beamsEye = beamsEyeBlocks(input, (fraction) => onProgress(0.4 + 0.3 * fraction));
  throwIfCancelled(signal);
  const isodoses = isodosePages(input);
  onProgress(1);
  const watermark = notFinal(input);
  return {
    paper,
    title: watermark === undefined ? 'Treatment plan report' : 'Treatment plan report, not final',
    patient: {
      name: personName(patient.patientName) + written(patient.patientName),
      id: patient.patientId,
      birthDate: dicomDate(patient.patientBirthDate),
      sex: patient.patientSex,
    },
    subject: `Plan ${plan.label} · ${plan.sopInstanceUid}`,
    made: `${made.at.replace('T', ' ')} · ${personName(made.by)} · isocenter ${made.version}`,
    ...(watermark === undefined ? {} : { watermark }),
    blocks: [
      ...planBlocks(input),
      ...beamBlocks(input),
      ...muCheckBlocks(input),
      ...beamsEye,
      ...isodoses,
      ...dvhBlocks(input, dvhs),
      ...goalBlocks(input, dvhs),
      ...checkBlocks(input),
      {
        kind: 'signatures',
        title: 'Signatures',
        roles: ROLES,
        ...(watermark === undefined ? {} : { note: 'This report is not final and is not to be signed.' }),
      },
    ],
  };
}

/** Ideographic and phonetic writings of a name (PS3.5 6.2.1.1), beside the alphabetic one. */
function written(name: string): string {
  const others = name
    .split('=')
    .slice(1)
    .filter((group) => group !== '')
    .map((group) => group.replaceAll('^', ' ').trim());
  return others.length === 0 ? '' : ` (${others.join(', ')})`;
}

function histograms(
  { structures, dose, dvhs = [], shown }: ReportInput,
  signal: AbortSignalLike | undefined,
  onProgress: (fraction: number) => void,
): RoiDvh[] {
  if (dose === undefined) return [];
  const rois = structures.rois.filter(
    ({ number, contours, type }) =>
      contours.some(isClosed) && type !== 'SUPPORT' && (shown === undefined || shown.includes(number)),
  );
  return rois.map((roi, n) => {
    throwIfCancelled(signal);
    const known = dvhs.find((one) => one.roi === roi.number);
    onProgress(n / rois.length);
    return { roi, dvh: known === undefined ? computeDvh(roi.contours, dose, { name: roi.name }) : dvhOf(known.table) };
  });
}

import { IsocenterError } from '#shared/contract/errors.ts';
import { readDose } from '#shared/dicom/dose/rtDose.ts';
import { readPlan } from '#shared/dicom/plan/rtPlan.ts';
import { readStructures } from '#shared/structures/sets/structureObject.ts';
import { basisMismatch } from '#shared/dosimetry/standing/doseBasis.ts';
import { doseRemarks } from '#shared/dosimetry/standing/doseStanding.ts';
import { knownRecords } from '#shared/dosimetry/machine/machines.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { GoalSheet } from '#shared/model/goals.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { Command } from '../command.ts';
import { readInput } from '../files.ts';
import { goalRows, goalsTable, sheetFrom } from '../plans/goals.ts';
import { table } from '../io.ts';
import { roiDvh } from '../plans/roiDvh.ts';

export interface DvhRow {
  readonly name: string;
  /** cm³ */
  readonly volume: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly D98: number;
  readonly D95: number;
  readonly D50: number;
  readonly D5: number;
  readonly D2: number;
  /** Gy, cm³ that receive at least as much. */
  readonly curve: readonly (readonly [number, number])[];
  readonly warnings: readonly string[];
}

export const command: Command = {
  usage: '--rtstruct F --dose F [--plan F] [--goals F.json|SITE] [--roi NAME …]',
  help: [
    'Dose–volume histograms of the named ROIs, or of all that have closed contours. Dose in Gy, volume in cm³.',
    '--plan F   the plan of the dose: says when the dose was made for other contents of it',
    '--goals F.json|SITE   clinical goals of a file or of a site that comes with the program; without it those of the plan',
  ].join('\n'),
  options: {
    rtstruct: { type: 'string' },
    dose: { type: 'string' },
    plan: { type: 'string' },
    goals: { type: 'string' },
    roi: { type: 'string', multiple: true },
  },
  async run(args, io) {
    const [setFile, doseFile] = [args.needText('rtstruct'), args.needText('dose')];
    const set = readStructures(await readInput(setFile), setFile);
    const dose = readDose(await readInput(doseFile), doseFile);
    const names = args.list('roi');
    const missing = names.find((name) => !set.rois.some((roi) => roi.name === name));
    if (missing !== undefined)
      throw new IsocenterError('NOT_FOUND', `has no ROI named '${missing}'`, { object: setFile, attribute: '--roi' });
    const chosen = set.rois.filter((roi) =>
      names.length === 0 ? roi.contours.some(isClosed) : names.includes(roi.name),
    );
    const rois = chosen.map((roi) => dvhRow(roi, dose));
    const planFile = args.text('plan');
    const plan = planFile === undefined ? undefined : readPlan(await readInput(planFile), planFile);
    const stale = basisMismatch(dose, { structures: set, ...(plan && { plan }) }, knownRecords);
    const remarks = doseRemarks(dose, stale).map(({ title, reason }) => `${title}: ${reason}`);
    const wanted = args.text('goals');
    const sheet: GoalSheet | undefined = wanted === undefined ? plan?.goals : await sheetFrom(wanted);
    if (sheet === undefined) {
      io.result({ rois, warnings: remarks }, [dvhTable(rois), ...remarks].join('\n'));
      return;
    }
    const judged = goalRows(sheet, set.rois, dose, plan?.prescription, stale);
    const warnings = [...remarks, ...judged.warnings];
    io.result({ rois, ...judged, warnings }, [dvhTable(rois), goalsTable(judged), ...warnings].join('\n'));
  },
};

const isClosed = ({ type }: Roi['contours'][number]): boolean =>
  type === 'CLOSED_PLANAR' || type === 'CLOSEDPLANAR_XOR';

/** @throws FRAME_OF_REFERENCE when ROI and dose are not in the same frame */
export function dvhRow(roi: Roi, dose: DoseVolume): DvhRow {
  const dvh = roiDvh(roi, dose);
  const { dose: doses, volume } = dvh.curve;
  return {
    name: roi.name,
    volume: dvh.volume,
    min: dvh.min,
    mean: dvh.mean,
    max: dvh.max,
    D98: dvh.doseAtVolume(98),
    D95: dvh.doseAtVolume(95),
    D50: dvh.doseAtVolume(50),
    D5: dvh.doseAtVolume(5),
    D2: dvh.doseAtVolume(2),
    curve: Array.from(doses, (gray, n) => [gray, (volume[n] * dvh.volume) / 100] as const),
    warnings: dvh.warnings,
  };
}

export function dvhTable(rows: readonly DvhRow[]): string {
  const columns = ['min', 'D98', 'D95', 'D50', 'mean', 'D5', 'D2', 'max'] as const;
  const body = rows.map((row) => [row.name, row.volume.toFixed(2), ...columns.map((key) => row[key].toFixed(2))]);
  return [
    table(['ROI', 'cm³', ...columns.map((key) => `${key} Gy`)], body),
    ...rows.flatMap((row) => row.warnings.map((warning) => `warning: ${warning}`)),
  ].join('\n');
}

import { create } from 'zustand';
import { rpc } from '#renderer/client/rpc.ts';
import { checkVoxels, composeReport } from '#renderer/compute/report/frontend.ts';
import { knownDvh } from '#renderer/compute/structures/frontend.ts';
import { localIso, objectContext } from '#renderer/document/objectContext.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { operatorName } from '#renderer/stores/operatorStore.ts';
import { useIsodoseView } from '#renderer/viewports/painters/dose/isodoseView.ts';
import { toast } from '#renderer/kit/toast.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { writeEncapsulatedPdf } from '#shared/dicom/encapsulatedPdf.ts';
import { RT_DOSE, RT_PLAN, RT_STRUCTURE_SET } from '#shared/dicom/uid.ts';
import { checkPlan } from '#shared/evaluation/checks/checkPlan.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { Report } from '#shared/report/model.ts';
import type { Command } from '../command.ts';
import { isInArchive, storeAll } from '../contouring/sets/saveStructures.ts';
import { longWork, openedDocument } from '../longWork.ts';
import { openedPlan } from '../planning/plans.ts';
import { checkInput } from './checkInput.ts';

const SERIES = 310;

/** A report as made: it stays what it was when the plan goes on. */
export interface MadeReport {
  readonly patientKey: string;
  readonly plan: Plan;
  readonly doseUid?: string;
  readonly title: string;
  readonly label: string;
  /** Why it is not final; absent for one that is. */
  readonly watermark?: string;
  readonly pages: number;
  readonly missing: readonly string[];
  readonly at: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the PDF in this window. */
  readonly url: string;
  /** SOP Instance UID in the archive, once stored. */
  readonly stored?: string;
}

export const useReport = create<{ readonly made: MadeReport | null }>(() => ({ made: null }));

/** Composes the report of the active plan in a worker and has it written as PDF. */
export const makeReport: Command<[paper: Report['paper']]> = {
  name: 'makeReport',
  label: 'Make a report',
  undo: 'A report changes nothing.',
  perform: async (paper) => {
    const made = await longWork('Making the report', async (document, { signal, onProgress }) => {
      const plan = openedPlan(document);
      const input = checkInput(document, plan);
      const dear = await checkVoxels(input, { signal, onProgress: (fraction) => onProgress(0.2 * fraction) });
      const checks = [...checkPlan(input, { which: ({ expensive }) => expensive !== true }), ...dear];
      const { version } = await rpc.system.info();
      const at = localIso(new Date());
      const report = await composeReport(
        {
          ...input,
          ...histograms(document),
          paper,
          patient: document.patient,
          structures: document.structures,
          ct: document.primary,
          checks,
          overrides: plan.checkOverrides ?? [],
          made: { by: operatorName(), at, version },
          ...isodoses(),
        },
        { signal, onProgress: (fraction) => onProgress(0.2 + 0.7 * fraction) },
      );
      const { pdf, pages, missing } = await rpc.report.write(report, { signal });
      const bytes = new Uint8Array(await pdf.arrayBuffer());
      return {
        patientKey: document.patientKey,
        plan,
        ...(document.dose === undefined ? {} : { doseUid: document.dose.sopInstanceUid }),
        title: report.title,
        label: plan.label,
        ...(report.watermark === undefined ? {} : { watermark: report.watermark }),
        pages,
        missing,
        at,
        bytes,
        url: URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' })),
      };
    });
    if (made === undefined) return;
    const { made: before } = useReport.getState();
    if (before !== null) URL.revokeObjectURL(before.url);
    useReport.setState({ made });
    toast(
      `Report of ${made.label}: ${made.pages} pages${made.watermark === undefined ? '' : `, ${made.watermark.toLowerCase()}`}`,
      made.watermark === undefined ? 'success' : 'warning',
    );
  },
};

/** Keeps the report in the archive as Encapsulated PDF that names what it was made from. */
export const storeReport: Command = {
  name: 'storeReport',
  label: 'Store the report',
  undo: 'Stored instances stay.',
  perform: async () => {
    const { made } = useReport.getState();
    const document = openedDocument();
    if (made === null || made.patientKey !== document.patientKey)
      throw new IsocenterError('USAGE', 'make a report first');
    const { plan, doseUid, bytes, title, label, watermark } = made;
    // What is not in the archive cannot be referred to.
    const sources = [
      { sopClassUid: RT_PLAN, sopInstanceUid: plan.sopInstanceUid },
      { sopClassUid: RT_STRUCTURE_SET, sopInstanceUid: plan.structureSetUid },
      ...(doseUid === undefined ? [] : [{ sopClassUid: RT_DOSE, sopInstanceUid: doseUid }]),
    ].filter(({ sopInstanceUid }) => isInArchive(document, sopInstanceUid));
    if (!sources.some(({ sopClassUid }) => sopClassUid === RT_PLAN))
      throw new IsocenterError(
        'CONFLICT',
        'save the plan and make the report again: it is of a plan that is not in the archive',
        {
          object: label,
        },
      );
    const context = await objectContext(
      document,
      SERIES,
      `Report of ${label}${watermark === undefined ? '' : ' (not final)'}`,
    );
    await storeAll([writeEncapsulatedPdf(bytes, `${title}: ${label}`, sources, context)]);
    useReport.setState({ made: { ...made, stored: context.sopInstanceUid } });
    toast(`The report of ${label} is in the archive`, 'success');
  },
};

/** Histograms that the page has already need not be computed again. */
function histograms({ structures, dose }: ClinicalDocument) {
  if (dose === undefined) return {};
  const dvhs = structures.rois.flatMap((roi) => {
    const known = knownDvh(roi, dose);
    if (known === undefined) return [];
    const { volume, min, mean, max, curve, covered, warnings } = known;
    return [{ roi: roi.number, table: { volume, min, mean, max, curve, covered, warnings } }];
  });
  return { dvhs };
}

/** The lines on screen, where they are in per cent of the prescription. */
function isodoses() {
  const { unit, levels } = useIsodoseView.getState();
  const steps = levels.filter(({ visible }) => visible).map(({ value, color }) => ({ percent: value, color }));
  return unit === 'percent' && steps.length > 0 ? { isodoses: steps } : {};
}

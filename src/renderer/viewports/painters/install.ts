import { useDocument } from '#renderer/document/store.ts';
import { useContouring } from '#renderer/tools/contourStore.ts';
import { useToolFeedback } from '#renderer/tools/feedback.ts';
import { forgetFinds } from '#renderer/tools/segment/automaticStore.ts';
import { forgetSegment, useSegment } from '#renderer/tools/segment/segmentStore.ts';
import { useBeamsEye } from '../beamsEye/beamsEyeStore.ts';
import { setDoseWash } from '../layers/layers.ts';
import { registerPainter, requestRepaint } from '../overlayRegistry.ts';
import { beamPainter } from './beams/beamPainter.ts';
import { useBeamView } from './beams/beamView.ts';
import { comparedPainter } from './contours/comparedPainter.ts';
import { useCompared } from './contours/comparedView.ts';
import { differencePainter } from './dose/differencePainter.ts';
import { comparedNamesPainter } from './dose/comparedNamesPainter.ts';
import { firstDose, referenceOf, secondDose, useComparedDoses } from './dose/comparedDoses.ts';
import { reachPainter } from './beams/reachPainter.ts';
import { contourPainter } from './contours/contourPainter.ts';
import { doseLabelPainter } from './dose/doseLabelPainter.ts';
import { useContourView } from './contours/contourView.ts';
import { fieldPainter } from './beams/fieldPainter.ts';
import { useFieldView } from './beams/fieldView.ts';
import { feedbackPainter } from './feedbackPainter.ts';
import { isodosePainter } from './dose/isodosePainter.ts';
import { jacobianPainter } from './jacobianPainter.ts';
import { lightFieldPainter } from './beams/lightFieldPainter.ts';
import { levelInGray, maximumDose, useIsodoseView } from './dose/isodoseView.ts';
import { segmentPainter } from './contours/segmentPainter.ts';

/** Puts contours, isodoses, beams and tool feedback on all planes and keeps them in step with the document; returns the removal. */
export function installPainters(): () => void {
  const removals = [
    ...[
      jacobianPainter,
      segmentPainter,
      differencePainter,
      isodosePainter,
      reachPainter,
      fieldPainter,
      contourPainter,
      comparedPainter,
      beamPainter,
      lightFieldPainter,
      feedbackPainter,
      doseLabelPainter,
      comparedNamesPainter,
    ].map(registerPainter),
    ...[
      useContourView,
      useToolFeedback,
      useContouring,
      useBeamView,
      useBeamsEye,
      useSegment,
      useCompared,
      useFieldView,
    ].map((store) => store.subscribe(requestRepaint)),
    useDocument.subscribe((state, before) => {
      if (state.document === before.document) return;
      if (state.document?.patientKey !== before.document?.patientKey) forgetPatient();
      syncWash();
      requestRepaint();
    }),
    ...[useIsodoseView, useComparedDoses].map((store) =>
      store.subscribe(() => {
        syncWash();
        requestRepaint();
      }),
    ),
  ];
  return () => {
    for (const remove of removals) remove();
  };
}

/** ROI and beam numbers mean nothing in the next patient. */
function forgetPatient(): void {
  useContourView.setState({ hidden: new Set() });
  useCompared.setState({ reference: null });
  useComparedDoses.setState({ first: null, second: null, difference: null });
  useContouring.setState({ activeRoi: null, locked: new Set() });
  useBeamView.setState({ selected: null });
  forgetSegment();
  forgetFinds();
}

/** The colour wash spans from the coldest visible level to the hottest level or dose. */
function syncWash(): void {
  const { document } = useDocument.getState();
  const { washVisible, washOpacity, bands, levels, unit } = useIsodoseView.getState();
  const first = document === null ? undefined : firstDose(document);
  const shown = levels.filter((level) => level.visible);
  const { on, mode } = useComparedDoses.getState();
  // Two washes over each other could not be read.
  const asDifference = on && mode === 'difference' && document !== null && secondDose(document) !== undefined;
  if (first === undefined || !washVisible || shown.length === 0 || asDifference) {
    setDoseWash(null, { min: 0, max: 1, opacity: 0, prescription: 1 });
    return;
  }
  const reference = referenceOf(first);
  const grays = shown.map((level) => levelInGray(level, unit, reference.dose));
  const max = Math.max(Math.max(...grays), Math.min(maximumDose(first.dose), 1.2 * reference.dose));
  setDoseWash(first.dose, {
    min: Math.min(...grays),
    max,
    opacity: washOpacity,
    prescription: reference.dose,
    ...(bands && { bands: shown.map((level, n) => ({ from: grays[n], color: level.color })) }),
  });
}

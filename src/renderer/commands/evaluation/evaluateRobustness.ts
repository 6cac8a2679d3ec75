import { evaluateInWorker } from '#renderer/compute/robust/frontend.ts';
import { useDocument } from '#renderer/document/store.ts';
import { type RobustResult, useRobust } from '#renderer/stores/robustStore.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { scenariosOf } from '#shared/evaluation/robust/scenarios.ts';
import { isClosed } from '#shared/structures/contours/stack.ts';
import type { Command } from '../command.ts';
import { longWork } from '../longWork.ts';
import { patientOf } from '../planning/doseRequest.ts';
import { useDoseSettings } from '../planning/doseSettings.ts';
import { openedPlan } from '../planning/plans.ts';

/** The active plan with its monitor units under set-up shifts and other densities, in workers. */
export const evaluateRobustness: Command = {
  name: 'evaluateRobustness',
  label: 'Robust evaluation',
  undo: 'Changes nothing.',
  perform: async () => {
    const { settings } = useRobust.getState();
    const { engine, gridSpacing } = settings;
    const result = await longWork(evaluateRobustness.label, async (document, control): Promise<RobustResult> => {
      const plan = openedPlan(document);
      const doseSettings = useDoseSettings.getState();
      const rois = document.structures.rois.filter(({ contours }) => contours.some(isClosed));
      // A dose about one structure only would leave the others without.
      const patient = patientOf(document, plan, { ...doseSettings, gridSpacing, around: undefined });
      const { directions } = doseSettings;
      const answer = await evaluateInWorker(
        { ...patient, plan, engine, directions, scenarios: scenariosOf(settings), rois },
        control,
      );
      const { patientKey, planIndex, primary, structures, dose } = document;
      const basis = { primary, structures, plan };
      const made = { settings, calibration: patient.calibration.name, directions };
      return { ...answer, patientKey, planIndex, basis, rois, planDose: dose?.data, ...made };
    });
    if (result === undefined) return;
    useRobust.setState({ result, bands: true });
    setMessage(`${evaluateRobustness.label}: ${result.scenarios.length} scenarios`);
    // It holds on to the images it was computed on.
    const stop = useDocument.subscribe(({ document }) => {
      if (document?.patientKey === result.patientKey) return;
      stop();
      useRobust.setState(({ result: now }) => ({ result: now === result ? null : now }));
    });
  },
};

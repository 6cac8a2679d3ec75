import { FollowedDose } from '#renderer/compute/dose/followFrontend.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { staleReason } from '#renderer/document/stale.ts';
import { patchDocument, useDocument } from '#renderer/document/store.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import type { Plan } from '#shared/model/plan.ts';
import { patientOf, weightsOf } from './doseRequest.ts';
import { useDoseSettings } from './doseSettings.ts';

/** Edits closer together than this (ms) are one. */
const PAUSE = 40;

type ShownDose = Pick<ClinicalDocument, 'dose' | 'beamDoses' | 'doseBasis'>;

/**
 * While settings.follow is on, an approximate dose takes the place of one that an edit made stale. It is no edit: Undo leads from plan to
 * plan, and where it comes back to the plan of the dose that was replaced, that dose is shown again. No monitor units enter the
 * plan. Returns what ends it.
 */
export function followEdits(): () => void {
  const followed = new FollowedDose();
  let replaced: { readonly patientKey: string; readonly shown: ShownDose } | undefined;
  let failed: Plan | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const compute = async (): Promise<void> => {
    const { document } = useDocument.getState();
    const plan = document?.plan;
    if (document === null || plan === undefined || !isWanted(document, failed)) return;
    try {
      const patient = patientOf(document, plan, useDoseSettings.getState());
      const { planDose, beamDoses } = await followed.compute(patient, plan, weightsOf(plan));
      const now = useDocument.getState().document;
      // The newest wins: what was computed for another plan, patient or outline is nobody's.
      if (now?.plan !== plan || now.structures !== document.structures || now.primary !== document.primary) return;
      if (!isWanted(now, failed)) return;
      if (now.dose?.provenance?.approximate === false && now.doseBasis !== undefined)
        replaced = {
          patientKey: now.patientKey,
          shown: { dose: now.dose, beamDoses: now.beamDoses, doseBasis: now.doseBasis },
        };
      const { primary, structures } = now;
      patchDocument({ dose: planDose, beamDoses, doseBasis: { primary, structures, plan } });
    } catch (error) {
      if (error instanceof IsocenterError && error.code === 'CANCELLED') return;
      failed = plan;
      setMessage(`No dose follows this edit: ${describeError(error)}`, 'warning');
    }
  };

  const consider = (): void => {
    const { document } = useDocument.getState();
    if (document === null) return;
    if (document.dose?.provenance?.approximate === true && replaced?.patientKey === document.patientKey) {
      const before = { ...document, ...replaced.shown };
      if (staleReason(before) === undefined) {
        patchDocument(replaced.shown);
        return;
      }
    }
    if (!isWanted(document, failed)) return;
    clearTimeout(timer);
    timer = setTimeout(() => void compute(), PAUSE);
  };

  const stops = [
    useDocument.subscribe(consider),
    useDoseSettings.subscribe(({ follow }, before) => {
      if (!follow && before.follow) followed.dispose();
      consider();
    }),
    useRunning.subscribe(consider),
  ];
  consider();
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
    followed.dispose();
  };
}

/** A dose is wanted where the one shown is stale or there is none, and nothing better is on its way. */
function isWanted({ plan, dose, doseStale, structures }: ClinicalDocument, failed: Plan | undefined): boolean {
  return (
    useDoseSettings.getState().follow &&
    useRunning.getState().work === null &&
    plan !== undefined &&
    plan !== failed &&
    (dose === undefined || doseStale !== undefined) &&
    plan.beams.some(({ deliveryType }) => deliveryType === 'TREATMENT') &&
    structures.rois.some(({ type, contours }) => type === 'EXTERNAL' && contours.length > 0)
  );
}

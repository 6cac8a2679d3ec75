import type { PlanDoseAnswer } from '#renderer/compute/dose/base.ts';
import { computePlanDose } from '#renderer/compute/dose/frontend.ts';
import { withPlanChanged } from '#renderer/document/plans.ts';
import { editDocument } from '#renderer/document/store.ts';
import { toast } from '#renderer/kit/toast.ts';
import type { Command } from '../command.ts';
import { longWork } from '../longWork.ts';
import { patientOf, weightsOf } from './doseRequest.ts';
import { useDoseSettings } from './doseSettings.ts';
import { openedPlan } from './plans.ts';

/** Dose and monitor units of the plan as it stands, in workers. */
export const computeDose: Command = {
  name: 'computeDose',
  label: 'Compute dose',
  shortcut: 'f5',
  undo: 'Undo brings back the dose and monitor units of before.',
  perform: async () => {
    const started = performance.now();
    const result = await longWork('Computing dose', async (document, control) => {
      const plan = openedPlan(document);
      const settings = useDoseSettings.getState();
      const { engine, directions } = settings;
      const answer = await computePlanDose(
        { ...patientOf(document, plan, settings), plan, weights: weightsOf(plan), engine, directions },
        control,
      );
      return { ...answer, computedFrom: document };
    });
    if (result === undefined) return;
    const { computedFrom, plan: computed, planDose, beamDoses, muCheck, warnings } = result;
    const basis = { primary: computedFrom.primary, structures: computedFrom.structures, plan: computed, muCheck };
    // By then another plan may be the active one: the dose goes to the plan it was computed for.
    editDocument('Compute dose', (document) =>
      withPlanChanged(document, computedFrom.planIndex, ({ plan }) => ({
        // A plan edited meanwhile keeps its edits: the dose then says that it is stale.
        plan: plan === computedFrom.plan ? computed : plan,
        dose: planDose,
        beamDoses,
        doseBasis: basis,
        doseStale: undefined,
      })),
    );
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    warnOfUnits(muCheck);
    const remarks = warnings.length === 1 ? '1 remark' : `${warnings.length} remarks`;
    toast(`Dose computed in ${seconds} s${warnings.length === 0 ? '' : `, ${remarks} beside it`}`, 'success');
  },
};

/** Says where the independent check of monitor units does not agree. */
export function warnOfUnits(muCheck: PlanDoseAnswer['muCheck']): void {
  const doubtful = muCheck.filter((check) => 'verdict' in check && check.verdict !== 'within').length;
  if (doubtful > 0)
    toast(`The independent check of monitor units differs for ${doubtful} of ${muCheck.length} beams`, 'warning');
}

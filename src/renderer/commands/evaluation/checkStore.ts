import { create } from 'zustand';
import { checkVoxels } from '#renderer/compute/report/frontend.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import type { CheckOutcome } from '#shared/evaluation/checks/outcome.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { Command } from '../command.ts';
import { longWork } from '../longWork.ts';
import { openedPlan } from '../planning/plans.ts';
import { checkInput } from './checkInput.ts';

/** What outcomes are of: they hold for these records only. */
type Basis = Pick<ClinicalDocument, 'primary' | 'structures' | 'dose' | 'doseStale'> & { readonly plan: Plan };

interface DearChecks {
  readonly basis: Basis | null;
  readonly outcomes: readonly CheckOutcome[];
}

const useDearChecks = create<DearChecks>(() => ({ basis: null, outcomes: [] }));

const basisOf = ({ primary, structures, dose, doseStale }: ClinicalDocument, plan: Plan): Basis => ({
  primary,
  structures,
  dose,
  doseStale,
  plan,
});

/** Reasons given for warnings change no outcome. */
const sameBasis = (a: Basis, b: Basis): boolean =>
  a.primary === b.primary &&
  a.structures === b.structures &&
  a.dose === b.dose &&
  a.doseStale === b.doseStale &&
  (a.plan === b.plan ||
    JSON.stringify({ ...a.plan, checkOverrides: [] }) === JSON.stringify({ ...b.plan, checkOverrides: [] }));

/** Outcomes of the dear rules for what is on screen; undefined until they were run on it. */
export function useDearOutcomes(document: ClinicalDocument | null): readonly CheckOutcome[] | undefined {
  const { basis, outcomes } = useDearChecks();
  if (basis === null || document?.plan === undefined) return undefined;
  return sameBasis(basis, basisOf(document, document.plan)) ? outcomes : undefined;
}

/** Runs the rules that go through voxels and histograms. */
export const checkDearly: Command = {
  name: 'checkDearly',
  label: 'Check the plan',
  undo: 'Nothing is changed.',
  perform: async () => {
    const found = await longWork('Checking the plan', async (document, control) => {
      const plan = openedPlan(document);
      return { basis: basisOf(document, plan), outcomes: await checkVoxels(checkInput(document, plan), control) };
    });
    if (found !== undefined) useDearChecks.setState(found);
  },
};

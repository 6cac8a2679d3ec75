import { IsocenterError, throwIfCancelled } from '#shared/contract/errors.ts';
import { unsavableReason } from '#shared/dosimetry/standing/doseStanding.ts';
import { allPlans } from '#renderer/document/plans.ts';
import { toast } from '#renderer/kit/toast.ts';
import type { Command } from '../../command.ts';
import { longWork, openedDocument } from '../../longWork.ts';
import { openedPlan } from '../plans.ts';
import { adoptPlan, type DoseChoice, type StoredPlan, storePlan, withStoredStructures } from './storePlan.ts';

/**
 * Stores the plan and its dose as new instances that refer to each other and to the structure set, which is stored first when it was
 * edited. A dose that is stale, approximate or of unknown origin is left out; a plan without monitor units is refused where it has been normalised but not computed.
 */
export const savePlan: Command<[choice: DoseChoice]> = {
  name: 'savePlan',
  label: 'Save plan and dose',
  undo: 'Stored instances stay; undo goes back to the earlier plan, to be saved as another instance.',
  perform: async (choice) => {
    if (openedPlan().beams.length === 0)
      throw new IsocenterError('USAGE', 'the plan has no beams', { object: openedPlan().label });
    await save([openedDocument().planIndex], choice);
  },
};

/** Every changed plan with its dose, as `savePlan` does; plans without beams have nothing to store yet. */
export const savePlans: Command<[choice: DoseChoice]> = {
  name: 'savePlans',
  label: 'Save all plans and doses',
  undo: 'Stored instances stay; undo goes back to the earlier plans, to be saved as other instances.',
  perform: (choice) =>
    save(
      allPlans(openedDocument())
        .filter(({ plan, planDirty }) => planDirty && plan.beams.length > 0)
        .map(({ index }) => index)
        // As they came: so they come back when the patient is opened again.
        .sort((a, b) => a - b),
      choice,
    ),
};

async function save(indexes: readonly number[], choice: DoseChoice): Promise<void> {
  await longWork('Saving plan', async (document, { signal, onProgress }) => {
    let current = document;
    for (const [n, index] of indexes.entries()) {
      throwIfCancelled(signal);
      current = await withStoredStructures(current, signal);
      const saved = await storePlan(current, index, choice);
      // What is stored is stored: one that is refused after it does not take it back.
      adoptPlan(saved);
      say(saved);
      onProgress((n + 1) / indexes.length);
      current = openedDocument();
    }
  });
}

function say({ plan, dose, from }: StoredPlan): void {
  if (dose !== undefined) toast(`Plan "${plan.label}" and its dose saved`, 'success');
  else {
    const reason = from.dose === undefined ? 'none is computed' : unsavableReason(from.dose, from.doseStale);
    toast(`Plan "${plan.label}" saved without dose: ${reason}`, 'warning');
  }
}

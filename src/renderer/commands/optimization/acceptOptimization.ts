import { planOfIndex, withPlanChanged } from '#renderer/document/plans.ts';
import { editDocument } from '#renderer/document/store.ts';
import { useOptimization } from '#renderer/stores/optimizationStore.ts';
import { selectBeam } from '#renderer/viewports/painters/beams/beamView.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { sameContours } from '#renderer/document/stale.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { Command } from '../command.ts';
import { openedDocument } from '../longWork.ts';
import { warnOfUnits } from '../planning/computeDose.ts';
import { type BeamVerdict, beamVerdicts } from './beamVerdicts.ts';
import { basisOfRun } from './liveRun.ts';

/**
 * The finished run's beams, monitor units and final dose become the plan's, in one step. Beams that break limits of the machine do so only
 * with `despite`: plan checks fail for them until they are mended.
 * @throws IsocenterError USAGE where there is nothing to accept, CONFLICT for an approved plan or one that was edited since the run began,
 * MACHINE for beams that cannot be delivered.
 */
export const acceptOptimization: Command<[despite?: 'broken limits']> = {
  name: 'acceptOptimization',
  label: 'Accept optimised plan',
  undo: 'Undo gives back the beams, monitor units and dose of before.',
  perform: (despite) => {
    const { run } = useOptimization.getState();
    const basis = basisOfRun();
    if (run?.result === undefined || basis === undefined)
      throw new IsocenterError('USAGE', 'no optimisation has come to its end');
    const { delivered } = run.result;
    if (delivered === undefined)
      throw new IsocenterError(
        'USAGE',
        'a fluence is no beam that a machine can deliver: optimise by IMRT or VMAT to get beams',
        { object: basis.plan.label },
      );
    const { primary, structures } = basis.document;
    const { planDose, beamDoses, muCheck } = delivered;
    const now = planOfIndex(openedDocument(), run.planIndex)?.plan;
    if (now === undefined) throw new IsocenterError('NOT_FOUND', 'the plan of this run is no longer open');
    refuseOtherContours(now, basis.document, openedDocument());
    const plan = accepted(now, basis.plan, delivered.plan);
    const broken = beamVerdicts(delivered.plan).filter(({ problems }) => problems.length > 0);
    if (broken.length > 0 && despite === undefined) throw undeliverable(broken);
    const name = broken.length > 0 ? 'Accept optimised plan that breaks limits' : 'Accept optimised plan';
    editDocument(name, (document) =>
      withPlanChanged(document, run.planIndex, () => ({
        plan,
        dose: planDose,
        beamDoses,
        doseBasis: { primary, structures, plan, muCheck },
        doseStale: undefined,
      })),
    );
    selectBeam(plan.beams[0].number);
    warnOfUnits(muCheck);
  },
};

function undeliverable([{ beam, problems }, ...more]: readonly BeamVerdict[]): IsocenterError {
  const others = more.length === 0 ? '' : `; so do ${more.map(({ beam: { name } }) => name).join(', ')}`;
  return new IsocenterError('MACHINE', `breaks limits of its machine: ${problems.join('; ')}${others}`, {
    object: `Beam ${beam.number} (${beam.name})`,
  });
}

/**
 * What was optimised for must be what is drawn: a plan normalised to nothing does not become stale by its target, which is why it is asked here.
 * @throws IsocenterError CONFLICT naming a structure that an objective or the prescription is about and that was redrawn.
 */
function refuseOtherContours(plan: Plan, then: ClinicalDocument, now: ClinicalDocument): void {
  const names = new Set([plan.prescription?.targetName, ...(plan.objectives ?? []).map(({ roi }) => roi)]);
  for (const roi of then.structures.rois) {
    // Of a body that changed the dose says by itself that it is stale.
    if (!names.has(roi.name) || roi.type === 'EXTERNAL') continue;
    const same = now.structures.rois.find(({ number }) => number === roi.number);
    if (same === undefined || !sameContours(same.contours, roi.contours))
      throw new IsocenterError('CONFLICT', 'was redrawn since the optimisation began: optimise anew', {
        object: roi.name,
      });
  }
}

/** The plan as it is now with the beams of the run; set-up fields, goals and all that no dose depends on stay as they are now. */
function accepted(now: Plan, then: Plan, optimized: Plan): Plan {
  const refuse = (why: string): never => {
    throw new IsocenterError('CONFLICT', why, { object: now.label });
  };
  if (now.approval === 'APPROVED') refuse('is approved: copy it to change it');
  const isSame =
    now.patientPosition === then.patientPosition &&
    now.fractions === then.fractions &&
    JSON.stringify(now.prescription) === JSON.stringify(then.prescription) &&
    JSON.stringify(treated(now)) === JSON.stringify(treated(then));
  if (!isSame) refuse('was edited since the optimisation began: optimise it anew');
  const { prescription } = optimized;
  const beams = treated(optimized);
  return {
    ...now,
    approval: 'UNAPPROVED',
    ...(prescription !== undefined && { prescription }),
    beams: [
      ...beams,
      ...numberedAfter(
        beams,
        now.beams.filter((beam) => !isTreated(beam)),
      ),
    ],
  };
}

/** Set-up fields whose numbers the run's beams took get free ones: doses name beams by their numbers. */
function numberedAfter(beams: readonly Beam[], others: readonly Beam[]): readonly Beam[] {
  const taken = new Set(beams.map(({ number }) => number));
  let last = Math.max(0, ...[...beams, ...others].map(({ number }) => number));
  return others.map((beam) => (taken.has(beam.number) ? { ...beam, number: ++last } : beam));
}

const isTreated = ({ deliveryType }: Beam): boolean => deliveryType === 'TREATMENT';
const treated = ({ beams }: Plan): readonly Beam[] => beams.filter(isTreated);

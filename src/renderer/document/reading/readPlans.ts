import { readPlan } from '#shared/dicom/plan/rtPlan.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import type { PlacedObject, Selection } from '../choose.ts';
import { inFrameOf, type ReadContext, readObject } from '../readObjects.ts';
import type { ClinicalDocument, PlanRecord } from '../records.ts';
import { boundPlan } from './boundPlan.ts';

/** Plans read of a patient; more than that are named as left out. */
const MAXIMUM_PLANS = 60;

/** Every plan of a selection that can be read, by its SOP Instance UID. */
export async function readPlans(selection: Selection, context: ReadContext): Promise<ReadonlyMap<string, Plan>> {
  const others = selection.others.map(({ plan }) => plan);
  const placed = selection.plan === undefined ? others : [selection.plan, ...others];
  if (placed.length > MAXIMUM_PLANS)
    context.problems.push(`${placed.length - MAXIMUM_PLANS} of ${placed.length} plans left out: the newest are open`);
  const plans = await Promise.all(
    placed.slice(0, MAXIMUM_PLANS).map(async (one) => ({ one, plan: await readObject(one, readPlan, context) })),
  );
  return new Map(plans.flatMap(({ one, plan }) => (plan === undefined ? [] : [[one.object.sopInstanceUid, plan]])));
}

/** Drafts of which an edited version was saved: their UIDs. A plan that somebody decided on stays in sight. */
export function supersededAmong(plans: ReadonlyMap<string, Plan>): ReadonlySet<string> {
  const named = [...plans.values()].flatMap(({ predecessorUids = [] }) => predecessorUids);
  return new Set(named.filter((uid) => plans.get(uid)?.approval === 'UNAPPROVED'));
}

/** The plans beside the active one, without their doses; which index each has, in the order in which the archive received them. */
export function recordsBeside(
  selection: Selection,
  plans: ReadonlyMap<string, Plan>,
  { primary, structures }: { readonly primary: ImageVolume; readonly structures: StructureSet },
  problems: string[],
): Pick<ClinicalDocument, 'planIndex' | 'otherPlans' | 'unreadDoses'> {
  const uidOf = ({ object }: PlacedObject): string => object.sopInstanceUid;
  const others = selection.others.flatMap(({ plan: placed, doses }) => {
    const label = `Plan ${placed.object.label}`;
    const plan = inFrameOf(primary, plans.get(uidOf(placed)), placed, label, problems);
    return plan === undefined ? [] : [{ placed, plan, doses }];
  });
  const all = [...others.map(({ placed }) => placed), ...(selection.plan === undefined ? [] : [selection.plan])];
  const order = all.sort((a, b) => a.object.received.localeCompare(b.object.received)).map(uidOf);
  const indexed = others.map(({ placed, plan, doses }) => ({ index: order.indexOf(uidOf(placed)), plan, doses }));
  indexed.sort((a, b) => a.index - b.index);
  return {
    planIndex: selection.plan === undefined ? order.length : order.indexOf(uidOf(selection.plan)),
    otherPlans: indexed.map(({ index, plan }): PlanRecord => {
      const bound = boundPlan(plan, structures, selection.structureAncestors, problems);
      return { index, plan: bound, planDirty: false, beamDoses: [] };
    }),
    unreadDoses: new Map(indexed.filter(({ doses }) => doses.length > 0).map(({ index, doses }) => [index, doses])),
  };
}

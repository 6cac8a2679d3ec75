import type { PlannedArc } from '#renderer/compute/optimization/base.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';

/** A beam that arcs in place of it would not stand for. */
export interface ArcLoss {
  readonly beam: Beam;
  /** What would be lost, and what would help. */
  readonly reason: string;
}

/**
 * What a plan's treatment beams have that VMAT would not: its arcs take their places about one isocenter, without boli, at the couch angles that
 * they are set to. Nothing of it is dropped unsaid.
 */
export function arcLosses({ beams }: Pick<Plan, 'beams'>, arcs: readonly Pick<PlannedArc, 'couch'>[]): ArcLoss[] {
  const treated = beams.filter(({ deliveryType }) => deliveryType === 'TREATMENT');
  const first = treated[0]?.controlPoints[0];
  return treated.flatMap((beam) => {
    const [{ couch, isocenter }] = beam.controlPoints;
    const reasons = [
      ...((beam.boluses ?? []).length > 0
        ? ['has a bolus, which arcs do not take on: take it off, or keep to static fields']
        : []),
      ...(arcs.some((arc) => arc.couch === couch)
        ? []
        : [`stands at couch ${couch}°, and no arc does: give one of the arcs that angle, or the beam another`]),
      ...(isocenter.every((at, axis) => at === first?.isocenter[axis])
        ? []
        : [
            'has an isocenter of its own, and arcs turn about one: move it, or plan the arcs of each in a plan of its own',
          ]),
    ];
    return reasons.map((reason) => ({ beam, reason }));
  });
}

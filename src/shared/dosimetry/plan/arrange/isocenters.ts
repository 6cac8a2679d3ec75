import { length, subtract, type Vec3 } from '../../../geometry/vec.ts';
import type { Beam, Plan } from '../../../model/plan.ts';

/** Isocenters nearer than this are one, mm: what a couch cannot tell apart, nor rounding to 0.1 mm. */
const SAME = 0.05;

/** Beams about one isocenter (LPS mm) in the plan's order; isocenters in the order of their first beams. */
export function isocentersOf({
  beams,
}: Plan): readonly { readonly isocenter: Vec3; readonly beams: readonly Beam[] }[] {
  const groups: { isocenter: Vec3; beams: Beam[] }[] = [];
  for (const beam of beams) {
    const { isocenter } = beam.controlPoints[0];
    const group = groups.find((other) => length(subtract(other.isocenter, isocenter)) <= SAME);
    if (group === undefined) groups.push({ isocenter, beams: [beam] });
    else group.beams.push(beam);
  }
  return groups;
}

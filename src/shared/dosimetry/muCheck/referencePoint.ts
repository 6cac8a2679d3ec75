import { invertRigid, type Mat4, transformPoint } from '../../geometry/affine.ts';
import { bldFromPatient } from '../../geometry/iec.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { Beam } from '../../model/plan.ts';
import { openShare } from './beamRate.ts';
import { openingsOf } from './opening.ts';
import type { MuTables } from './tables.ts';

/** Lattice on which the middle of a field is looked for, mm. */
const STEP = 5;
/** What must reach the isocenter of a static beam, and of one whose leaves sweep over it, to be checked there. */
const OPEN = { STATIC: 0.5, DYNAMIC: 0.2 };

/** Where a beam is checked: its isocenter, or the middle of its opening on the isocenter plane when that is blocked; LPS mm. */
export function referencePoint(beam: Beam, tables: MuTables, iecFromLps: Mat4): { at: Vec3; isIsocenter: boolean } {
  const [first] = beam.controlPoints;
  if (openShare(beam, tables, iecFromLps, first.isocenter) >= OPEN[beam.type])
    return { at: first.isocenter, isIsocenter: true };
  const openings = openingsOf(beam, tables);
  const open: (readonly [number, number])[] = [];
  for (let y = -200; y <= 200; y += STEP)
    for (let x = -200; x <= 200; x += STEP)
      if (openings.reduce((sum, { share, transmitted }) => sum + share * transmitted(x, y), 0) >= OPEN[beam.type])
        open.push([x, y]);
  if (open.length === 0) return { at: first.isocenter, isIsocenter: true };
  const mean = (axis: 0 | 1): number => open.reduce((sum, at) => sum + at[axis], 0) / open.length;
  const middle = [mean(0), mean(1)] as const;
  const away = ([x, y]: readonly [number, number]): number => Math.hypot(x - middle[0], y - middle[1]);
  // The middle of a horseshoe is not in it.
  const [x, y] = open.reduce((best, one) => (away(one) < away(best) ? one : best));
  return {
    at: transformPoint(invertRigid(bldFromPatient(first, first.isocenter, iecFromLps)), [x, y, 0]),
    isIsocenter: false,
  };
}

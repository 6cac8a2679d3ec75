import { type Part, paintLayers } from '../anatomy.ts';
import { intersect } from '../combine.ts';
import { cuboid, ellipsoid } from '../shapes.ts';
import { COUCH_FOAM, COUCH_SKIN } from '../tissues.ts';

/** A scanner couch top under the patient: carbon-fibre shell with a foam core, slightly dished, its top at LPS y = `top`. */
export function makeCouch(top: number, halfLength: number): Part[] {
  const shell = intersect(
    ellipsoid([0, top - 160, 0], [330, 190, 4 * halfLength], [0, 0, 0], 2),
    cuboid([-200, top + 1, -2 * halfLength], [200, top + 60, 2 * halfLength]),
  );
  return [paintLayers(shell, [0, COUCH_SKIN], [2.5, COUCH_FOAM])];
}

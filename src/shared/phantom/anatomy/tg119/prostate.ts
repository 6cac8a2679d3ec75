import type { Vec3 } from '#shared/geometry/vec.ts';
import { type AnatomyMaker, cylinderVolume, ellipsoidVolume } from '../../anatomy.ts';
import { subtract } from '../../combine.ts';
import { cylinder, ellipsoid } from '../../shapes.ts';
import { waterCase } from './slab.ts';

/** Half axes: the prostate of 40 × 26 × 65 mm and the target, 6 mm wider all round. */
const PROSTATE: Vec3 = [20, 13, 32.5];
const TARGET: Vec3 = [26, 19, 38.5];
const BLADDER: Vec3 = [25, 20, 25];

/**
 * A prostate indented by a rectum of 15 mm diameter, about a third of which lies in the target on its widest slice, under a bladder of
 * 50 × 40 × 50 mm that sits on its superior end. The rectum's length (120 mm) and how deep the bladder sits are not stated; 5 % of the
 * bladder lies in the target.
 */
export const mockProstate: AnatomyMaker = () => {
  const rectum = cylinder([0, 20, 0], 7.5, 60);
  return waterCase('TG-119 mock prostate', [
    { name: 'PTV', type: 'PTV', shape: ellipsoid([0, 0, 0], TARGET), volume: ellipsoidVolume(TARGET) },
    { name: 'Prostate', type: 'CTV', shape: subtract(ellipsoid([0, 0, 0], PROSTATE), [rectum]) },
    { name: 'Rectum', type: 'ORGAN', shape: rectum, volume: cylinderVolume(7.5, 60) },
    { name: 'Bladder', type: 'ORGAN', shape: ellipsoid([0, -10, 50], BLADDER), volume: ellipsoidVolume(BLADDER) },
  ]);
};

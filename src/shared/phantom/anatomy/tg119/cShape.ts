import { type AnatomyMaker, cylinderVolume } from '../../anatomy.ts';
import { cylinder, ringSector } from '../../shapes.ts';
import { waterCase } from './slab.ts';

/** How far the C reaches round to either side of anterior: not stated; the public structure set's ends come to this, and its 208 cm³. */
const HALF_ANGLE = 130;

/** A C round a core: core of radius 10 mm and length 100, a gap of 5, target from 15 to 37 mm and of length 80. */
export const cShape: AnatomyMaker = () =>
  waterCase('TG-119 C-shape', [
    {
      name: 'PTV',
      type: 'PTV',
      shape: ringSector([0, 0, 0], 15, 37, HALF_ANGLE, 40),
      volume: (cylinderVolume(37, 40) - cylinderVolume(15, 40)) * (HALF_ANGLE / 180),
    },
    { name: 'CORE', type: 'AVOIDANCE', shape: cylinder([0, 0, 0], 10, 50), volume: cylinderVolume(10, 50) },
  ]);

import { type AnatomyMaker, cylinderVolume } from '../../anatomy.ts';
import { cylinder } from '../../shapes.ts';
import { waterCase } from './slab.ts';

/** Three cylinders of 40 mm diameter and length stacked along the gantry's axis; named for their doses in cGy, the superior one second. */
export const multiTarget: AnatomyMaker = () =>
  waterCase(
    'TG-119 multi-target',
    ([['PTV_5000', 0], ['PTV_2500', 40], ['PTV_1250', -40]] as const).map(([name, z]) => ({
      name,
      type: 'PTV',
      shape: cylinder([0, 0, z], 20, 20),
      volume: cylinderVolume(20, 20),
    })),
  ); // biome-ignore format: a table

import { type Anatomy, type AnatomyMaker, lattice, paint } from '../anatomy.ts';
import { cuboid } from '../shapes.ts';
import { WATER } from '../tissues.ts';

/** A 300 mm cube of water whose faces lie on voxel faces; no noise, so that its density is exactly 1. */
export const water: AnatomyMaker = (): Anatomy => {
  const tank = cuboid([-150, -150, -150], [150, 150, 150]);
  return {
    title: 'Water tank',
    sex: 'O',
    parts: [paint(tank, WATER)],
    rois: [{ name: 'BODY', type: 'EXTERNAL', shape: tank, hu: WATER.hu, volume: 27000 }],
    ct: lattice([0, 0, 0], [360, 360, 300], [3, 3, 3]),
    mr: lattice([0, 0, 0], [360, 360, 320], [5, 5, 5]),
    noise: 0,
  };
};

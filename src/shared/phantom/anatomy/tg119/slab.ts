import { type Anatomy, type AnatomyRoi, lattice, paint } from '../../anatomy.ts';
import { cuboid, type Shape } from '../../shapes.ts';
import { WATER } from '../../tissues.ts';

/** Half extents of the slab phantom, mm: 300 × 200 × 200 (the report's participants stacked slabs to 15 to 20 cm). */
const HALF = [150, 100, 100] as const;

/**
 * A homogeneous body of water with structures that only contours show, as the planning cases of AAPM TG-119 have (Ezzell et al., Med.
 * Phys. 36 (2009) 5359, and the structure descriptions that go with it); noise-free, so that its density is 1 wherever it is whole.
 */
export const waterCase = (
  title: string,
  rois: readonly AnatomyRoi[],
  body: Shape = cuboid([-HALF[0], -HALF[1], -HALF[2]], HALF),
  volume = (8 * HALF[0] * HALF[1] * HALF[2]) / 1000,
): Anatomy => ({
  title,
  sex: 'O',
  parts: [paint(body, WATER)],
  rois: [
    { name: 'BODY', type: 'EXTERNAL', shape: body, volume, hu: WATER.hu },
    ...rois.map((roi) => ({ ...roi, hu: WATER.hu })),
  ],
  // Faces of the body and of structures whose ends are multiples of 2.5 mm lie on voxel faces.
  ct: lattice([0, 0, 0], [350, 240, 200], [2.5, 2.5, 2.5]),
  mr: lattice([0, 0, 0], [340, 240, 210], [5, 5, 5]),
  noise: 0,
});

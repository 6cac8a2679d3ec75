import type { Grid } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { RoiType } from '#shared/model/structures.ts';
import type { Random } from './random.ts';
import type { Shape } from './shapes.ts';

/** What a tissue looks like: CT in HU, MR in arbitrary units (T1-weighted); no `mr` = not in the MR room (couch). */
export interface Tissue {
  readonly hu: number;
  readonly mr?: number;
}

/** Painted in order, later over earlier. A layer fills everything deeper than `depth` mm below the shape's surface (negative: above). */
export interface Part {
  readonly shape: Shape;
  readonly layers: readonly { readonly depth: number; readonly tissue: Tissue }[];
}

export interface AnatomyRoi {
  /** TG-263 primary name. */
  readonly name: string;
  readonly type: RoiType;
  readonly shape: Shape;
  /** HU of the tissue, where the ROI is one tissue. */
  readonly hu?: number;
  /** Volume in closed form, cm³, where the shape has one and lies wholly in the scan. */
  readonly volume?: number;
}

/** A body as data: what to paint, what to contour, on which lattices it is scanned. */
export interface Anatomy {
  readonly title: string;
  /** Patient's Sex of the body. */
  readonly sex: 'M' | 'F' | 'O';
  readonly parts: readonly Part[];
  readonly rois: readonly AnatomyRoi[];
  readonly ct: Grid;
  /** The MR lattice in the MR's own frame, before the offset. */
  readonly mr: Grid;
  /** CT noise, one standard deviation in HU. */
  readonly noise: number;
}

export type AnatomyMaker = (random: Random) => Anatomy;

/** An axial lattice of `extent` mm centred on `centre`. */
export function lattice(centre: Vec3, extent: Vec3, spacing: Vec3): Grid {
  const count = (axis: 0 | 1 | 2): number => Math.round(extent[axis] / spacing[axis]);
  const first = (axis: 0 | 1 | 2): number => centre[axis] - ((count(axis) - 1) / 2) * spacing[axis];
  return {
    dims: [count(0), count(1), count(2)],
    spacing,
    origin: [first(0), first(1), first(2)],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  };
}

export const paint = (shape: Shape, tissue: Tissue): Part => ({ shape, layers: [{ depth: 0, tissue }] });

export const paintLayers = (shape: Shape, ...layers: readonly (readonly [number, Tissue])[]): Part => ({
  shape,
  layers: layers.map(([depth, tissue]) => ({ depth, tissue })),
});

/** 4/3·π·a·b·c in cm³. */
export const ellipsoidVolume = ([a, b, c]: Vec3): number => ((4 / 3) * Math.PI * a * b * c) / 1000;

/** π·r²·2·half in cm³. */
export const cylinderVolume = (radius: number, half: number): number => (Math.PI * radius ** 2 * 2 * half) / 1000;

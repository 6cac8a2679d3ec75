import type { Grid, Volume } from '#shared/geometry/volume.ts';
import type { Contour } from '#shared/model/structures.ts';
import type { SurfaceMesh } from '#shared/structures/surfaces/surfaceMesh.ts';

/** A surface as it is looked at, and with a tenth of the triangles for software renderers while the view moves. */
interface RoiSurfaces {
  readonly fine: SurfaceMesh;
  /** Absent where the fine one has few triangles itself. */
  readonly coarse?: SurfaceMesh;
}

export interface SurfaceJobs {
  /** The closed surfaces of a ROI; null without closed contours. */
  roi: {
    input: { readonly contours: readonly Contour[]; readonly grid: Grid; readonly name: string };
    output: RoiSurfaces | null;
  };
  /** The surfaces of dose levels (Gy), in order; null where the dose is nowhere that high. */
  isodoses: {
    input: { readonly dose: Volume<Float32Array>; readonly levels: readonly number[] };
    output: (SurfaceMesh | null)[];
  };
}

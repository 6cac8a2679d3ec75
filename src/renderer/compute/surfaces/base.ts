import type { Grid, Volume } from '#shared/geometry/volume.ts';
import type { Contour } from '#shared/model/structures.ts';
import type { SurfaceMesh } from '#shared/structures/surfaceMesh.ts';

export interface SurfaceJobs {
  /** The closed surface of a ROI; null without closed contours. */
  roi: {
    input: { readonly contours: readonly Contour[]; readonly grid: Grid; readonly name: string };
    output: SurfaceMesh | null;
  };
  /** The surfaces of dose levels (Gy), in order; null where the dose is nowhere that high. */
  isodoses: {
    input: { readonly dose: Volume<Float32Array>; readonly levels: readonly number[] };
    output: (SurfaceMesh | null)[];
  };
}

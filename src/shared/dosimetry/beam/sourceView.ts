/** How a source sees a collimator at some distance (mm from the target): what its edges look like on the isocenter plane. */
export interface SourceView {
  /** Distance from the axis at the isocenter plane of an edge's shadow, by that of the same edge seen from the target. */
  readonly magnification: (distance: number) => number;
  /** Gaussian sigma of the shadow's blur at the isocenter plane, mm. */
  readonly sigma: (distance: number) => number;
}

/** A Gaussian disc of `sigma` mm in its own plane, `sourceDistance` mm from the target, by rays through the collimator. */
export function viewOf(source: { readonly sigma: number; readonly sourceDistance: number }, sad: number): SourceView {
  const { sigma, sourceDistance } = source;
  return {
    magnification: (z) => (sourceDistance === 0 ? 1 : (z * (sad - sourceDistance)) / ((z - sourceDistance) * sad)),
    sigma: (z) => (sigma * (sad - z)) / (z - sourceDistance),
  };
}

/** The opening as seen from the target, blurred by `sigma` at the isocenter plane whatever collimates it. */
export function blurredView(sigma: number): SourceView {
  return { magnification: () => 1, sigma: () => sigma };
}

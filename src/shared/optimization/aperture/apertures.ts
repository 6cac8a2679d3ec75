/** Radiation from one direction through leaves that stand still, or that move evenly from one shape to the next. */
export interface Exposure {
  /** Index into the operator's directions. */
  readonly direction: number;
  /** Indices of the shapes at its begin and end; the same twice for leaves at rest. */
  readonly from: number;
  readonly to: number;
}

/** Shapes follow each other under radiation: no leaf goes further than `travel` mm from one to the next. */
export interface Succession {
  readonly shapes: readonly number[];
  readonly travel: number;
}

/** What apertures are made of: the part that an optimisation leaves as it is. */
export interface ApertureScheme {
  readonly exposures: readonly Exposure[];
  readonly successions: readonly Succession[];
}

/** Leaf positions (mm, as DICOM has them: all of the negative side, then all positive) of every shape, and the MU of every exposure. */
export interface Apertures {
  readonly shapes: readonly Float64Array[];
  readonly weights: Float64Array;
}
